"""The school whose kitchens are looked after: everything on, and a menu for the week of that Monday."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.kitchen.models import FoodSample
from kiosk.postings import queries as postings
from kiosk.postings import services as posting
from kiosk.school import queries as schools
from kiosk.school.services import switch
from tests.cases.conftest import MONDAY, day, desk, school
from tests.cases.conftest import furnish as at_school
from tests.conftest import actor, begins, canteen, csrf

__all__ = ["desk", "school"]

Desk = Callable[[str], FlaskClient]
DISHES = ["红烧肉", "清炒小白菜", "番茄蛋汤", "米饭"]
LUNCH = "/office/kitchen/samples/k1/2026-03-02/lunch"


def furnish() -> None:
    """Post a menu for the week; the kitchen's duties are on since the last Thursday."""
    at_school()
    with clock.moved_to(MONDAY), transaction():
        switch(by=actor("test"), name="menu", on=True)
        with clock.moved_to(day(-4)):
            for name in (
                "inspections",
                "daily_control",
                "food_samples",
                "staff_health",
                "goods_certificates",
            ):
                switch(by=actor("test"), name=name, on=True)
        rows = [
            {"day": code, "meal": "lunch", "dishes": "、".join(DISHES), "allergens": ""}
            for code in ("mon", "tue")
        ]
        kind = postings.kind_of("menu")
        week = f"{schools.today():%G-W%V}"
        draft = posting.start(by=actor("chen"), kind=kind, place=canteen(), period=week)
        posting.save_draft(by=actor("chen"), draft=draft, revision=0, fields={}, rows=rows)
        posting.post(by=actor("chen"), draft=draft, revision=1)


origin = begins(school=at_school, house=furnish)


@pytest.fixture
def house(school: Flask) -> Iterator[Flask]:
    """That school at noon, with a menu for the week."""
    with clock.moved_to(noon()):
        yield school


def noon(number: int = 0) -> datetime:
    """12:00 in Shanghai, so many days after that Monday."""
    return MONDAY.replace(hour=4) + (day(number) - MONDAY)


def send(client: FlaskClient, address: str, **form: Any) -> Any:
    """Send a form as a browser does, and follow where it leads."""
    data = {"csrf_token": csrf(client, "/office/accounts/"), **form}
    answer = client.post(address, data=data, follow_redirects=True)
    session.rollback()  # what the test read before belongs to an older moment
    session.expire_all()
    return answer


def tapped(*dishes: str, place: str = "1号冰箱", **more: Any) -> dict[str, Any]:
    """The form of a meal in which these dishes were tapped."""
    boxes = {f"kept-{number}": dish for number, dish in enumerate(dishes)}
    grams = {f"grams-{number}": "125" for number in range(len(dishes))}
    return {**boxes, **grams, "place": place, **more}


def fresh(number: int) -> FoodSample:
    """A sample as it is stored now."""
    session.rollback()
    session.expire_all()
    return session.get_one(FoodSample, number)

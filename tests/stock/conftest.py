"""A school that keeps a store: Bao keeps it, Ding cooks, Chen manages; prices and days of a week in March."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.auth.services import add_account
from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.core.web import KioskApp
from kiosk.postings.models import Posting
from kiosk.postings.services import start_correction, withdraw
from kiosk.purchasing.services import post_sheet, save_draft, start_sheet
from kiosk.school.services import change_settings, switch
from kiosk.staff.services import save_person
from kiosk.stock import queries, services
from kiosk.stock.models import StockForm
from kiosk.stock.services import Wanted
from tests.conftest import PASSWORD, actor, canteen, csrf, sign_in

MONDAY = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
"""Noon in Shanghai."""
DAY = date(2026, 3, 2)
PEOPLE = {"bao": ("custodian", "包"), "ding": ("counter_staff", "丁")}
SIGNED = {"purchaser": "采购员", "custodian": "保管员", "receiver1": "验收员甲", "receiver2": "验收员乙"}


def prepare() -> None:
    """The people, and the store switched on since the first of March."""
    for username, (role, name) in PEOPLE.items():
        add_account(by=actor("test"), username=username, password=PASSWORD, role=role, name=name)
    for name in SIGNED.values():
        save_person(by=actor("test"), name=name)
    switch(by=actor("test"), name="stock", on=True)
    change_settings(by=actor("test"), in_use={"stock": "2026-03-01"})


@pytest.fixture
def house(app: KioskApp) -> Iterator[Flask]:
    """That school, on a Monday at noon."""
    with clock.moved_to(MONDAY), app.app_context():
        with transaction():
            prepare()
        yield app
        session.remove()


@pytest.fixture
def desk(house: Flask) -> Callable[[str], FlaskClient]:
    """A function that gives a browser signed in as somebody."""
    return lambda username: sign_in(house.test_client(), username)


def send(client: FlaskClient, address: str, **form: Any) -> Any:
    """Send a form as a browser does."""
    answer = client.post(address, data={"csrf_token": csrf(client, "/office/accounts/"), **form})
    session.rollback()
    session.expire_all()
    return answer


Bought = tuple[str, str, str, str]
"""Item, unit, quantity, unit price."""


def rows(*lines: Bought, **more: str) -> list[dict[str, str]]:
    return [
        {**dict(zip(("item", "unit", "quantity", "unit_price"), line, strict=True)), **more} for line in lines
    ]


def post(*lines: Bought, day: date = DAY, number: str = "", **more: str) -> int:
    """A posted sheet; its number."""
    with transaction():
        draft = start_sheet(by=actor("chen"), canteen=canteen(), day=day, number=number)
        save_draft(by=actor("chen"), draft=draft, rows=rows(*lines, **more), people=SIGNED)
        post_sheet(by=actor("chen"), draft=draft)
    return draft.posting_id


def correct(posting: int, *lines: Bought) -> None:
    """Correct a posted sheet."""
    with transaction():
        draft = start_correction(by=actor("chen"), posting=session.get_one(Posting, posting))
        save_draft(by=actor("chen"), draft=draft, rows=rows(*lines), people=SIGNED, reason="复秤")
        post_sheet(by=actor("chen"), draft=draft)
    session.expire_all()


def withdrawn(posting: int) -> None:
    with transaction():
        withdraw(by=actor("chen"), posting=session.get_one(Posting, posting), reason="录错食堂")
    session.expire_all()


def issued(*lines: tuple[str, str, int], by: str = "bao", sent: str = "i1", **more: Any) -> StockForm:
    """An issue of (item, unit, thousandths)."""
    wanted = [Wanted(item, "", unit, quantity, row=n) for n, (item, unit, quantity) in enumerate(lines)]
    with transaction():
        return services.issue(
            by=actor(by), sent=sent, canteen=canteen(), lines=wanted, **{"day": DAY, **more}
        )


def opened(*lines: Wanted, day: date = DAY, sent: str = "o1") -> StockForm:
    with transaction():
        return services.open_stock(by=actor("bao"), sent=sent, canteen=canteen(), day=day, lines=lines)


def balances() -> dict[str, tuple[int, int]]:
    """By item the balance in thousandths of its unit, and what it is worth in fen."""
    session.expire_all()
    return {
        one.item: (one.in_unit(one.balance), one.worth)
        for one in queries.items(canteen().id, everything=True)
    }

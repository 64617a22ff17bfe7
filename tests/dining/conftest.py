"""A school that eats with its pupils since Monday: Lin, Chen, and Principal Qin, who has no account."""

from datetime import date, datetime

import pytest
from flask import Flask

from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.dining import queries, services
from kiosk.dining.queries import Slot
from kiosk.persons.models import Person
from kiosk.school import queries as school
from kiosk.school.services import change_settings, switch
from tests.conftest import LUNCH, actor, add_staff, begins, canteen

MONDAY, TUESDAY, WEDNESDAY, FRIDAY = (date(2026, 3, day) for day in (2, 3, 4, 6))
TYPED = {
    "dishes": "番茄牛腩、米饭",
    "taste": 4,
    "hygiene": 5,
    "words": "汤有点咸",
    "concern": "",
    "paid": 1000,
}


def slot(day: date, meal: str = "lunch") -> Slot:
    return Slot(day, canteen().id, meal)


def number(name: str) -> int:
    """The number of the person of an account, or of the principal."""
    if name == "qin":
        return session.query(Person).filter_by(name="秦").one().number
    found = actor(name).person
    assert found is not None
    return found


def lead(*names: str) -> None:
    """Let these eat with the pupils."""
    titles = {"lin": "总务主任", "chen": "食堂经理", "qin": "校长"}
    for name in names:
        person = session.get_one(Person, number(name))
        services.name_leader(by=actor("lin"), person=person, title=titles[name], weekdays=[])


def write(who: str = "lin", day: date = WEDNESDAY, meal: str = "lunch", **more: object) -> queries.Entry:
    """Enter a meal."""
    typed = {**TYPED, **{key: value for key, value in more.items() if key in TYPED}}
    with transaction():
        row = services.write(
            by=actor(str(more.get("by", who))),
            sent=str(more.get("sent", f"{who} {day} {meal}")),
            canteen=canteen(),
            day=day,
            meal=meal,
            person=number(who),
            typed=typed,
            follows=more.get("follows"),  # type: ignore[arg-type]
        )
    return queries.entry(row.id)


def furnish() -> None:
    """Ask for the roster since Monday; Wednesday's lunch and Friday's dinner are Lin's turns."""
    with clock.moved_to(LUNCH), transaction():
        switch(by=actor("lin"), name="dining", on=True)
        since = {name: str(day) for name, day in {**school.in_use(), "dining": MONDAY}.items()}
        change_settings(by=actor("lin"), in_use=since)
        add_staff("秦")
        lead("lin", "chen", "qin")
        turns = {slot(WEDNESDAY): number("lin"), slot(FRIDAY, "dinner"): number("lin")}
        services.set_turns(by=actor("lin"), turns=turns)


origin = begins(app=furnish)


@pytest.fixture(name="app")
def dining(app: Flask, at_lunch: datetime) -> Flask:
    """The school that eats with its pupils."""
    return app

"""A house with commitments on, and a room on top that measures answers."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

import pytest

from kiosk import manifests
from kiosk.core import clock, config
from kiosk.core.db import session, transaction
from kiosk.core.room import Room
from kiosk.core.web import KioskApp
from kiosk.counters.models import Counter
from kiosk.school.services import switch
from tests.conftest import LUNCH, Workplace, actor, begins

MARCH = [date(2026, 3, day) for day in (2, 3, 3, 4, 5)]
"""Days on which somebody asked something."""
asked: list[tuple[date, bool]] = []
"""What the room on top tells of c1."""


def answered(counter: Counter, since: date, until: date, promised: int) -> list[tuple[date, bool]]:
    """The cases of c1 that came in on these days."""
    assert promised in (2, 3)
    return [pair for pair in asked if since <= pair[0] <= until] if counter.code == "c1" else []


def rooms() -> list[Room]:
    """All rooms; what tells of answers is a room on top."""
    name = "cases.answered_in"
    others = [
        replace(room, measures={key: value for key, value in room.measures.items() if key != name})
        for room in manifests()
    ]
    return [*others, Room(name="desk", package="tests.commitments", measures={name: answered})]


def furnish() -> None:
    """Switch commitments on."""
    with clock.moved_to(LUNCH), transaction():
        switch(by=actor("lin"), name="commitments", on=True)


origin = begins(rooms, house=furnish)


@pytest.fixture
def house(workplace: Workplace, instance: config.Instance, at_lunch: datetime) -> KioskApp:
    """The application with commitments switched on, on Wednesday the 4th of March 2026."""
    asked.clear()
    return workplace.open(instance, rooms)


@pytest.fixture
def inside(house: KioskApp) -> Iterator[KioskApp]:
    """The house with its context entered."""
    with house.app_context():
        yield house
        session.remove()

"""A school that uses cases and accountability; Chen owes a reply to a case taken down on a Monday."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.accountability import rounds
from kiosk.accountability.models import Entry
from kiosk.auth.queries import account
from kiosk.auth.services import add_account
from kiosk.cases.models import Case
from kiosk.cases.services import take_down
from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.core.web import KioskApp
from kiosk.counters.services import change_canteen
from kiosk.school.services import save_term, switch
from kiosk.staff.services import add_post, add_team, appoint
from tests.conftest import PASSWORD, actor, begins, canteen, sign_in

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""A Monday, 9:00 in Shanghai. A reply is due on Thursday, the entry is of Friday of the next week, 00:00."""
REPLY_DUE = date(2026, 3, 5)
ENTRY_OF = datetime(2026, 3, 12, 16, 0, tzinfo=UTC)
"""The first moment of Friday, 13 March, in Shanghai."""
PEOPLE = {"xu": ("council", "徐"), "song": ("congress", "宋"), "gao": ("purchaser", "高")}


def at(days: int, hour: int = 1) -> Any:
    """The clock at so many days after that Monday, 9:00 in Shanghai by default."""
    return clock.moved_to(MONDAY.replace(hour=hour) + timedelta(days=days))


def furnish() -> None:
    """Chen's case no. 1 on that Monday. The canteen is closed, and owes no purchases."""
    with at(-1), transaction():
        change_canteen(by=actor("lin"), canteen=canteen(), name="第一食堂", name_en="", active=False)
    with at(0):
        with transaction():
            for username, (role, name) in PEOPLE.items():
                add_account(by=actor("test"), username=username, password=PASSWORD, role=role, name=name)
            save_term(by=actor("test"), name="春", starts=date(2026, 2, 23), ends=date(2026, 7, 3))
            team = add_team(by=actor("lin"), year=2025, name="食堂组")
            post = add_post(by=actor("lin"), team=team, name="食堂管理员")
            appoint(by=actor("lin"), post=post, person=account("chen").person, since=date(2025, 9, 1))
            for name in ("cases", "accountability"):
                switch(by=actor("test"), name=name, on=True)
        take("chen")
        rounds.keep_time()


def until_the_entry() -> None:
    """The same and the nights until Chen's reply becomes an entry."""
    furnish()
    nights(1, 11)


origin = begins(school=furnish, entry=until_the_entry)


@pytest.fixture
def school(app: KioskApp) -> Iterator[Flask]:
    """The school on that Monday."""
    with at(0), app.app_context():
        yield app
        session.remove()


def take(username: str) -> Case:
    """A repair that somebody takes down."""
    with transaction():
        return take_down(by=actor(username), kind="repair", subject="counter:c1", text=f"灯坏了 {username}")


def nights(first: int, last: int) -> None:
    """The server runs through these nights, and its clock comes each time."""
    for number in range(first, last + 1):
        with at(number):
            rounds.keep_time()
            session.remove()


@pytest.fixture
def entry(school: Flask) -> Entry:
    """The entry about Chen's reply."""
    return only()


def only() -> Entry:
    """The one entry that there is."""
    session.rollback()
    session.expire_all()
    return session.query(Entry).one()


def number(username: str) -> int:
    """The number of the person with this account."""
    return account(username).person.number


@pytest.fixture
def desk(school: Flask) -> Callable[[str], FlaskClient]:
    """A function that gives a browser signed in as somebody."""
    return lambda username: sign_in(school.test_client(), username)

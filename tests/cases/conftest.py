"""A school that uses cases, the people in them, and a term with a holiday in it."""

import io
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from kiosk.auth.models import AccountRole
from kiosk.auth.queries import account
from kiosk.auth.services import add_account
from kiosk.cases import services
from kiosk.cases.models import Case
from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.core.web import KioskApp
from kiosk.counters.services import add_duty
from kiosk.school.services import save_term, set_day, switch
from tests.conftest import PASSWORD, actor, begins, counter, csrf, sign_in

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""A Monday, 9:00 in Shanghai."""
HOLIDAY = date(2026, 3, 4)
"""The Wednesday of that week."""
PEOPLE = {
    "he": ("counter_staff", "何"),
    "xu": ("council", "徐"),
    "gao": ("head", "高"),
    "ding": ("accountant", "丁"),
}


def day(number: int, hour: int = 1) -> datetime:
    """So many days after that Monday."""
    return MONDAY.replace(hour=hour) + timedelta(days=number)


def furnish() -> None:
    """Let those people come; He serves at c1 alone. The school uses cases."""
    with clock.moved_to(MONDAY), transaction():
        for username, (role, name) in PEOPLE.items():
            add_account(by=actor("test"), username=username, password=PASSWORD, role=role, name=name)
        session.query(AccountRole).filter_by(role="counter_staff").one().counter = "c1"
        save_term(by=actor("test"), name="春", starts=date(2026, 2, 23), ends=date(2026, 7, 3))
        set_day(by=actor("test"), day=HOLIDAY, is_school_day=False, note="校运会")
        switch(by=actor("test"), name="cases", on=True)
        add_duty(by=actor("test"), counter=counter(), staff_id=number("he"))


origin = begins(school=furnish)


@pytest.fixture
def school(app: KioskApp) -> Iterator[Flask]:
    """The school at that Monday morning."""
    with clock.moved_to(MONDAY), app.app_context():
        yield app
        session.remove()


def number(username: str) -> int:
    """The number of the person with this account."""
    return account(username).person.number


def opened(by: str = "kiosk", **more: Any) -> Case:
    """A complaint about c1 that nobody took down; Lin's, as head of logistics."""
    given = {"kind": "complaint", "subject": "counter:c1", "text": "米饭有点硬", **more}
    with transaction():
        return services.open_case(by=actor(by), **given)


def act(verb: Callable[..., object], by: str, case: Case, **more: Any) -> Case:
    """Let somebody do something with a case, in a transaction of its own."""
    with transaction():
        found = session.get_one(Case, case.id)
        verb(by=actor(by), case=found, **more)
    return fresh(case)


def fresh(case: Case) -> Case:
    """The case as it is stored now."""
    session.rollback()
    session.expire_all()
    return session.get_one(Case, case.id)


@pytest.fixture
def desk(school: Flask) -> Callable[[str], FlaskClient]:
    """A function that gives a browser signed in as somebody."""
    return lambda username: sign_in(school.test_client(), username)


def post(client: FlaskClient, case: Case, verb: str, **form: Any) -> Any:
    """Send a verb's form, as a script does that knows the address and the fields."""
    data = {"csrf_token": csrf(client, "/office/accounts/"), **form}
    return client.post(f"/office/cases/{case.id}/{verb}", data=data)


PLACE = b"GPS 39.9042"


def photo(size: tuple[int, int] = (3000, 2000), form: str = "JPEG") -> io.BytesIO:
    """A picture full of noise, which says where it was taken."""
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = PLACE.decode()
    Image.effect_noise(size, 40).convert("RGB").save(file, form, exif=exif)
    file.seek(0)
    return file

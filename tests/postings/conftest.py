"""A house with a second kind on top, and whoever writes and approves in it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from kiosk import manifests
from kiosk.auth.services import add_account
from kiosk.cli import main
from kiosk.core import clock, config
from kiosk.core.db import session, transaction
from kiosk.core.room import Room, switches
from kiosk.core.web import KioskApp
from kiosk.school.services import switch
from tests.attic.fees import FEES
from tests.attic.lost import LOST
from tests.attic.room import ROOM as ATTIC
from tests.conftest import LUNCH, PASSWORD, Workplace, actor, begins, sign_in

HERE = replace(ATTIC, checks={}, heads={}, posting_kinds=(FEES, LOST))
SignIn = Callable[[str], FlaskClient]


def rooms() -> list[Room]:
    """All rooms, and the attic's kinds."""
    return [*manifests(), HERE]


def furnish() -> None:
    """Switch on all that can be on; beside the standing characters Zhou of the school council comes."""
    with clock.moved_to(LUNCH), transaction():
        for option in switches():
            switch(by=actor("lin"), name=option.name, on=True)
        add_account(by=actor("test"), username="zhou", password=PASSWORD, role="council", name="周")


origin = begins(rooms, house=furnish)


@pytest.fixture
def house(workplace: Workplace, instance: config.Instance, at_lunch: datetime) -> KioskApp:
    """The application of those rooms, furnished."""
    return workplace.open(instance, rooms, attic="{{ section.dust }}")


@pytest.fixture
def inside(house: KioskApp) -> Iterator[KioskApp]:
    """The house with its context entered."""
    with house.app_context():
        yield house
        session.remove()


@pytest.fixture
def of(house: KioskApp) -> SignIn:
    """A browser of each account."""
    return cache(lambda username: sign_in(house.test_client(), username))


@pytest.fixture
def run(house: KioskApp, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs a command in the house."""
    monkeypatch.setattr("kiosk.cli.open_app", lambda: house)
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words])

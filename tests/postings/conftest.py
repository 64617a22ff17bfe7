"""A house with a second kind on top, and whoever writes and approves in it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from jinja2 import ChoiceLoader, DictLoader

from kiosk import create_app, manifests
from kiosk.auth.services import add_account
from kiosk.cli import main
from kiosk.core import config
from kiosk.core.db import db, session, transaction
from kiosk.core.room import switches
from kiosk.core.web import KioskApp
from kiosk.school.services import switch
from tests.attic.fees import FEES
from tests.attic.lost import LOST
from tests.attic.room import ROOM as ATTIC
from tests.conftest import COMPILED, PASSWORD, FreshClient, actor, sign_in

HERE = replace(ATTIC, checks={}, heads={}, posting_kinds=(FEES, LOST))
SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def house(instance: config.Instance, at_lunch: datetime) -> Iterator[KioskApp]:
    """The application with all that can be on; beside the standing characters Zhou of the school council."""
    app = create_app(instance, [*manifests(), HERE])
    app.jinja_env.bytecode_cache = COMPILED
    app.test_client_class = FreshClient
    app.jinja_loader = ChoiceLoader([app.jinja_loader, DictLoader({"attic.html": "{{ section.dust }}"})])
    with app.app_context(), transaction():
        for option in switches():
            switch(by=actor("lin"), name=option.name, on=True)
        add_account(by=actor("test"), username="zhou", password=PASSWORD, role="council", name="周")
    yield app
    with app.app_context():
        session.remove()
        db.engine.dispose()


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

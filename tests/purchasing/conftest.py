"""The people who sign the sheets of these tests, where they are known before."""

import pytest
from flask import Flask

from kiosk.core.db import transaction
from kiosk.persons.services import save_person
from tests.conftest import actor

SIGNERS = "采购员 保管员 验收员甲 验收员乙 甲某 乙某 丙某 丁某".split()


@pytest.fixture
def signers(app: Flask) -> None:
    """Nobody on a sheet is new here."""
    with app.app_context(), transaction():
        for name in SIGNERS:
            save_person(by=actor("test"), name=name)

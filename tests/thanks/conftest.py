"""The school that uses cases, and tells what was put right and whom it thanks."""

import pytest
from flask import Flask

from kiosk.core import clock
from kiosk.core.db import transaction
from kiosk.school.services import switch
from tests.cases.conftest import MONDAY, desk, school
from tests.cases.conftest import furnish as at_school
from tests.conftest import actor, begins

__all__ = ["desk", "school"]


def furnish() -> None:
    """Switch on that it tells so."""
    at_school()
    with clock.moved_to(MONDAY), transaction():
        switch(by=actor("test"), name="thanks", on=True)


origin = begins(school=at_school, house=furnish)


@pytest.fixture
def house(school: Flask) -> Flask:
    """The school that tells what was put right."""
    return school

"""The school that uses cases, and tells what was put right and whom it thanks."""

from collections.abc import Iterator

import pytest
from flask import Flask

from kiosk.core.db import transaction
from kiosk.school.services import switch
from tests.cases.conftest import desk, school
from tests.conftest import actor

__all__ = ["desk", "school"]


@pytest.fixture
def house(school: Flask) -> Iterator[Flask]:
    """The school that tells what was put right."""
    with transaction():
        switch(by=actor("test"), name="thanks", on=True)
    return school

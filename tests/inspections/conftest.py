"""The school that uses cases and rounds, on Wednesday the 4th of March 2026 at lunch."""

import pytest
from flask import Flask

from kiosk.core import clock
from kiosk.core.db import transaction
from kiosk.inspections import queries, services
from kiosk.inspections.lines import MINUTES
from kiosk.inspections.models import ChecklistVersion
from kiosk.inspections.queries import CHECK, NUMBER, ROUND, Line
from kiosk.school.services import switch
from tests.cases.conftest import MONDAY, desk, school
from tests.cases.conftest import furnish as at_school
from tests.conftest import actor, begins

__all__ = ["desk", "school"]

LINES = (
    Line("", "地面无积水", CHECK, hint="看一看龙头下面", photo=True),
    Line("", "排队有人维持", CHECK),
    Line("", "等候时间", NUMBER, MINUTES, most=50),
)
QUESTIONS = ({"text": "水够热吗？", "kind": "yes_no"}, {"text": "服务态度", "kind": "levels"})


def furnish() -> None:
    """Switch rounds on."""
    at_school()
    with clock.moved_to(MONDAY), transaction():
        switch(by=actor("test"), name="inspections", on=True)


origin = begins(school=at_school, house=furnish)


@pytest.fixture
def house(school: Flask) -> Flask:
    """The school that makes rounds."""
    return school


@pytest.fixture
def version(house: Flask) -> ChecklistVersion:
    """A list of three lines and two questions."""
    with transaction():
        made = services.make_checklist(
            by=actor("lin"), use=ROUND, name="开水房开放巡查", lines=LINES, questions=QUESTIONS
        )
    return queries.checklist(made.id, ROUND).current

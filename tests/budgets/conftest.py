"""A school with a budget in force: 1,000 yuan for vegetables, 500 for oil (earmarked), 300 for repairs."""

from datetime import date, datetime

import pytest
from flask import Flask

from kiosk.auth.services import add_account
from kiosk.budgets import queries, services
from kiosk.budgets.models import BudgetVersion
from kiosk.budgets.services import Typed
from kiosk.core import clock
from kiosk.core.db import transaction
from kiosk.school.services import save_term, switch
from kiosk.steps import queries as steps
from kiosk.steps.models import OPEN, Approval
from kiosk.steps.services import decide
from tests.conftest import LUNCH, PASSWORD, actor, begins

LINES = (
    Typed(None, "蔬菜", 100_000, "蔬菜类", name_en="Vegetables"),
    Typed(None, "食用油", 50_000, "油类", earmarked=True, name_en="Oil"),
    Typed(None, "维修", 30_000, name_en="Repairs"),
)
DECIDERS = ("lin", "qin", "xu", "zhou", "sun")


def decide_all(subject: str, *, approves: bool = True) -> Approval:
    """Let everybody who is asked decide about a subject, level by level."""
    found = steps.approvals(subject)[0]
    for name in DECIDERS:
        with transaction():
            found = steps.approval(found.id)
            if found.state != OPEN:
                break
            now = steps.standing(found).asked
            assert now
            voice = steps.voice_for(now.level, found, steps.voices(actor(name)))
            if voice:
                decide(by=actor(name), approval=found, approves=approves, why="同意" if approves else "再议")
    return found


def plan(*lines: Typed, why: str = "") -> BudgetVersion:
    """Wu drafts a version of these lines beside those in force, and proposes it."""
    with transaction():
        found = services.begin(by=actor("wu"), term=term())
        rows = [typed(row.line_id, row.name) for row in found.rows]
        services.save(by=actor("wu"), version=found, rows=[*rows, *lines], why=why, seen=found.revision)
        services.propose(by=actor("wu"), version=found)
    return found


def typed(line: int, name: str) -> Typed:
    """A line as it stands."""
    row = next(row for row in queries.positions(term().id) if row.line == line)
    return Typed(line, name, row.planned, row.item_class, row.earmarked, row.purpose, row.name_en)


def term():  # type: ignore[no-untyped-def]
    """The term of the budget."""
    found = queries.term_on(date(2026, 3, 4))
    assert found
    return found


def line(name: str) -> int:
    """The number of the line of this name."""
    return next(one.line for one in queries.positions(term().id) if one.name == name)


def furnish() -> None:
    """Let Lin and the principal approve the budget of the term."""
    with clock.moved_to(LUNCH):
        with transaction():
            switch(by=actor("lin"), name="budgets", on=True)
            if queries.term_on(date(2026, 3, 4)) is None:
                save_term(by=actor("lin"), name="春季", starts=date(2026, 2, 23), ends=date(2026, 7, 1))
            for name, role, called in (
                ("qin", "principal", "秦"),
                *((name, "council", name) for name in DECIDERS[2:]),
            ):
                add_account(by=actor("test"), username=name, password=PASSWORD, role=role, name=called)
        plan(*LINES)
        decide_all(f"budget:{queries.versions(term().id)[0].id}")


origin = begins(app=furnish)


@pytest.fixture(name="app")
def budgeting(app: Flask, at_lunch: datetime) -> Flask:
    """The budget of the term was approved by Lin and the principal."""
    return app

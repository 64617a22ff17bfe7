"""A payment and the budget: held when it is asked for, freed when it is taken back, spent when it is paid."""

from datetime import date

import pytest
from flask import Flask

from kiosk.budgets import queries as budget
from kiosk.budgets import services as moves
from kiosk.budgets.services import Typed
from kiosk.core.db import session, transaction
from kiosk.core.errors import Invalid
from kiosk.payments import queries, services
from kiosk.school.services import save_term, switch
from kiosk.steps.queries import waiting
from kiosk.steps.services import decide as step
from tests.budgets.conftest import line
from tests.conftest import actor
from tests.payments.conftest import ask, decide, other, pay


def figures(name: str) -> tuple[int, int, int]:
    """What a line has committed, spent and left."""
    session.remove()
    one = budget.position(line(name))
    return one.committed, one.spent, one.available


@pytest.fixture
def planned(house: Flask) -> None:
    """1,000 yuan for food and 400 for electricity, approved."""
    with transaction():
        switch(by=actor("lin"), name="budgets", on=True)
        term = save_term(by=actor("lin"), name="春", starts=date(2026, 2, 23), ends=date(2026, 7, 1))
    with transaction():
        found = moves.begin(by=actor("wu"), term=term)
        rows = [Typed(None, "食材", 1_000_00), Typed(None, "电费", 400_00)]
        moves.save(by=actor("wu"), version=found, rows=rows, why="", seen=found.revision)
        moves.propose(by=actor("wu"), version=found)
    for name in ("lin", "zheng"):
        with transaction():
            step(by=actor(name), approval=waiting()[0], approves=True)


@pytest.mark.usefixtures("planned")
def test_money_is_held_freed_and_spent_once() -> None:
    with pytest.raises(Invalid):
        ask(other(100_00))
    with pytest.raises(moves.Overspent):
        ask(other(400_01, budget_line=line("电费")))
    first = ask(other(390_00, budget_line=line("电费")))
    assert figures("电费") == (390_00, 0, 10_00)
    with pytest.raises(moves.Overspent):
        ask(other(20_00, budget_line=line("电费")))
    with transaction():
        changed = other(300_00, budget_line=line("电费"))
        services.change(by=actor("zhao"), payment=queries.payment(first.id), seen=1, wish=changed)
    assert figures("电费") == (300_00, 0, 100_00)
    decide(first, "lin")
    pay(first)
    assert figures("电费") == (0, 300_00, 100_00)
    second = ask(other(90_00, budget_line=line("电费")))
    with transaction():
        services.take_back(by=actor("zhao"), payment=queries.payment(second.id), reason="重复了")
    assert figures("电费") == (0, 300_00, 100_00)

"""Committed, replaced, spent: one thing counted once, and never more than a line has."""

from collections import Counter
from contextvars import copy_context
from threading import Thread

import pytest
from flask import Flask

from kiosk.budgets import checks, queries, services
from kiosk.budgets.services import NothingCommitted, NotInForce, Overspent, WrongClass
from kiosk.core.db import session, transaction
from tests.budgets.conftest import line, plan, term
from tests.conftest import actor, tamper


def available(name: str = "蔬菜") -> int:
    return queries.position(line(name)).available


def test_plan_order_and_invoice_count_once(context: Flask) -> None:
    wu, number = actor("wu"), line("蔬菜")
    with transaction():
        services.commit(by=wu, line=number, amount=30_000, source="plan:3")
    assert available() == 70_000
    with transaction():
        services.replace(by=wu, of="plan:3", source="order:7", amount=20_000)
    assert available() == 70_000
    assert (queries.committed("plan:3"), queries.committed("order:7")) == (10_000, 20_000)
    with transaction():
        services.spend(by=wu, of="order:7", source="payment:2", amount=20_000)
    found = queries.position(number)
    assert (found.planned, found.committed, found.spent, found.available) == (100_000, 10_000, 20_000, 70_000)
    with transaction():
        assert services.release(by=wu, source="plan:3") == 10_000
        assert services.release(by=wu, source="plan:3") == 0, "done twice is the same"
        services.refund(by=wu, source="payment:2", amount=5_000)
    assert available() == 85_000
    assert list(checks.recount()) == []


def test_only_the_excess_is_asked_of_the_line(context: Flask) -> None:
    wu = actor("wu")
    with transaction():
        services.commit(by=wu, line=line("蔬菜"), amount=95_000, source="plan:1")
    with pytest.raises(Overspent) as refused, transaction():
        services.replace(by=wu, of="plan:1", source="order:1", amount=100_001)
    assert refused.value.facts == {"line": line("蔬菜"), "left": 5_000, "asked": 5_001}
    assert (refused.value.status, "蔬菜" in str(refused.value)) == (422, True)
    with transaction():
        services.replace(by=wu, of="plan:1", source="order:1", amount=100_000)
    assert available() == 0
    with pytest.raises(NothingCommitted), transaction():
        services.replace(by=wu, of="plan:1", source="order:2", amount=1)


def test_an_earmarked_line_takes_its_class_alone(context: Flask) -> None:
    wu = actor("wu")
    with pytest.raises(WrongClass), transaction():
        services.commit(by=wu, line=line("食用油"), amount=1, source="plan:1", item_class="肉食类")
    with transaction():
        services.commit(by=wu, line=line("食用油"), amount=1, source="plan:1", item_class="油类")
        services.commit(by=wu, line=line("维修"), amount=1, source="plan:1", item_class="肉食类")
    names = [one.name for one in queries.lines_for(term().starts, "肉食类")]
    assert names == ["蔬菜", "维修"]
    with pytest.raises(NothingCommitted), transaction():
        services.spend(by=wu, of="plan:1", source="payment:1", amount=1)
    with transaction():
        services.spend(by=wu, of="plan:1", line=line("维修"), source="payment:1", amount=1)
    assert queries.committed("plan:1") == 1


def test_a_line_that_was_not_approved_gives_nothing(context: Flask) -> None:
    version = plan(services.Typed(None, "炊具", 20_000))
    with pytest.raises(NotInForce), transaction():
        services.commit(by=actor("wu"), line=version.rows[-1].line_id, amount=1, source="plan:1")


def test_the_recount_names_the_first_figure_that_differs(context: Flask) -> None:
    number = line("维修")
    with transaction():
        services.spend(by=actor("wu"), line=number, source="payment:1", amount=700)
    assert list(checks.recount()) == []
    tamper("UPDATE budget_line SET spent = spent + 1 WHERE id = :id", id=number)
    tamper("UPDATE budget_move SET committed = 5, taken = 5 WHERE source = 'payment:1'")
    found = {(one.kind, one.place): one for one in checks.recount()}
    assert {kind for kind, _place in found} == {"budget line", "budget move"}
    assert found["budget line", str(number)].detail == "spent: 701, moves: 700"


def test_fifty_writers_at_once_take_no_more_than_there_is(context: Flask) -> None:
    number, told = line("蔬菜"), Counter[str]()

    def write(one: int) -> None:
        with context.app_context():
            try:
                with transaction(wait=60):
                    services.commit(by=actor("wu"), line=number, amount=3_000, source=f"plan:{one}")
                told["committed"] += 1
            except Overspent:
                told["refused"] += 1
            session.remove()

    session.remove()
    writers = [Thread(target=copy_context().run, args=(write, one)) for one in range(50)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(90)
    assert told == {"committed": 33, "refused": 17}
    found = queries.position(number)
    assert (found.committed, found.available) == (99_000, 1_000)
    assert list(checks.recount()) == []

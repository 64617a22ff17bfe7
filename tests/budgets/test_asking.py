"""Versions, transfers and exceptions: decided by those who are asked, and what they leave behind."""

import pytest
from flask import Flask

from kiosk.budgets import checks, queries, services
from kiosk.budgets.models import APPROVED, PROPOSED, RETURNED
from kiosk.budgets.services import Earmarked, Overspent, Stale, TooLittle, Typed
from kiosk.core.db import transaction
from kiosk.core.errors import Conflict, Forbidden
from kiosk.steps import queries as steps
from kiosk.steps.models import WITHDRAWN
from kiosk.steps.services import decide
from tests.budgets.conftest import decide_all, line, plan, term, typed
from tests.conftest import actor


def test_a_version_holds_once_it_is_approved_and_keeps_what_was_spent(context: Flask) -> None:
    number = line("维修")
    version = plan(Typed(None, "炊具", 20_000), why="添置蒸箱")
    assert [one.name for one in queries.positions(term().id)] == ["蔬菜", "食用油", "维修"]
    asked = steps.approvals(f"budget:{version.id}")[0]
    with pytest.raises(Forbidden), transaction():
        decide(by=actor("wu"), approval=steps.approval(asked.id), approves=True)
    with transaction():
        transfer = services.ask_transfer(
            by=actor("wu"), from_line=line("蔬菜"), to_line=number, amount=5_000, reason="水管爆裂"
        )
    assert decide_all(services.subject_of(transfer)).state == APPROVED
    assert decide_all(f"budget:{version.id}").state == APPROVED
    planned = {one.name: one.planned for one in queries.positions(term().id)}
    assert planned == {"蔬菜": 95_000, "食用油": 50_000, "维修": 35_000, "炊具": 20_000}, (
        "what was transferred while it waited stays"
    )
    assert list(checks.recount()) == []


def test_an_edit_voids_what_was_signed_and_an_older_page_saves_nothing(context: Flask) -> None:
    version = plan(Typed(None, "炊具", 20_000))
    asked = steps.approvals(f"budget:{version.id}")[0]
    with transaction():
        decide(by=actor("lin"), approval=steps.approval(asked.id), approves=True)
    rows = [typed(row.line_id, row.name) for row in version.rows[:3]]
    more = [*rows, Typed(version.rows[3].line_id, "炊具", 21_000)]
    seen = version.revision
    with transaction():
        services.save(by=actor("wu"), version=queries.version(version.id), rows=more, why="", seen=seen)
    now = steps.standing(steps.approval(asked.id))
    assert (now.approval.level, len(now.void)) == (1, 1)
    with pytest.raises(Stale), transaction():
        services.save(by=actor("wu"), version=queries.version(version.id), rows=rows, why="", seen=seen)


def test_a_version_leaves_each_line_what_is_committed(context: Flask) -> None:
    number = line("维修")
    version = plan(Typed(None, "炊具", 20_000))
    with transaction():
        services.commit(by=actor("wu"), line=number, amount=25_000, source="plan:1")
    rows = [typed(row.line_id, row.name) for row in version.rows[:2]]
    for lower in ([*rows, Typed(number, "维修", 24_999)], rows):
        with pytest.raises(TooLittle), transaction():
            services.save(
                by=actor("wu"), version=queries.version(version.id), rows=lower, why="", seen=version.revision
            )
    lower = [*rows, Typed(number, "维修", 25_000)]
    with transaction():
        found = queries.version(version.id)
        services.save(by=actor("wu"), version=found, rows=lower, why="", seen=found.revision)
        services.commit(by=actor("wu"), line=number, amount=1, source="plan:2")
    with pytest.raises(Conflict, match="维修"):
        decide_all(f"budget:{version.id}")
    assert queries.version(version.id).state == PROPOSED


def test_a_transfer_is_decided_and_never_out_of_an_earmarked_line(context: Flask) -> None:
    giving, taking, wu = line("蔬菜"), line("维修"), actor("wu")
    with pytest.raises(Earmarked) as refused, transaction():
        services.ask_transfer(by=wu, from_line=line("食用油"), to_line=taking, amount=1, reason="补不足")
    assert refused.value.status == 422
    with pytest.raises(Overspent), transaction():
        services.ask_transfer(by=wu, from_line=giving, to_line=taking, amount=100_001, reason="补不足")
    with transaction():
        found = services.ask_transfer(by=wu, from_line=giving, to_line=taking, amount=60_000, reason="补不足")
    with transaction():
        same = services.ask_transfer(by=wu, from_line=giving, to_line=taking, amount=60_000, reason="补不足")
    assert same.id == found.id, "a form that is sent twice asks once"
    assert queries.position(giving).available == 40_000, "what is to go is committed meanwhile"
    assert decide_all(services.subject_of(found), approves=False).state == RETURNED
    assert queries.position(giving).available == 100_000
    wish = queries.wish(services.subject_of(found))
    seen = services.hash_of(wish)
    for _time in range(2):
        with transaction():
            services.change(by=wu, wish=wish, seen=seen, amount=50_000, reason="少一些")
    with pytest.raises(Stale), transaction():
        services.change(by=actor("lin"), wish=wish, seen=seen, amount=1, reason="更少")
    assert decide_all(services.subject_of(found)).state == APPROVED
    assert [queries.position(one).available for one in (giving, taking)] == [50_000, 80_000]
    with transaction():
        again = services.ask_transfer(by=wu, from_line=giving, to_line=taking, amount=1, reason="补不足")
    with transaction():
        services.withdraw(by=wu, wish=queries.wish(services.subject_of(again)))
    assert queries.position(giving).available == 50_000
    assert steps.approvals(services.subject_of(again))[0].state == WITHDRAWN
    assert list(checks.recount()) == []


def test_an_exception_is_decided_one_level_higher_and_used_once(context: Flask) -> None:
    number, wu = line("维修"), actor("wu")
    with transaction():
        found, same = (
            services.ask_exception(by=wu, line=number, amount=20_000, title="锅炉抢修", reason="停热水")
            for _time in range(2)
        )
    assert found.id == same.id
    subject = services.subject_of(found)
    levels = [one.level.roles for one in steps.standing(steps.approvals(subject)[0]).levels]
    assert levels == [("head",), ("principal",)], "200 yuan alone would be the head's"
    with pytest.raises(Overspent), transaction():
        services.commit(by=wu, line=number, amount=50_000, source="plan:1")
    decide_all(subject)
    with transaction():
        services.commit(by=wu, line=number, amount=45_000, source="plan:1")
    with pytest.raises(Overspent), transaction():
        services.commit(by=wu, line=number, amount=5_001, source="plan:2")
    assert queries.position(number).available == -15_000
    with transaction():
        services.spend(by=wu, of="plan:1", source="payment:1", amount=35_000)
        services.release(by=wu, source="plan:1")
    now = queries.position(number)
    assert (now.available, now.over, now.can_give) == (-5_000, 5_000, 15_000)
    version = plan(Typed(None, "炊具", 1))
    with transaction():
        rows = [typed(one.line_id, one.name) for one in version.rows[:2]]
        found_version = queries.version(version.id)
        services.save(
            by=wu,
            version=found_version,
            rows=[*rows, Typed(number, "维修", 35_000)],
            why="",
            seen=found_version.revision,
        )
    decide_all(f"budget:{version.id}")
    now = queries.position(number)
    assert (now.available, now.can_give) == (0, 15_000), "a plan that was raised gives no allowance back"
    assert list(checks.recount()) == []

"""Decisions by several different people: who may, who comes too late, and what voids a signature."""

import json
import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select, text
from sqlalchemy.exc import IntegrityError

from kiosk.auth.queries import account
from kiosk.auth.services import add_account, give_role
from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import opened
from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor, Place
from kiosk.core.db import db, session, transaction
from kiosk.core.errors import Conflict, Forbidden, Invalid
from kiosk.operation import audit
from kiosk.persons.models import Namesake
from kiosk.steps import queries, services
from kiosk.steps.models import Approval, Decision, Delegation
from kiosk.steps.queries import Ladder, Level
from kiosk.steps.services import Seen, decide
from tests.conftest import PASSWORD, actor, tamper
from tests.steps.conftest import (
    MORNING,
    NOTE,
    PAYMENT,
    act,
    number,
    outcomes,
    propose,
    second_account,
)

pytestmark = pytest.mark.usefixtures("school")


def approve(by: str, approval: Approval, **more: object) -> None:
    act(decide, by, approval, approves=True, **more)


def standing(approval: Approval) -> tuple[str, int]:
    session.expire_all()
    found = queries.approval(approval.id)
    return found.state, found.level


def test_it_goes_up_level_by_level_and_its_room_is_told() -> None:
    found = propose()
    approve("lin", found)
    assert (standing(found), outcomes) == (("open", 2), [])
    approve("xu", found)
    assert (standing(found), outcomes) == (("approved", 2), [("note:7", "approved")])


def test_who_is_sent_back_hears_why() -> None:
    found = propose()
    with pytest.raises(Invalid):
        act(decide, "lin", found, approves=False, why=" ")
    act(decide, "lin", found, approves=False, why="日期不对")
    assert (standing(found), outcomes) == (("returned", 1), [("note:7", "returned")])
    assert [one.why for one in queries.history(queries.approval(found.id))] == ["", "日期不对"]


@pytest.mark.parametrize("by", ["chen", "lin", "admin"])
def test_the_drafter_never_approves_the_own(by: str) -> None:
    found = propose(by)
    with pytest.raises(Forbidden):
        approve(by, found)
    assert standing(found) == ("open", 1)


def test_the_drafter_does_not_approve_with_another_account() -> None:
    found = propose("chen")
    second = second_account("chen", "admin")
    with pytest.raises(services.HasAPart):
        approve(second, found)


def test_a_renamed_account_is_the_same_person() -> None:
    found = propose("lin")
    with transaction():
        account("lin").username = "linda"
    with pytest.raises(services.HasAPart):
        approve("linda", found)


def test_who_changes_it_drafts_it() -> None:
    found = propose("chen")
    act(services.change, "lin", found, content=b"[]")
    with pytest.raises(services.HasAPart):
        approve("lin", found)
    approve("gao", found)


def test_a_namesake_who_may_be_the_drafter_waits_for_the_school() -> None:
    found = propose("chen")
    with transaction():
        session.add(Namesake(person_id=number("chen"), other_id=number("lin")))
    with pytest.raises(Forbidden):
        approve("lin", found)
    with transaction():
        session.scalars(select(Namesake)).one().same = False
    approve("lin", found)


def test_a_person_with_two_accounts_signs_once() -> None:
    found = propose()
    second = second_account("lin", "council")
    approve("lin", found)
    with pytest.raises(services.HasVoted):
        approve(second, found)
    assert standing(found) == ("open", 2)


def test_a_place_of_the_chain_is_a_place() -> None:
    found = propose(parts={"purchaser": [number("lin")], "receivers": [number("xu"), number("he")]})
    for by in ("lin", "xu"):
        with pytest.raises(Forbidden):
            approve(by, found)
    with pytest.raises(Forbidden):
        act(services.fill, "chen", found, part="cashier", person=number("xu"))
    act(services.fill, "chen", found, part="cashier", person=number("gao"))
    with pytest.raises(services.HasAPart):
        approve("gao", found)
    approve("admin", found)


@pytest.mark.parametrize("parts", [{"purchaser": ["lin"], "receivers": ["lin"]}, {"receivers": ["he", "he"]}])
def test_nobody_is_named_in_two_places(parts: dict[str, list[str]]) -> None:
    with pytest.raises(Forbidden):
        propose(parts={name: [number(one) for one in people] for name, people in parts.items()})


def test_who_is_not_asked_may_not() -> None:
    found = propose()
    for by in ("he", "wu", "xu"):
        with pytest.raises(services.NotAsked):
            approve(by, found)
    with pytest.raises(Forbidden), transaction():
        decide(by=Actor("kiosk"), approval=queries.approval(found.id), approves=True)


def test_only_who_proposes_begins_changes_and_withdraws() -> None:
    with pytest.raises(Forbidden):
        propose("he")
    found = propose()
    with pytest.raises(Forbidden):
        act(services.change, "he", found, content=b"[]")
    with pytest.raises(Forbidden):
        act(services.withdraw, "he", found)
    with pytest.raises(Conflict):
        propose("lin")
    act(services.withdraw, "chen", found)
    assert standing(found) == ("withdrawn", 1)
    with pytest.raises(Conflict):
        act(services.change, "chen", found, content=b"[]")
    with pytest.raises(services.Over):
        approve("lin", found)
    propose("lin")


def test_a_role_at_a_place_counts_at_that_place_alone() -> None:
    here, there = Place("k1"), Place("k2")
    with transaction():
        add_account(
            by=actor("test"), username="liu", password=PASSWORD, role="canteen_manager", at=here, name="刘"
        )
        give_role(by=actor("test"), account=account("he"), role="head", at=here)
    for place in (SCHOOL, there):
        with pytest.raises(Forbidden):
            propose("liu", at=place)
    own = propose("liu", at=Place("k1", "c1"))
    other = propose("chen", subject="note:8", at=there)
    assert [one.approval.id for one in queries.waiting_for(actor("he"))] == [own.id]
    with pytest.raises(services.NotAsked):
        approve("he", other)
    approve("he", own)


def test_a_changed_byte_voids_what_was_signed_and_the_signature_stays() -> None:
    found = propose(content=b'{"text":"a"}')
    approve("lin", found)
    act(services.change, "chen", found, content=b'{"text":"b"}', changed=["text"])
    assert standing(found) == ("open", 1)
    now = queries.standing(queries.approval(found.id))
    assert [(one.person.name, one.hash) for one in now.void] == [("林", services.digest(b'{"text":"a"}'))]
    assert [one.decisions for one in now.levels] == [[], []]
    assert [one.is_void for one in queries.history(now.approval)] == [False, True, False]
    approve("lin", found)
    approve("xu", found)
    assert standing(found) == ("approved", 2)


def test_the_same_bytes_void_nothing() -> None:
    found = propose(content=b"{}")
    approve("lin", found)
    act(services.change, "chen", found, content=b"{}")
    assert standing(found) == ("open", 2)


def test_what_is_approved_does_not_change() -> None:
    found = propose()
    approve("lin", found)
    approve("xu", found)
    with pytest.raises(Conflict):
        act(services.change, "chen", found, content=b"[]")
    with pytest.raises(Conflict):
        act(services.withdraw, "chen", found)


def test_who_looked_at_the_old_text_signs_nothing() -> None:
    found = propose(content=b"a")
    act(services.change, "chen", found, content=b"b", changed=["text"])
    with pytest.raises(services.Changed) as refused:
        approve("lin", found, seen=Seen(services.digest(b"a"), 1))
    assert refused.value.status == 409
    assert refused.value.params["changed"] == str(NOTE.fields["text"])
    approve("lin", found, seen=Seen(services.digest(b"b"), 1))


def test_of_two_who_decide_at_once_one_counts_and_the_other_is_told() -> None:
    found = propose()
    seen = Seen(found.hash, 1)
    approve("lin", found, seen=seen)
    with pytest.raises(services.DecidedFirst) as refused:
        approve("gao", found, seen=seen)
    assert refused.value.params["name"] == "林"
    act(decide, "xu", found, approves=False, why="不同意")
    with pytest.raises(services.DecidedFirst):
        approve("zhou", found, seen=Seen(found.hash, 2))
    assert session.scalar(select(Decision.id).where(Decision.person_id == number("gao"))) is None


def test_a_collective_of_three_with_two_waits() -> None:
    found = propose(ladder=PAYMENT, subject="payment:1", amount=20_000_00)
    approve("lin", found)
    approve("xu", found)
    approve("zhou", found)
    assert standing(found) == ("open", 2)
    assert queries.standing(queries.approval(found.id)).levels[1].missing == 1
    with pytest.raises(services.HasVoted):
        approve("xu", found, seen=Seen(found.hash, 2))
    approve("sun", found)
    assert standing(found) == ("approved", 2)


def send_back(by: str, approval: Approval) -> None:
    act(decide, by, approval, approves=False, why="too dear")


def test_no_member_of_a_collective_stops_it_alone() -> None:
    found = propose(ladder=PAYMENT, subject="payment:1", amount=20_000_00)
    approve("lin", found)
    send_back("xu", found)
    assert standing(found) == ("open", 2)
    now = queries.standing(queries.approval(found.id)).levels[1]
    assert (now.missing, now.missing_to_return) == (3, 1)
    approve("zhou", found)
    send_back("sun", found)
    assert standing(found) == ("returned", 2)
    assert audit.check().problems == []


def test_a_collective_agrees_over_one_who_does_not() -> None:
    with transaction():
        add_account(by=actor("test"), username="hu", password=PASSWORD, role="council", name="胡")
    found = propose(ladder=PAYMENT, subject="payment:1", amount=20_000_00)
    for one in ("lin", "xu", "zhou"):
        approve(one, found)
    send_back("sun", found)
    assert standing(found) == ("open", 2)
    approve("hu", found)
    assert standing(found) == ("approved", 2)
    agreed = queries.agreed(queries.approval(found.id).valid)
    assert {one.person.name for one in agreed} == {"林", "徐", "周", "胡"}


def test_an_approval_from_before_is_sent_back_by_one_as_its_ladder_said() -> None:
    found = Approval(amount=None, declared='{"levels":[{"roles":["council"],"least":3}]}')
    assert queries.levels_of(found)[0].enough_to_return == 1
    assert Level(roles=("council",), least=3).enough_to_return == 2


def test_a_level_of_the_whole_school_asks_nobody_with_a_part_of_it() -> None:
    with transaction():
        give_role(by=actor("test"), account=account("he"), role="head", at=Place("k1"))
    whole = replace(NOTE, levels=lambda: (Level(roles=("head",), whole=True),))
    found = propose(ladder=whole, at=Place("k1"))
    with pytest.raises(services.NotAsked):
        approve("he", found)
    approve("lin", found)
    assert standing(found) == ("approved", 1)


@pytest.mark.parametrize(
    ("amount", "asked"),
    [
        (None, ["head"]),
        (500_00, ["head"]),
        (500_01, ["head", "accountant"]),
        (10_000_00, ["head", "accountant"]),
        (10_000_01, ["head", "council"]),
    ],
)
def test_the_amount_says_who_is_asked(amount: int | None, asked: list[str]) -> None:
    found = propose(ladder=PAYMENT, amount=amount)
    assert [level.roles[0] for level in queries.levels_of(found)] == asked


def test_a_running_approval_keeps_its_ladder() -> None:
    levels = [Level(roles=("head",))]
    ladder = Ladder(name="note", label=NOTE.label, levels=lambda: levels, proposers=NOTE.proposers)
    found = propose(ladder=ladder)
    levels.append(Level(roles=("council",)))
    approve("lin", found)
    assert standing(found) == ("approved", 1)


def test_a_ladder_can_demand_the_second_factor() -> None:
    ladder = replace(NOTE, second_factor=True)
    found = propose(ladder=ladder)
    with pytest.raises(services.CodeNeeded):
        approve("lin", found)
    approve("lin", found, confirmed=True)
    assert standing(found) == ("open", 2)


def test_of_two_threads_one_counts(school: Flask) -> None:
    found = propose()
    seen, told = Seen(found.hash, 1), []

    def try_it(by: str) -> None:
        with school.app_context():
            try:
                approve(by, found, seen=seen)
                told.append("counted")
            except Conflict as problem:
                told.append(problem.code)
            session.remove()

    threads = [threading.Thread(target=try_it, args=(by,)) for by in ("lin", "gao", "admin")]
    session.rollback()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["counted", "decided-first", "decided-first"]
    assert standing(found) == ("open", 2)


def number_of_queries(school: Flask) -> int:
    """How many queries it takes to say what waits for Lin."""
    session.remove()
    seen: list[str] = []

    def note(*statement: object) -> None:
        seen.append(str(statement[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    assert queries.waiting_for(actor("lin"))
    event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


def test_what_waits_costs_the_same_however_much_it_is(school: Flask) -> None:
    propose(parts={"receivers": [number("he")]})
    few = number_of_queries(school)
    for subject in ("note:8", "note:9", "note:10"):
        propose(subject=subject, parts={"receivers": [number("he")]})
    assert number_of_queries(school) == few


def absent(who: str, stand_in: str, days: int = 2) -> Delegation:
    today = date(2026, 3, 2)
    with transaction():
        return services.delegate(
            by=actor(who),
            stand_in=number(stand_in),
            first=today,
            last=today + timedelta(days=days),
            reason="培训",
        )


def test_a_stand_in_signs_while_the_absence_lasts() -> None:
    found, other = propose(), propose(subject="note:8")
    absent("lin", "he")
    assert [
        (one.approval.id, one.absent and one.absent.name) for one in queries.waiting_for(actor("he"))
    ] == [
        (found.id, "林"),
        (other.id, "林"),
    ]
    approve("he", found)
    (decision,) = queries.approval(found.id).decisions
    assert (decision.person.name, decision.absent and decision.absent.name) == ("何", "林")
    with clock.moved_to(MORNING + timedelta(days=3)), pytest.raises(services.NotAsked):
        approve("he", other)


def test_an_absence_that_ends_early_is_over_at_once() -> None:
    found, made = propose(), absent("lin", "he")
    with pytest.raises(Forbidden), transaction():
        services.end_delegation(by=actor("he"), delegation=queries.delegation(made.id))
    with transaction():
        services.end_delegation(by=actor("lin"), delegation=queries.delegation(made.id))
    with pytest.raises(services.NotAsked):
        approve("he", found)
    with pytest.raises(Conflict), transaction():
        services.end_delegation(by=actor("lin"), delegation=queries.delegation(made.id))


def test_an_absence_is_of_a_year_at_most() -> None:
    today = MORNING.date()
    for last in (date(9999, 12, 31), today.replace(year=today.year + 1, day=today.day + 1)):
        with pytest.raises(Invalid) as refused, transaction():
            services.delegate(
                by=actor("lin"), stand_in=number("he"), first=today, last=last, reason="on a journey"
            )
        assert refused.value.field == "last"


def test_a_stand_in_who_signed_already_is_refused() -> None:
    found = propose(ladder=PAYMENT, amount=20_000_00)
    absent("xu", "lin")
    approve("lin", found)
    with pytest.raises(services.HasVoted):
        approve("lin", found)
    assert standing(found) == ("open", 2)


def test_a_stand_in_who_drafted_it_is_refused() -> None:
    found = propose("chen")
    absent("lin", "chen")
    with pytest.raises(services.HasAPart):
        approve("chen", found)


def test_nobody_signs_through_a_stand_in_what_is_the_own_or_signed() -> None:
    own = propose("lin")
    absent("lin", "he")
    with pytest.raises(services.HasAPart):
        approve("he", own)
    signed = propose(ladder=PAYMENT, subject="payment:1", amount=20_000_00)
    approve("gao", signed)
    approve("xu", signed)
    absent("xu", "wu")
    with pytest.raises(services.HasAPart):
        approve("wu", signed)


def test_who_was_signed_for_signs_nothing_else_of_it() -> None:
    found = propose()
    second = second_account("lin", "council")
    absent("lin", "he")
    approve("he", found)
    with pytest.raises(services.HasVoted):
        approve(second, found)


def test_a_stand_in_is_somebody_else_for_days_to_come() -> None:
    absent("lin", "he")
    day = date(2026, 3, 2)
    for stand_in, first, last in (
        ("gao", day, day),
        ("xu", day, day),
        ("lin", day - timedelta(days=1), day),
        ("lin", day + timedelta(days=9), day + timedelta(days=8)),
    ):
        who = "xu" if stand_in == "xu" else "lin"
        with pytest.raises((Invalid, Conflict)), transaction():
            services.delegate(by=actor(who), stand_in=number(stand_in), first=first, last=last, reason="培训")


def test_what_waits_is_mine_alone_and_says_by_when() -> None:
    found = propose()
    propose("lin", subject="note:8")
    (mine,) = queries.waiting_for(actor("lin"))
    assert (mine.approval.id, mine.due and mine.due.number) == (found.id, 2)
    assert [one.approval.subject for one in queries.waiting_for(actor("gao"))] == ["note:7", "note:8"]
    assert queries.waiting_for(actor("xu")) == []
    approve("lin", found)
    assert [(one.approval.id, one.due) for one in queries.waiting_for(actor("xu"))] == [(found.id, None)]


def test_every_decision_stands_in_the_record_with_the_numbers_of_account_and_person() -> None:
    found = propose()
    absent("lin", "he")
    approve("he", found, why="同意")
    entry = session.scalars(select(ChainEntry).where(ChainEntry.action == "step.approved")).one()
    body = opened([entry])[entry.seq]
    assert body["after"] == {
        "subject": "note:7",
        "round": 1,
        "level": 1,
        "hash": found.hash,
        "account": account("he").id,
        "decided_by": number("he"),
        "absent": number("lin"),
        "why": "同意",
    }
    assert body["actor"]["person"] == number("he")
    assert "同意" not in json.dumps(json.loads(entry.body), ensure_ascii=False), "it can be erased"


FACTS = ("approval_round", "approval_part", "approval_decision")


@pytest.mark.parametrize("table", FACTS)
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id + 1", "DELETE FROM {}"])
def test_a_fact_never_changes(table: str, change: str) -> None:
    approve("lin", propose(parts={"purchaser": [number("he")]}))
    with pytest.raises(IntegrityError), transaction():
        session.execute(text(change.format(table)))


@pytest.mark.parametrize("change", ["declared = '{}'", "subject = 'note:8'"])
def test_the_ladder_and_subject_of_an_approval_never_change(change: str) -> None:
    propose()
    with pytest.raises(IntegrityError), transaction():
        session.execute(text(f"UPDATE approval SET {change}"))


def test_of_an_absence_only_the_early_end_is_added() -> None:
    made = absent("lin", "he")
    with pytest.raises(IntegrityError), transaction():
        session.execute(text("UPDATE delegation SET stand_in_id = person_id"))
    with transaction():
        services.end_delegation(by=actor("lin"), delegation=queries.delegation(made.id))
    with pytest.raises(IntegrityError), transaction():
        session.execute(text("UPDATE delegation SET ended_at = NULL"))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("UPDATE approval SET state = 'approved', level = 1", "step 1: altered (level, state)"),
        ("UPDATE approval SET hash = 'ab'", "step 1: altered (hash)"),
        ("UPDATE approval_decision SET hash = 'ab'", "step 1, decision 1: altered (hash)"),
        ("UPDATE approval_decision SET person_id = 1", "step 1, decision 1: altered (person)"),
        ("UPDATE approval_round SET hash = 'ab'", "step 1, round 1: altered (hash)"),
        ("UPDATE approval_decision SET chain_seq = 1", "step 1, decision 1: unknown"),
        ("DELETE FROM approval_decision", "step 1: altered (level)"),
        ("DELETE FROM approval_decision", "step 1: missing (entry"),
    ],
)
def test_a_change_in_the_database_is_named(school: Flask, change: str, named: str) -> None:
    approve("gao", propose())
    assert audit.check().problems == []
    tamper(change)
    assert named in "\n".join(map(str, audit.check().problems))

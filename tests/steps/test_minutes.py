"""A collective's decision entered from the minutes of its meeting: who took part, and how each decided."""

from datetime import date, timedelta

import pytest

from kiosk.core.db import session, transaction
from kiosk.core.errors import Forbidden, Invalid
from kiosk.operation import audit
from kiosk.school.services import change_settings
from kiosk.steps import queries, services
from kiosk.steps.models import Approval
from kiosk.steps.services import Seen, decide, enter_minutes
from kiosk.steps.settings import ALL, SECOND_FACTOR, Tier
from tests.conftest import actor, tamper
from tests.steps.conftest import MONEY, MORNING, act, number, propose

pytestmark = pytest.mark.usefixtures("school")
TODAY = MORNING.date()
YES = {"xu": True, "zhou": True, "sun": True}


def proposed(by: str = "chen") -> Approval:
    with transaction():
        services.set_ladder(by=actor("lin"), name=ALL, tiers=[Tier(1, "head"), Tier(None, "council", 3)])
    found = propose(by, ladder=MONEY, amount=20_000_00)
    act(decide, "lin" if by != "lin" else "gao", found, approves=True)
    return found


def enter(found: Approval, roll: dict[str, bool], by: str = "gao", day: date = TODAY, **more: object) -> None:
    named = {number(one): agrees for one, agrees in roll.items()}
    act(enter_minutes, by, found, roll=named, met_on=day, minutes="校委会第3次会议纪要", **more)


def state(found: Approval) -> str:
    session.expire_all()
    return queries.approval(found.id).state


def test_the_roll_decides_by_majority_and_says_who_entered_it() -> None:
    found = proposed()
    enter(found, {**YES, "sun": False})
    assert state(found) == "approved"
    decisions = queries.approval(found.id).decisions[1:]
    assert [(one.person.name, one.approves, one.minuted_by and one.minuted_by.name) for one in decisions] == [
        ("徐", True, "高"),
        ("周", True, "高"),
        ("孙", False, "高"),
    ]
    assert {one.why for one in queries.history(queries.approval(found.id))[2:]} == {"校委会第3次会议纪要"}
    assert audit.check().problems == []


def test_without_a_majority_it_goes_back() -> None:
    found = proposed()
    enter(found, {"xu": False, "zhou": True, "sun": False})
    assert state(found) == "returned"


def test_below_the_least_number_it_is_refused_with_words() -> None:
    found = proposed()
    with pytest.raises(services.TooFew) as refused:
        enter(found, {"xu": True, "zhou": True})
    assert refused.value.params == {"least": 3, "n": 2}
    assert state(found) == "open"


def test_who_signed_counts_with_the_roll() -> None:
    found = proposed()
    act(decide, "sun", found, approves=True)
    with pytest.raises(services.NotOnIt):
        enter(found, YES)
    enter(found, {"xu": True, "zhou": True})
    assert state(found) == "approved"


@pytest.mark.parametrize("stranger", ["wu", "chen", "lin"])
def test_only_members_without_another_place_are_on_the_roll(stranger: str) -> None:
    found = proposed()
    with pytest.raises(services.NotOnIt):
        enter(found, {**YES, stranger: True})
    assert state(found) == "open"


@pytest.mark.parametrize(
    ("by", "drafter"), [("chen", "chen"), ("admin", "chen"), ("lin", "chen"), ("lin", "lin")]
)
def test_the_minutes_are_entered_by_somebody_else_in_the_chain(by: str, drafter: str) -> None:
    found = proposed(drafter)
    with pytest.raises(Forbidden):
        enter(found, YES, by=by)
    assert state(found) == "open"


def test_a_member_enters_what_all_decided() -> None:
    found = proposed()
    act(decide, "xu", found, approves=True)
    enter(found, {"zhou": True, "sun": True}, by="xu")
    assert state(found) == "approved"


def test_a_meeting_decided_about_what_stands_there_now() -> None:
    found = proposed()
    for day in (TODAY - timedelta(days=1), TODAY + timedelta(days=1)):
        with pytest.raises(Invalid) as refused:
            enter(found, YES, day=day)
        assert refused.value.field == "met_on"
    act(services.change, "chen", found, content=b"[]", amount=20_000_00, changed=["text"])
    with pytest.raises(services.Changed):
        enter(found, YES, seen=Seen(services.digest(b"{}"), 2))
    with pytest.raises(services.NoCollective):
        enter(found, YES)


def test_the_second_factor_is_asked_of_who_enters_it() -> None:
    found = proposed()
    with transaction():
        change_settings(by=actor("admin"), **{SECOND_FACTOR.name: True})
    with pytest.raises(services.CodeNeeded):
        enter(found, YES)
    enter(found, YES, confirmed=True)
    assert state(found) == "approved"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("UPDATE approval_decision SET approves = 1 WHERE id = 4", "decision 4: altered (agreed)"),
        (
            "UPDATE approval_decision SET person_id = (SELECT max(id) FROM person) WHERE id = 2",
            "decision 2: altered (agreed)",
        ),
        ("UPDATE approval_decision SET minuted_by_id = NULL WHERE id = 3", "decision 3: altered (action"),
        ("UPDATE approval SET declared = replace(declared, 'council', 'head')", "altered (ladder"),
        ("DELETE FROM approval_part", "altered (parts)"),
    ],
)
def test_a_change_in_the_database_is_named(change: str, named: str) -> None:
    found = proposed()
    act(services.fill, "chen", found, part="purchaser", person=number("he"))
    enter(found, {**YES, "sun": False})
    assert audit.check().problems == []
    if session.get_bind().dialect.name == "postgresql":
        change = change.replace("approves = 1", "approves = true")
    tamper(change)
    assert named in "\n".join(map(str, audit.check().problems))

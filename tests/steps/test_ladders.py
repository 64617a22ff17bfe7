"""Ladders about money, as the school sets them: by amount, for all money or for one kind."""

import json

import pytest
from sqlalchemy import select

from kiosk.chain.models import ChainEntry
from kiosk.core.db import session, transaction
from kiosk.core.errors import Forbidden, Invalid, NotFound
from kiosk.steps import queries, services
from kiosk.steps.models import Approval
from kiosk.steps.services import decide
from kiosk.steps.settings import ALL, DEFAULT, Tier
from tests.conftest import actor
from tests.steps.conftest import MONEY, act, propose

pytestmark = pytest.mark.usefixtures("school")


def asked(amount: int | None, **more: object) -> list[tuple[str, int]]:
    found = propose(ladder=MONEY, subject=f"money:{amount}", amount=amount, **more)
    return [(level.roles[0], level.least) for level in queries.levels_of(found)]


@pytest.mark.parametrize(
    ("amount", "levels"),
    [
        (None, ["head"]),
        (500_00, ["head"]),
        (500_01, ["head", "principal"]),
        (10_000_00, ["head", "principal"]),
        (10_000_01, ["head", "principal", "council"]),
    ],
)
def test_the_amount_says_how_far_it_goes_up(amount: int | None, levels: list[str]) -> None:
    assert [role for role, _least in asked(amount)] == levels


def test_above_ten_thousand_at_least_three_decide_together() -> None:
    assert asked(10_001_00)[-1] == ("council", 3)


def test_an_exception_is_decided_one_level_higher() -> None:
    assert [role for role, _least in asked(400_00, higher=True)] == ["head", "principal"]
    assert [role for role, _least in asked(600_00, higher=True)] == ["head", "principal", "council"]


def change(*rows: Tier, name: str = ALL, by: str = "lin") -> None:
    with transaction():
        services.set_ladder(by=actor(by), name=name, tiers=rows)


def test_a_running_approval_keeps_the_ladder_it_began_with() -> None:
    found = propose(ladder=MONEY, amount=400_00)
    change(Tier(100_00, "head"), Tier(None, "council", 2))
    act(decide, "lin", found, approves=True)
    assert queries.approval(found.id).state == "approved"
    assert asked(400_00) == [("head", 1), ("council", 2)]


def test_the_change_of_a_ladder_stands_in_the_record() -> None:
    change(Tier(100_00, "head"), Tier(None, "council", 2))
    entry = session.scalars(select(ChainEntry).where(ChainEntry.action == "settings.changed")).all()[-1]
    body = json.loads(entry.body)
    assert body["before"] == {"ladders": "*: ≤ 500.00 head, ≤ 10000.00 principal, > council ≥ 3"}
    assert body["after"] == {"ladders": "*: ≤ 100.00 head, > council ≥ 2"}


@pytest.mark.parametrize(
    "rows",
    [
        (),
        (Tier(500_00, "head"),),
        (Tier(None, "head"), Tier(None, "council")),
        (Tier(500_00, "head"), Tier(400_00, "principal"), Tier(None, "council")),
        (Tier(500_00, "head"), Tier(500_00, "principal"), Tier(None, "council")),
        (Tier(None, "nobody"),),
        (Tier(None, "admin"),),
        (Tier(None, "council", 0),),
    ],
)
def test_every_amount_has_somebody(rows: tuple[Tier, ...]) -> None:
    with pytest.raises(Invalid):
        change(*rows)
    assert queries.tiers_of(ALL) == DEFAULT


def test_a_kind_has_its_own_ladder_or_that_of_all() -> None:
    with pytest.raises(NotFound):
        change(Tier(None, "head"), name="note")
    change(Tier(None, "council", 2), name="money")
    assert asked(1) == [("council", 2)]
    change(name="money")
    assert asked(2) == [("head", 1)]


@pytest.mark.parametrize("by", ["chen", "wu", "admin", "xu"])
def test_who_decides_is_set_by_the_head_or_the_principal(by: str) -> None:
    with pytest.raises(Forbidden):
        change(Tier(None, "head"), by=by)


def decided(*votes: tuple[str, bool]) -> tuple[Approval, str]:
    """How a collective of at least three decides that signs one by one."""
    change(Tier(None, "council", 3))
    found = propose(ladder=MONEY, amount=1)
    for by, agrees in votes:
        act(decide, by, found, approves=agrees, why="" if agrees else "太贵")
    session.expire_all()
    return found, queries.approval(found.id).state


def test_below_the_least_number_a_collective_decides_nothing() -> None:
    found, state = decided(("xu", True), ("zhou", True))
    assert state == "open"
    asked = queries.standing(queries.approval(found.id)).asked
    assert asked
    assert asked.missing == 1


def test_the_majority_of_those_who_took_part_decides() -> None:
    assert decided(("xu", True), ("zhou", False), ("sun", True))[1] == "approved"


def test_without_a_majority_it_goes_back() -> None:
    assert decided(("xu", False), ("zhou", False), ("sun", True))[1] == "returned"

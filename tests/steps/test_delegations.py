"""Stand-ins that somebody else names, and what becomes of the steps of who leaves."""

from datetime import date, timedelta

import pytest
from flask import Flask

from kiosk.auth.queries import account
from kiosk.auth.services import change_account, give_role
from kiosk.core.db import session, transaction
from kiosk.core.errors import Forbidden, Invalid
from kiosk.operation import audit
from kiosk.steps import queries, services
from kiosk.steps.models import Delegation
from tests.conftest import actor, sign_in, tamper
from tests.steps.conftest import MORNING, NOTE, act, number, propose

pytestmark = pytest.mark.usefixtures("school")
TODAY = MORNING.date()


def name(by: str, absent: str, stand_in: str, first: date = TODAY, last: date = TODAY) -> Delegation:
    with transaction():
        return services.delegate(
            by=actor(by),
            absent=number(absent),
            stand_in=number(stand_in),
            first=first,
            last=last,
            reason="住院",
        )


def end(by: str, made: Delegation) -> None:
    with transaction():
        services.end_delegation(by=actor(by), delegation=queries.delegation(made.id))


def leave(username: str) -> None:
    with transaction():
        found = account(username)
        change_account(by=actor("admin"), account=found, name=found.name, active=False)


def test_the_head_names_a_stand_in_for_somebody_else() -> None:
    found = propose()
    act(services.decide, "gao", found, approves=True)
    made = name("lin", "xu", "he")
    act(services.decide, "he", found, approves=True)
    (_first, decision) = queries.approval(found.id).decisions
    assert (decision.person.name, decision.absent and decision.absent.name) == ("何", "徐")
    assert made.named_by
    assert made.named_by.name == "林"
    assert [one.id for one in queries.named_by_others(number("xu"))] == [made.id]
    assert audit.check().problems == []
    tamper("UPDATE delegation SET named_by_id = NULL")
    assert "delegation 1: altered (named_by)" in "\n".join(map(str, audit.check().problems))


@pytest.mark.parametrize("by", ["admin", "chen", "xu"])
def test_nobody_else_names_one_for_another(by: str) -> None:
    with pytest.raises(Forbidden):
        name(by, "lin", "he")


def test_who_names_for_another_does_not_stand_in() -> None:
    with pytest.raises(Invalid) as refused:
        name("lin", "xu", "lin")
    assert refused.value.field == "stand_in"


def test_the_absent_person_ends_what_another_named() -> None:
    made = name("lin", "xu", "he")
    with pytest.raises(Forbidden):
        end("he", made)
    end("xu", made)
    assert queries.named_by_others(number("xu")) == []


def test_what_somebody_leaves_goes_to_who_stands_in() -> None:
    found = propose()
    name("gao", "lin", "he", last=TODAY + timedelta(days=5))
    leave("lin")
    assert [one.approval.id for one in queries.waiting_for(actor("he"))] == [found.id]
    act(services.decide, "he", found, approves=True)
    assert queries.approval(found.id).level == 2


def test_a_role_that_was_taken_is_not_passed_on() -> None:
    with transaction():
        give_role(by=actor("admin"), account=account("he"), role="head")
    found = propose()
    name("lin", "he", "wu")
    with transaction():
        he = account("he")
        he.roles.pop()
    session.expire_all()
    with pytest.raises(services.NotAsked):
        act(services.decide, "wu", found, approves=True)


def waiting_in_vain(school: Flask, username: str) -> list[str]:
    items = sign_in(school.test_client(), username).get("/office/inbox.json?lang=en").json["items"]
    return [one["text"] for one in items if one["kind"] == "unmanned"]


def test_what_has_nobody_left_comes_up_for_the_head(school: Flask) -> None:
    found = propose(ladder=NOTE, subject="note:1")
    act(services.decide, "gao", found, approves=True)
    assert waiting_in_vain(school, "lin") == []
    for one in ("xu", "zhou", "sun"):
        leave(one)
    assert waiting_in_vain(school, "lin") == ["Nobody is there to decide: Note note:1"]
    assert waiting_in_vain(school, "admin") == []
    name("lin", "sun", "he")
    assert waiting_in_vain(school, "lin") == []
    act(services.decide, "he", found, approves=True)
    assert queries.approval(found.id).state == "approved"


def test_a_stand_in_with_a_part_in_it_is_nobody() -> None:
    found = propose("chen")
    act(services.decide, "gao", found, approves=True)
    for one in ("xu", "zhou", "sun"):
        leave(one)
    name("lin", "sun", "chen")
    assert [one.approval for one in queries.unmanned()] == [found.id]
    with pytest.raises(Forbidden):
        act(services.decide, "chen", found, approves=True)

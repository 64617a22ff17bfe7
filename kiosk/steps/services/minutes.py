"""Writes of decisions that a collective took in a meeting, entered from its minutes."""

from collections.abc import Mapping
from datetime import date

from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Forbidden, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.persons.queries import aliases, person
from kiosk.school import queries as school
from kiosk.steps import queries
from kiosk.steps.models import MINUTES, OPEN, Approval, Decision
from kiosk.steps.permissions import ENTER_MINUTES
from kiosk.steps.refusals import CodeNeeded, HasAPart, NoCollective, NotOnIt, TooFew
from kiosk.steps.services.approvals import account_of, go_on, subject_of
from kiosk.steps.services.judgement import Seen, needs_code, refuse_latecomers


def may_enter_minutes(by: Actor, approval: Approval) -> bool:
    """Whether an actor can enter the minutes of whoever is asked now: with the right to, on a collective's
    level, and with no place in the chain but that of a member."""
    return (
        approval.state == OPEN
        and queries.levels_of(approval)[approval.level - 1].majority
        and by.may(ENTER_MINUTES, queries.place_of(approval))
        and not _has_another_part(by, approval)
    )


def _has_another_part(by: Actor, approval: Approval) -> bool:
    own = aliases(by.person) if by.person is not None else frozenset[int]()
    level = approval.level
    others = [fact for number, fact in queries.people_in(approval).items() if number in own]
    return any(not isinstance(fact, Decision) or fact.level != level for fact in others)


def refuse_minutes(by: Actor, approval: Approval) -> None:
    """Say why an actor cannot enter minutes: Forbidden, HasAPart, what comes too late, or NoCollective."""
    by.needs(ENTER_MINUTES, queries.place_of(approval))
    if _has_another_part(by, approval):
        raise HasAPart
    now = queries.standing(approval).asked
    if now is None or not now.level.majority:
        refuse_latecomers(approval, None)
        raise NoCollective


def check_minutes(
    *,
    by: Actor,
    approval: Approval,
    roll: Mapping[int, bool],
    met_on: date,
    minutes: str,
    seen: Seen | None = None,
) -> str:
    """What `enter_minutes` refuses, before anything is written; the minutes as they are kept."""
    refuse_latecomers(approval, seen)
    refuse_minutes(by, approval)
    _check_roll(approval, roll)
    text = MINUTES.read(minutes)
    if not school.local(approval.rounds[-1].at).date() <= met_on <= school.today():
        raise Invalid(
            lazy("The meeting was after it was proposed as it is now, and is not to come."), field="met_on"
        )
    return text


def enter_minutes(
    *,
    by: Actor,
    approval: Approval,
    roll: Mapping[int, bool],
    met_on: date,
    minutes: str,
    seen: Seen | None = None,
    confirmed: bool = False,
) -> list[Decision]:
    """Enter how a collective decided in a meeting: who took part, by number, and whether each agreed.

    With what members signed themselves it decides as the ladder says (`Level.majority`). TooFew below the
    least number, NotOnIt for somebody who is no member or has a part in it; Invalid for a meeting before it
    was proposed as it is; HasAPart for a secretary with another place in the chain.
    """
    text = check_minutes(by=by, approval=approval, roll=roll, met_on=met_on, minutes=minutes, seen=seen)
    if needs_code(approval) and not confirmed:
        raise CodeNeeded
    return _enter(by, approval, roll, met_on, text)


def _check_roll(approval: Approval, roll: Mapping[int, bool]) -> None:
    now = queries.standing(approval).asked
    assert now
    free = {one.id for one in queries.could_decide(approval)}
    for number in roll:
        if number not in free:
            raise NotOnIt(name=person(number).name)
    if len(roll) < now.missing or not roll:
        raise TooFew(field="roll", least=now.level.least, n=len(roll) + len(now.decisions))


def _enter(
    by: Actor, approval: Approval, roll: Mapping[int, bool], met_on: date, text: str
) -> list[Decision]:
    account, at = account_of(by), clock.now()
    if by.person is None:
        raise Forbidden
    facts = {"round": approval.round, "level": approval.level, "hash": approval.hash}
    sides = {
        "agreed": [number for number, agrees in roll.items() if agrees],
        "against": [number for number, agrees in roll.items() if not agrees],
    }
    after = {"subject": approval.subject, **facts, "account": account.id, **sides, "met_on": met_on}
    seq = record("step.minuted", subject_of(approval), by=by, after={**after, "why": text})
    entered = [
        Decision(
            **facts,
            account_id=account.id,
            person_id=number,
            minuted_by_id=by.person,
            approves=agrees,
            at=at,
            chain_seq=seq,
        )
        for number, agrees in roll.items()
    ]
    approval.decisions.extend(entered)
    session.flush()
    go_on(by, approval)
    return entered

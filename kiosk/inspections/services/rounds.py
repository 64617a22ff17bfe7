"""A round is handed in: the list, how presence is known, old findings, and what the queue said."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Forbidden, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.inspections import queries
from kiosk.inspections.models import (
    ELSEWHERE,
    NO_CODE,
    PRESENCES,
    UNPROVEN,
    ChecklistVersion,
    RoundMade,
    RoundPlan,
    RoundPlanVersion,
    SpotAnswer,
)
from kiosk.inspections.questions import VALUES, questions_of
from kiosk.inspections.services.checking import Answer, fill
from kiosk.inspections.services.findings import MendedIt, still, verify

MOST_ANSWERS = 500


class CheckIn(NamedTuple):
    """How it is known that somebody was somewhere: at which counter, how (PRESENCES), why not, when."""

    counter: str = ""
    presence: str = UNPROVEN
    why: str = NO_CODE
    at: datetime | None = None


NOWHERE = CheckIn()


class Voice(NamedTuple):
    """An answer of somebody in the queue."""

    id: UUID
    key: str
    value: int


class HandedIn(NamedTuple):
    """A round that was handed in, whether it came just now, and the numbers of the findings that whoever
    made it had mended, and so could not verify."""

    made: RoundMade
    is_new: bool
    own: tuple[int, ...] = ()


def hand_in(
    *,
    by: Actor,
    id: UUID,
    plan: RoundPlan,
    version: ChecklistVersion,
    day: date,
    slot: str,
    answers: Mapping[str, Answer],
    begun_at: datetime,
    ended_at: datetime,
    check_in: CheckIn = NOWHERE,
    seen: Mapping[int, str] | None = None,
    voices: Iterable[Voice] = (),
) -> HandedIn:
    """Hand a round in, once however often it is sent; see `fill`.

    `version` is that of the list as it was gone through: it may have been changed since. `seen` says of old
    findings, by number, whether they are `still` so or `verified`. Forbidden for whose round it is not.
    """
    ruling = _ruling(by, plan, version, day)
    said, heard = dict(seen or {}), list(voices)
    here = _at(check_in, ruling.subject)
    _check_voices(version, heard)
    filled = fill(
        by=by,
        version=version,
        subject=ruling.subject,
        day=day,
        answers=answers,
        begun_at=begun_at,
        ended_at=ended_at,
        id=id,
        more=[plan.id, slot, *_told(here, said, heard)],
    )
    if not filled.is_new:
        return HandedIn(session.get_one(RoundMade, filled.checked.id), False)
    made = RoundMade(
        checked_id=filled.checked.id,
        plan_id=plan.id,
        day=day,
        slot=slot if slot in ruling.slots else "",
        presence=here.presence,
        why=here.why,
        checked_in_at=here.at,
    )
    made.on_duty = queries.is_on_duty_there(by, filled.checked, made.slot, here.counter)
    _keep(by, made, filled.checked.client_id, heard)
    return HandedIn(made, True, _look(by, made, said))


def _ruling(by: Actor, plan: RoundPlan, version: ChecklistVersion, day: date) -> RoundPlanVersion:
    """How the plan was on that day. Forbidden for whose round it is not, Invalid for another's list."""
    found = queries.ruling(plan, day) or queries.current(plan)
    if not queries.may_walk(by, found, day):
        raise Forbidden
    if all(version.checklist_id != one.checklist_id for one in plan.versions):
        raise Invalid(lazy("This list does not belong to the round."), field="version")
    return found


def _told(here: CheckIn, said: Mapping[int, str], heard: list[Voice]) -> list[Any]:
    """What came with the list, as its hash has it."""
    return [
        [here.counter, here.presence, here.why, here.at.isoformat() if here.at else ""],
        sorted(said.items()),
        sorted([str(one.id), one.key, one.value] for one in heard),
    ]


def _at(check_in: CheckIn, subject: str) -> CheckIn:
    """The check-in as it counts for a place: a counter's code proves presence there and in its canteen."""
    if check_in.presence not in PRESENCES:
        return NOWHERE
    if not check_in.counter:
        return check_in
    places = queries.subjects_of_counter(check_in.counter)
    if subject in places:
        return check_in
    return check_in._replace(presence=UNPROVEN, why=ELSEWHERE)


def _check_voices(version: ChecklistVersion, voices: list[Voice]) -> None:
    known = {one.key: VALUES[one.kind] for one in questions_of(version.questions)}
    if len(voices) > MOST_ANSWERS or any(one.value not in known.get(one.key, ()) for one in voices):
        raise Invalid(lazy("These answers belong to no question of the list."), field="voices")


def _keep(by: Actor, made: RoundMade, client_id: UUID, voices: list[Voice]) -> None:
    known = set(session.scalars(select(SpotAnswer.id).where(SpotAnswer.id.in_([one.id for one in voices]))))
    fresh = {one.id: one for one in voices if one.id not in known}
    made.chain_seq = record(
        "round.made",
        f"round:{client_id}",
        by=by,
        after={
            "plan": made.plan_id,
            "day": made.day,
            "slot": made.slot,
            "presence": made.presence,
            "why": made.why,
            "on_duty": made.on_duty or None,
            "checked_in": made.checked_in_at,
            "voices": len(fresh),
        },
    )
    session.add(made)
    session.add_all(
        SpotAnswer(id=one.id, checked_id=made.checked_id, key=one.key, value=one.value)
        for one in sorted(fresh.values())
    )
    session.flush()
    session.refresh(made, ["checked", "plan"])


def _look(by: Actor, made: RoundMade, seen: Mapping[int, str]) -> tuple[int, ...]:
    """Say of old findings what was seen; what was closed meanwhile stays. Those one has mended oneself."""
    own = []
    for number, what in sorted(seen.items()):
        finding = queries.finding(number)
        if queries.standing(finding) in (queries.SEEN, queries.VOID) or not queries.may_see(by, finding):
            continue
        try:
            (verify if what == "verified" else still)(by=by, finding=finding, checked=made.checked)
        except MendedIt:
            own.append(number)
    return tuple(own)

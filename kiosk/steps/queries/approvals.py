"""Approvals as they stand: level by level, what is void, what comes next, and by when."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import selectinload

from kiosk.chain.queries import Erased, bodies_of
from kiosk.core.db import remembered, session
from kiosk.core.errors import NotFound
from kiosk.school.queries import Due, due, local, zone
from kiosk.steps.models import APPROVED, OPEN, RETURNED, Approval, Decision, Part, Round
from kiosk.steps.queries.ladders import Level, level_asked, levels_of


@dataclass(frozen=True)
class LevelNow:
    """A level of an approval: the decisions that count on it, and whether it is the one that is asked."""

    number: int
    level: Level
    decisions: list[Decision]
    is_asked: bool

    @property
    def missing(self) -> int:
        """How many people still have to agree; where the majority decides, to take part."""
        if self.level.majority:
            return max(0, self.level.least - len(self.decisions))
        return max(0, self.level.least - len(agreed(self.decisions)))

    @property
    def missing_to_return(self) -> int:
        """How many people still have to send it back before it is sent back."""
        if self.level.majority:
            return self.missing
        return max(0, self.level.enough_to_return - len(self.decisions) + len(agreed(self.decisions)))


@dataclass(frozen=True)
class Standing:
    """How an approval stands."""

    approval: Approval
    levels: list[LevelNow]
    void: list[Decision]
    """Signatures about what was changed since: they count no more, and stay."""

    @property
    def asked(self) -> LevelNow | None:
        """The level that is asked now."""
        return next((one for one in self.levels if one.is_asked), None)


def approval(approval_id: int) -> Approval:
    """An approval, or NotFound."""
    found = session.get(Approval, approval_id)
    if found is None:
        raise NotFound
    return found


def approvals(subject: str) -> list[Approval]:
    """The approvals of a subject, the newest first."""
    query = select(Approval).where(Approval.subject == subject)
    return list(session.scalars(query.order_by(Approval.id.desc())))


def running(subject: str) -> Approval | None:
    """The approval of a subject that is open or was sent back, if there is one."""
    return next((one for one in approvals(subject) if one.state in (OPEN, RETURNED)), None)


def waiting(*conditions: Any, most: int | None = None) -> list[Approval]:
    """The approvals that wait for a decision and meet the conditions, the oldest first, with their facts."""
    of_it = (selectinload(fact) for fact in (Approval.rounds, Approval.parts, Approval.decisions))
    query = select(Approval).where(Approval.state == OPEN, *conditions).order_by(Approval.since, Approval.id)
    return list(session.scalars(query.options(*of_it).limit(most)))


def standing(found: Approval) -> Standing:
    """How it stands, level by level."""
    is_open = found.state == OPEN
    levels = [
        LevelNow(
            number,
            level,
            [one for one in found.valid if one.level == number],
            is_open and number == found.level,
        )
        for number, level in enumerate(levels_of(found), 1)
    ]
    return Standing(found, levels, [one for one in found.decisions if one.round != found.round])


def reached(found: Approval) -> tuple[int, str]:
    """Level and state that follow from the decisions, each level by its own numbers (`Level`)."""
    levels = levels_of(found)
    for number, level in enumerate(levels, 1):
        decisions = [one for one in found.valid if one.level == number]
        yes = len(agreed(decisions))
        if level.majority:
            if len(decisions) < level.least:
                return number, OPEN
            if yes * 2 <= len(decisions):
                return number, RETURNED
            continue
        if len(decisions) - yes >= level.enough_to_return:
            return number, RETURNED
        if yes < level.least:
            return number, OPEN
    return len(levels), APPROVED


def agreed(decisions: Iterable[Decision]) -> list[Decision]:
    """Those that agree; in a collective there may be others beside them."""
    return [one for one in decisions if one.approves]


def due_of(found: Approval) -> Due | None:
    """By when the level that is asked is to decide; None where nothing is due."""
    return dues([found])[found.id]


def dues(approvals: Iterable[Approval]) -> dict[int, Due | None]:
    """The same of several by their numbers; the calendar is asked once for what is due alike."""
    known: dict[tuple[date, int | None], Due | None] = {}
    found = {}
    for one in approvals:
        days = levels_of(one)[one.level - 1].days if one.state == OPEN else None
        key = local(one.since).date(), days
        if key not in known:
            known[key] = None if days is None else due(key[0], days)
        found[one.id] = known[key]
    return found


def number_late(now: datetime) -> int:
    """How many approvals wait longer than their ladder allows, counted by the database."""
    oldest = session.scalar(select(func.min(Approval.since)).where(Approval.state == OPEN))
    if oldest is None:
        return 0
    number, first = 0, local(oldest).date()
    for declared, level, days, amounts in _allowed():
        if before := _late_before(first, days, now):
            same = asked_alike(declared, level, amounts)
            late = select(func.count(Approval.id)).where(Approval.state == OPEN, same)
            number += session.scalar(late.where(Approval.since < before)) or 0
    return number


Amounts = frozenset[int | None]


def _allowed() -> Iterator[tuple[str, int, int, Amounts | None]]:
    """What open approvals keep of their ladder, level and its days, and for which amounts (None: all)."""
    found: dict[tuple[str, int], dict[int | None, set[int | None]]] = {}
    for declared, amount, level in asked_now():
        days = level_asked(declared, amount, level).days
        found.setdefault((declared, level), {}).setdefault(days, set()).add(amount)
    for (declared, level), by_days in found.items():
        for days, amounts in by_days.items():
            if days is not None:
                yield declared, level, days, frozenset(amounts) if len(by_days) > 1 else None


def asked_alike(declared: str, level: int, amounts: Amounts | None) -> Any:
    """The condition under which an approval keeps this of its ladder and is asked on this level.

    With `amounts` it is for one of them, else for any.
    """
    same = and_(Approval.declared == declared, Approval.level == level)
    if amounts is None:
        return same
    known = Approval.amount.in_([one for one in amounts if one is not None])
    return and_(same, or_(known, Approval.amount.is_(None)) if None in amounts else known)


def asked_now() -> list[tuple[str, int | None, int]]:
    """What open approvals keep of their ladder, their amounts and levels, each combination once."""
    return remembered("asked now", _asked_now)


def _asked_now() -> list[tuple[str, int | None, int]]:
    query = (
        select(Approval.declared, Approval.amount, Approval.level).where(Approval.state == OPEN).distinct()
    )
    return [(declared, amount, level) for declared, amount, level in session.execute(query)]


def _late_before(oldest: date, days: int, now: datetime) -> datetime | None:
    """What began before this moment is late by now; None where not even the oldest is.

    What begins later is never due earlier, so that the last late day is found by halving.
    """
    if not due(oldest, days).is_late(now):
        return None
    late, timely = oldest, local(now).date() + timedelta(days=1)
    while timely - late > timedelta(days=1):
        middle = late + (timely - late) // 2
        late, timely = (middle, timely) if due(middle, days).is_late(now) else (late, middle)
    return datetime.combine(timely, time(), zone())


Fact = Part | Round | Decision


def people_in(found: Approval) -> dict[int, Fact]:
    """Who has a part in it now, by the person's number: places filled, drafts, signatures that count.

    Whoever was signed for has one, too.
    """
    people: dict[int, Fact] = {}
    for fact in facts(found, found.valid):
        people.setdefault(fact.person_id, fact)
        if isinstance(fact, Decision) and fact.absent_id is not None:
            people.setdefault(fact.absent_id, fact)
    return people


def facts(found: Approval, decisions: Iterable[Decision] = ()) -> list[Fact]:
    """What gives somebody a part in it: places filled, drafts, and these decisions."""
    return [*found.parts, *found.rounds, *decisions]


def reasons(said: Iterable[Round | Decision]) -> dict[int, str | Erased]:
    """Why it was proposed or decided so, by the number of the record's entry, which alone holds it."""
    bodies = bodies_of(one.chain_seq for one in said)
    return {seq: (body.get("after") or {}).get("why", "") for seq, body in bodies.items()}


@dataclass(frozen=True)
class Happened:
    """Something in an approval's history."""

    at: datetime
    round: Round | None = None
    decision: Decision | None = None
    is_void: bool = False
    why: str | Erased = ""


def history(found: Approval) -> list[Happened]:
    """What happened, in order: every round and every decision, void ones marked."""
    why = reasons([*found.rounds, *found.decisions])
    events = [Happened(one.at, round=one, why=why.get(one.chain_seq, "")) for one in found.rounds]
    events += [
        Happened(one.at, decision=one, is_void=one.round != found.round, why=why.get(one.chain_seq, ""))
        for one in found.decisions
    ]
    return sorted(events, key=lambda one: (one.at, one.decision is not None))


def why_proposed(approvals: Iterable[Approval]) -> dict[int, str]:
    """Why each stands as it was proposed or changed last, by the approval's number; what says nothing is left
    out."""
    last = {one.id: one.rounds[-1] for one in approvals}
    why = reasons(last.values())
    return {number: str(why[one.chain_seq]) for number, one in last.items() if why.get(one.chain_seq)}

"""Entries: who sees which, how each stands, and what was written."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select, true
from sqlalchemy.orm import selectinload

from kiosk.accountability.models import APPRAISAL, Entry, Named, Statement, Verdict
from kiosk.accountability.permissions import SEE_ACCOUNTABILITY
from kiosk.accountability.settings import STATEMENT_DAYS
from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import Erased, bodies_of, read_body
from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.persons.queries import rows_of
from kiosk.school import queries as school
from kiosk.school.queries import Due, settings

STATEMENT, DECISION, DECIDED = "statement", "decision", "decided"
VIEWS = (STATEMENT, DECISION, DECIDED)
"""How an entry can stand: it waits for a statement, for a decision, or is decided."""
A_PAGE = 50


def entry(number: int) -> Entry:
    """The entry with this number, or NotFound."""
    found = session.get(Entry, number)
    if found is None:
        raise NotFound
    return found


def own_numbers(actor: Actor) -> set[int]:
    """The numbers under which somebody can be named: of the rows that are surely the same person."""
    return {row.id for row in rows_of(actor.person)} if actor.person is not None else set()


def visible(actor: Actor) -> Any:
    """The condition under which somebody sees an entry: who is named, head, council and congress."""
    if actor.may(SEE_ACCOUNTABILITY, SCHOOL):
        return true()
    return of_own(actor)


def may_see(actor: Actor, found: Entry) -> bool:
    """Whether somebody sees an entry."""
    return session.scalar(select(Entry.id).where(Entry.id == found.id, visible(actor))) is not None


def is_named(actor: Actor, found: Entry) -> bool:
    """Whether somebody answers for an entry."""
    return any(one.person_id in own_numbers(actor) for one in found.named)


def of_own(actor: Actor) -> Any:
    """The condition under which somebody is named in an entry."""
    return Entry.id.in_(select(Named.entry_id).where(Named.person_id.in_(own_numbers(actor))))


def undecided(*conditions: Any) -> list[Entry]:
    """The entries that nobody has decided about yet, the oldest first, with all that belongs to them."""
    query = select(Entry).where(~select(Verdict).where(Verdict.entry_id == Entry.id).exists(), *conditions)
    parts = (selectinload(part) for part in (Entry.named, Entry.statements, Entry.decision))
    return list(session.scalars(query.order_by(Entry.id).options(*parts)))


class Listed(NamedTuple):
    """A page of entries, and how many there are in all."""

    entries: list[Entry]
    total: int


def decided(actor: Actor, page: int = 1) -> Listed:
    """A page of what is decided and somebody sees, the newest first."""
    conditions = (visible(actor), select(Verdict).where(Verdict.entry_id == Entry.id).exists())
    total = session.scalar(select(func.count()).select_from(Entry).where(*conditions)) or 0
    query = select(Entry).where(*conditions).order_by(Entry.id.desc())
    return Listed(list(session.scalars(query.limit(A_PAGE).offset((page - 1) * A_PAGE))), total)


Rule = Callable[[date, int], Due]


def hearing(found: Entry, rule: Rule = school.due) -> Due:
    """Until when whoever is named has time for a statement; it counts from the day on which it was made."""
    return rule(school.local(found.made_at).date(), settings()[STATEMENT_DAYS])


def is_heard(found: Entry, rule: Rule = school.due) -> bool:
    """Whether everybody who is named has made a statement, or the time for it is over."""
    said = {one.person_id for one in found.statements}
    everybody = all(one.person_id in said for one in found.named)
    return everybody or hearing(found, rule).is_late(clock.now())


def state(found: Entry) -> str:
    """How an entry stands: one of VIEWS."""
    if found.decision is not None:
        return DECIDED
    return DECISION if is_heard(found) else STATEMENT


class Said(NamedTuple):
    """A statement with its text."""

    statement: Statement
    text: str | Erased


def said(found: Entry) -> list[Said]:
    """What was stated, the oldest first; the record alone holds the texts."""
    texts = _texts([one.chain_seq for one in found.statements], "text")
    return [Said(one, texts.get(one.chain_seq, "")) for one in found.statements]


def reason(found: Entry) -> str | Erased:
    """Why it was decided so; nothing while it is not."""
    if found.decision is None:
        return ""
    return _texts([found.decision.chain_seq], "reason").get(found.decision.chain_seq, "")


def _texts(numbers: Iterable[int], name: str) -> dict[int, str | Erased]:
    return {seq: (body.get("after") or {}).get(name) or "" for seq, body in bodies_of(numbers).items()}


class Move(NamedTuple):
    """That another calendar moved the due day and the last day before the entry."""

    at: datetime
    before: dict[str, str]
    after: dict[str, str]


def moves(key: str) -> list[Move]:
    """Every time the calendar moved what became, or may become, an entry, the oldest first."""
    query = select(ChainEntry).where(ChainEntry.action == "chase.moved").order_by(ChainEntry.seq)
    bodies = ((row.at, read_body(row.body)) for row in session.scalars(query))
    return [Move(at, one["before"], one["after"]) for at, one in bodies if one["after"]["key"] == key]


def entries_of(subject: str) -> list[int]:
    """The numbers of the entries about a subject (`case:12`), the oldest first."""
    return list(session.scalars(select(Entry.id).where(Entry.subject == subject).order_by(Entry.id)))


class OfPerson(NamedTuple):
    """An entry as it stands in a person's file."""

    entry: Entry
    outcome: str
    """What was decided (one of OUTCOMES); empty while nothing is."""
    upheld: bool
    """Whether it counts in the appraisal."""


def of_person(number: int, first: date | None = None, last: date | None = None) -> list[OfPerson]:
    """The entries in which a person is named, whatever the row, with what was decided: for the personal file.

    `first` and `last` narrow it to what was due on these days, both included. The oldest come first. Whoever
    shows them asks first who may see them: the person, head, council and congress.
    """
    rows = [row.id for row in rows_of(number)]
    query = select(Entry).where(Entry.id.in_(select(Named.entry_id).where(Named.person_id.in_(rows))))
    query = query.where(Entry.due_on >= first) if first else query
    query = query.where(Entry.due_on <= last) if last else query
    found = session.scalars(query.order_by(Entry.due_on, Entry.id))
    outcomes = [(one, one.decision.outcome if one.decision else "") for one in found]
    return [OfPerson(one, outcome, outcome == APPRAISAL) for one, outcome in outcomes]

"""Cases in lists: mine, offered to me, late, all; each with the beginning of what was said."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import raiseload

from kiosk.cases.models import OPEN, SAFETY, UNCLOSED, Case, CaseStep, CaseVoice
from kiosk.cases.queries.heaps import in_heaps, own
from kiosk.cases.queries.sight import numbers, open_to, visible
from kiosk.cases.queries.standing import MOST_REFUSALS
from kiosk.cases.queries.texts import beginnings
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.school import queries as school

MINE, OFFERED, LATE, ALL = "mine", "offered", "late", "all"
VIEWS = (MINE, OFFERED, LATE, ALL)
A_PAGE = 50


class Filter(NamedTuple):
    """What a list is narrowed to; nothing: everything."""

    kind: str = ""
    state: str = ""
    """A state, or `open`: everything that is not closed."""
    place: str = ""
    """A canteen or counter, as `canteen:k1`."""
    due: str = ""
    """What is due, as HEAPS name it; several with commas between them."""


EVERYTHING = Filter()


class Listed(NamedTuple):
    """A page of cases, and how many there are in all."""

    cases: list[Case]
    total: int
    beginnings: dict[int, str]
    """By number: what was said, as far as it fits a line."""


def late() -> Any:
    """The condition under which something of a case is late now."""
    return and_(Case.state.in_(UNCLOSED), Case.due_on < school.today())


def listed(
    actor: Actor,
    view: str = ALL,
    narrowed: Filter = EVERYTHING,
    page: int = 1,
    size: int = A_PAGE,
    total: int | None = None,
) -> Listed:
    """A page of what somebody sees; what is due first comes first, and in `all` the newest.

    `total` is how many there are, for whoever has counted them already.
    """
    conditions = [*_view(actor, view), *_narrowed(narrowed)]
    if total is None:
        total = session.scalar(select(func.count()).select_from(Case).where(*conditions)) or 0
    if not total:
        return Listed([], 0, {})
    order = (Case.id.desc(),) if view == ALL else (Case.due_on.is_(None), Case.due_on, Case.id)
    query = select(Case).where(*conditions).order_by(*order).limit(size).offset((page - 1) * size)
    found = list(session.scalars(query.options(raiseload(Case.steps))))
    return Listed(found, total, beginnings(one.id for one in found))


def _view(actor: Actor, view: str) -> list[Any]:
    """Which cases of a list somebody sees; what is one's own, or offered to one, needs no right."""
    if view == MINE:
        return [open_to(actor), *own(actor)]
    if view == OFFERED:
        return [open_to(actor), Case.offered_to_id.in_(numbers(actor))]
    return [visible(actor), late()] if view == LATE else [visible(actor)]


def _narrowed(by: Filter) -> list[Any]:
    conditions: list[Any] = [Case.kind == by.kind] if by.kind else []
    if by.state == "open":
        conditions.append(Case.state.in_(UNCLOSED))
    elif by.state:
        conditions.append(Case.state == by.state)
    if by.due:
        conditions.append(in_heaps(by.due.split(",")))
    scope, _colon, code = by.place.partition(":")
    if scope in ("canteen", "counter"):
        conditions.append(getattr(Case, scope) == code)
    return conditions


def counts(actor: Actor) -> dict[str, int]:
    """How many cases each list has for somebody."""
    found = {}
    for view in VIEWS:
        query = select(func.count()).select_from(Case).where(*_view(actor, view))
        found[view] = session.scalar(query) or 0
    return found


def all_cases(*, only_late: bool = False) -> Iterable[Case]:
    """Every case, the oldest first."""
    query = select(Case).order_by(Case.id)
    return session.scalars(query.where(late()) if only_late else query)


def owed_since(first: date, last: date) -> list[Case]:
    """The cases of which something was due on one of these days and is not done, the oldest first."""
    query = select(Case).where(Case.state.in_(UNCLOSED), Case.due_on.between(first, last))
    return list(session.scalars(query.order_by(Case.due_on, Case.id).options(raiseload(Case.steps))))


def unfinished() -> Iterable[Case]:
    """Every case of which something can still be due."""
    return session.scalars(select(Case).where(Case.state.in_(UNCLOSED)).order_by(Case.id))


def of_voices(subject: str, days: Iterable[date]) -> list[Case]:
    """The cases about a subject of these days that voices joined or may join, the newest first."""
    query = select(Case).where(Case.subject == subject, Case.day.in_(set(days))).order_by(Case.id.desc())
    return list(session.scalars(query))


def case_of_voice(reference: str) -> Case | None:
    """The case that a voice joined, or None."""
    query = select(Case).join(CaseVoice, CaseVoice.case_id == Case.id)
    return session.scalar(query.where(CaseVoice.reference == reference))


def case_of_key(key_hash: str) -> Case | None:
    """The case with this private address, by its hash, or None."""
    return session.scalar(select(Case).where(Case.key_hash == key_hash))


def again(found: Case) -> list[Case]:
    """The cases that began anew after this one was answered."""
    return list(session.scalars(select(Case).where(Case.again_of_id == found.id).order_by(Case.id)))


def took_part(found: Case) -> set[int]:
    """The numbers of everybody who ever owned a case, was offered it, or did something with it."""
    rows = session.execute(select(CaseStep.person_id, CaseStep.to_id).where(CaseStep.case_id == found.id))
    return {number for row in rows for number in row if number is not None}


class ForHead(NamedTuple):
    """What the head decides now in cases of others, food safety first; how many there are, and how many
    cases are late."""

    cases: list[Case]
    total: int
    late: int
    beginnings: dict[int, str]


def for_head(actor: Actor, size: int) -> ForHead:
    """Food safety without an answer, what is nobody's, what two have refused; and how many cases are late."""
    waits = and_(
        Case.state.in_(OPEN),
        or_(Case.severity == SAFETY, Case.owner_id.is_(None), Case.refusals >= MOST_REFUSALS),
        or_(Case.owner_id.is_(None), Case.owner_id.not_in(numbers(actor))),
    )
    seen = visible(actor)
    number_late = session.scalar(select(func.count()).select_from(Case).where(seen, late())) or 0
    order = (Case.severity == SAFETY).desc(), Case.id.desc()
    ids = list(session.scalars(select(Case.id).where(seen, waits).order_by(*order)))
    first = ids[:size]
    query = select(Case).where(Case.id.in_(first)).order_by(*order)
    found = list(session.scalars(query.options(raiseload(Case.steps)))) if first else []
    return ForHead(found, len(ids), number_late, beginnings(first))


def taken_down(person: int, *, kind: str, subject: str, since: datetime) -> list[Case]:
    """The cases of a kind about a subject that somebody took down since then, the newest first."""
    query = (
        select(Case)
        .join(CaseStep, CaseStep.case_id == Case.id)
        .where(CaseStep.number == 1, CaseStep.person_id == person, CaseStep.at >= since)
        .where(Case.kind == kind, Case.subject == subject)
    )
    return list(session.scalars(query.order_by(Case.id.desc())))

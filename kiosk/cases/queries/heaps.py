"""What is due of cases as it is worked off: food safety, joint answers, good deeds, each duty."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import and_, case, func, select

from kiosk.cases.models import DUTIES, OPEN, SAFETY, SEVERITIES, UNCLOSED, Case
from kiosk.cases.queries.sight import numbers, open_to
from kiosk.cases.queries.subjects import PRAISE
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.i18n import Text, lazy

WEEK = "week"
"""The kind of case in which the ratings of a week are answered together."""
HEAPS: dict[str, Text] = {
    SAFETY: SEVERITIES[SAFETY],
    WEEK: lazy("Joint answer to a week's ratings"),
    PRAISE: lazy("Good deed"),
    **DUTIES,
}
"""The heaps by their code, none of which shares a case with another."""


class Heap(NamedTuple):
    """So many cases of somebody in a heap, about so many subjects; what is due first is due by then."""

    code: str
    number: int
    subjects: int
    due_on: date | None


def heap() -> Any:
    """The code of a case's heap, in the database."""
    is_open = Case.state.in_(OPEN)
    return case(
        (and_(Case.severity == SAFETY, is_open), SAFETY),
        (and_(Case.kind == WEEK, is_open), WEEK),
        (and_(Case.kind == PRAISE, is_open), PRAISE),
        else_=Case.duty,
    )


def own(actor: Actor) -> list[Any]:
    """The conditions under which something is due of a case that somebody owns."""
    return [Case.owner_id.in_(numbers(actor)), Case.state.in_(UNCLOSED), Case.duty != ""]


def heaps(actor: Actor) -> list[Heap]:
    """What is due of somebody's own cases, heap by heap."""
    code = heap().label("heap")
    counted = func.count(), func.count(Case.subject.distinct()), func.min(Case.due_on)
    query = select(code, *counted).where(open_to(actor), *own(actor)).group_by("heap")
    return [Heap(*row) for row in session.execute(query)]


def in_heaps(codes: Iterable[str]) -> Any:
    """The condition under which a case is in one of these heaps."""
    return heap().in_(list(codes))

"""Terms, exceptional days, and which days are school days."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import select

from kiosk.core.db import remembered, session
from kiosk.core.errors import NotFound
from kiosk.school.models import DayException, Term
from kiosk.school.queries.values import settings
from kiosk.school.settings import SCHOOL_WEEKDAYS


def terms() -> list[Term]:
    """All terms, the newest first."""
    return list(remembered("terms", _read_terms))


def _read_terms() -> Sequence[Term]:
    return session.scalars(select(Term).order_by(Term.starts.desc())).all()


def exceptions() -> list[DayException]:
    """All exceptional days, the newest first."""
    query = select(DayException).order_by(DayException.day.desc())
    return list(remembered("exceptions", lambda: session.scalars(query).all()))


class _Calendar(NamedTuple):
    """What decides which days are school days."""

    changed: dict[date, bool]
    """By exceptional day whether the school is open."""
    terms: list[tuple[date, date]]
    weekdays: tuple[int, ...]

    def is_open(self, day: date) -> bool:
        changed = self.changed.get(day)
        if changed is not None:
            return changed
        if day.weekday() not in self.weekdays:
            return False
        return not self.terms or any(starts <= day <= ends for starts, ends in self.terms)


def _calendar() -> _Calendar:
    return remembered("calendar", _read_calendar)


def _read_calendar() -> _Calendar:
    changed = {one.day: one.is_school_day for one in exceptions()}
    spans = [(one.starts, one.ends) for one in terms()]
    return _Calendar(changed, spans, settings()[SCHOOL_WEEKDAYS])


def is_school_day(day: date) -> bool:
    """Whether the school is open that day: its exception decides, else the weekday within a term.

    A school that has entered no terms yet is taken to be always in term.
    """
    return _calendar().is_open(day)


def school_days(first: date, last: date) -> set[date]:
    """The school days from the first to the last day, both included; two queries however long that is."""
    return set(_each_school_day(first, last))


def first_school_day(first: date, last: date) -> date | None:
    """The first school day of a span; None where it has none."""
    return next(_each_school_day(first, last), None)


def last_school_day(first: date, last: date) -> date | None:
    """The last school day of a span; None where it has none."""
    calendar = _calendar()
    days = (last - timedelta(days=n) for n in range((last - first).days + 1))
    return next((day for day in days if calendar.is_open(day)), None)


def _each_school_day(first: date, last: date) -> Iterator[date]:
    calendar = _calendar()
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return (day for day in days if calendar.is_open(day))


def term(term_id: int) -> Term:
    """The term, or NotFound."""
    term = session.get(Term, term_id)
    if term is None:
        raise NotFound
    return term

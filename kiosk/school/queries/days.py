"""Terms, exceptional days, and which days are school days."""

from datetime import date, timedelta

from sqlalchemy import select

from kiosk.core.db import remembered, session
from kiosk.core.errors import NotFound
from kiosk.school.models import DayException, Term
from kiosk.school.queries.values import settings
from kiosk.school.settings import SCHOOL_WEEKDAYS


def terms() -> list[Term]:
    """All terms, the newest first."""
    query = select(Term).order_by(Term.starts.desc())
    return list(remembered("terms", lambda: session.scalars(query).all()))


def exceptions() -> list[DayException]:
    """All exceptional days, the newest first."""
    query = select(DayException).order_by(DayException.day.desc())
    return list(remembered("exceptions", lambda: session.scalars(query).all()))


def is_school_day(day: date) -> bool:
    """Whether the school is open that day: its exception decides, else the weekday within a term.

    A school that has entered no terms yet is taken to be always in term.
    """
    exception = session.get(DayException, day)
    if exception is not None:
        return exception.is_school_day
    if day.weekday() not in settings()[SCHOOL_WEEKDAYS]:
        return False
    everything = terms()
    return not everything or any(term.starts <= day <= term.ends for term in everything)


def school_days(first: date, last: date) -> set[date]:
    """The school days from the first to the last day, both included; two queries however long that is."""
    changed = {one.day: one.is_school_day for one in exceptions()}
    everything, weekdays = terms(), settings()[SCHOOL_WEEKDAYS]
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return {
        day
        for day in days
        if changed.get(
            day,
            day.weekday() in weekdays
            and (not everything or any(term.starts <= day <= term.ends for term in everything)),
        )
    }


def term(term_id: int) -> Term:
    """The term, or NotFound."""
    term = session.get(Term, term_id)
    if term is None:
        raise NotFound
    return term

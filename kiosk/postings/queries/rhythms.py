"""How often something is posted: for each day, week, month or term, and by when.

A period is a code: 2026-03-04, 2026-W10, 2026-03, or T3 for the term with the number 3.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from kiosk.core.errors import NotFound
from kiosk.core.filters import day as day_words
from kiosk.core.filters import month as month_words
from kiosk.core.i18n import LazyString, Text, _, lazy, listed
from kiosk.core.setting import TimeOfDay
from kiosk.school import queries as school

DAY, WEEK, MONTH, TERM = "day", "week", "month", "term"
WHICH: dict[str, LazyString] = {
    DAY: lazy("Please say for which day it is, like 2026-03-04."),
    WEEK: lazy("Please say for which week it is, like 2026-W10."),
    MONTH: lazy("Please say for which month it is, like 2026-03."),
    TERM: lazy("Please say for which term it is, like T3. No term is entered yet."),
}
"""What is said of anything that is no such period, and how it is written."""
NONE_ASKED = lazy("This kind is posted for no day, week, month or term: leave the period out.")
LAST_MOMENT = time(23, 59)
HOLIDAYS = 60
"""So many days are looked through for the next school day; beyond them the day itself counts."""


class Span(NamedTuple):
    """The days of a period, the first and the last included."""

    first: date
    last: date


class Owed(NamedTuple):
    """A period for which something is to be posted, the moment by which, and the last day of the period."""

    period: str
    due: datetime
    last: date


@dataclass(frozen=True)
class Rhythm:
    """How often something is posted: in words, the unit of its periods, and the moment by which each is due.

    `by` is asked with a period's span; None: nothing is owed for it.
    """

    label: Text
    unit: str
    by: Callable[[Span], datetime | None]
    offsets: tuple[int, int] = (0, 0)
    """Which periods can be due on a day: the first and the last, counted from the one that the day is in."""

    def of(self, period: str) -> Owed | None:
        """What is owed for a period; None for nothing, and for what is no period of this unit."""
        span = span_of(period) if unit_of(period) == self.unit else None
        due = self.by(span) if span else None
        return Owed(period, due, span.last) if span and due else None

    def owed(self, first: date, last: date) -> list[Owed]:
        """What is due from the first to the last of these days of the school."""
        found = (self.of(period) for period in periods(self.unit, first, last, self.offsets))
        return [one for one in found if one and first <= one.due.date() <= last]


def which(unit: str) -> Text:
    """What is said of anything that is no period of a unit: how one is written; of terms, which there are."""
    if unit != TERM or not (terms := school.terms()):
        return WHICH[unit]
    known = listed(f"T{one.id} ({one.name})" for one in terms)
    return lazy("Please say for which term it is, by its sign: %(terms)s.", terms=known)


def unit_of(period: str) -> str:
    """The unit of a period, by how its code is written."""
    if period.startswith("T"):
        return TERM
    return WEEK if "-W" in period else MONTH if len(period) == 7 else DAY


def span_of(period: str) -> Span | None:
    """The days of a period; None for what is none."""
    try:
        return _span(period)
    except (ValueError, OverflowError, NotFound):
        return None


def _span(period: str) -> Span:
    match unit_of(period):
        case "term":
            term = school.term(int(period[1:]))
            return Span(term.starts, term.ends)
        case "week":
            year, _w, week = period.partition("-W")
            first = date.fromisocalendar(int(year), int(week), 1)
            return _exact(period, Span(first, first + timedelta(days=6)))
        case "month":
            first = date.fromisoformat(f"{period}-01")
            return _exact(period, Span(first, _next_month(first) - timedelta(days=1)))
        case _:
            day = date.fromisoformat(period)
            return _exact(period, Span(day, day))


def _exact(period: str, span: Span) -> Span:
    """One period has one code: 2026-W9 and 20260304 are none."""
    if period_at(unit_of(period), span.first) != period:
        raise ValueError(period)
    return span


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def period_at(unit: str, day: date) -> str:
    """The code of the period of a unit that a day is in; "" for a day outside of every term."""
    if unit == WEEK:
        year, week, _weekday = day.isocalendar()
        return f"{year:04}-W{week:02}"
    if unit == TERM:
        return next((f"T{one.id}" for one in school.terms() if one.starts <= day <= one.ends), "")
    return day.isoformat()[:7] if unit == MONTH else day.isoformat()


def periods(unit: str, first: date, last: date, offsets: tuple[int, int] = (0, 0)) -> list[str]:
    """The periods of a unit from the first to the last day, with so many more around them; for terms all."""
    back, ahead = offsets
    if unit == TERM:
        return [f"T{one.id}" for one in reversed(school.terms())]
    if unit == MONTH:
        numbers = range(_number(first) + back, _number(last) + ahead + 1)
        return [f"{number // 12:04}-{number % 12 + 1:02}" for number in numbers]
    step = timedelta(days=7 if unit == WEEK else 1)
    day, end = first + back * step, last + ahead * step
    found = []
    while period_at(unit, day) <= period_at(unit, end):
        found.append(period_at(unit, day))
        day += step
    return found


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1


def period_words(period: str) -> str:
    """A period in words: 2026年11月; 3月2日至3月8日这一周; the name of a term."""
    unit, span = unit_of(period), span_of(period)
    if not period or span is None:
        return period
    if unit == TERM:
        return str(school.term(int(period[1:])).name)
    if unit == MONTH:
        return month_words(span.first)
    if unit == DAY:
        return day_words(span.first, "date")
    first, last = day_words(span.first, "date"), day_words(span.last, "short")
    text: str = _("the week from %(first)s to %(last)s", first=first, last=last)
    return text


def days_of_week(period: str) -> str:
    """Of a week its first and last day, without the year; empty for any other period."""
    span = span_of(period) if unit_of(period) == WEEK else None
    if span is None:
        return ""
    first, last = day_words(span.first, "short"), day_words(span.last, "short")
    return str(_("%(first)s to %(last)s", first=first, last=last))


def _end_of(day: date, hour: time = LAST_MOMENT) -> datetime:
    return datetime.combine(day, hour, school.zone())


def each_school_day(hour: time | TimeOfDay) -> Rhythm:
    """Each school day, for that day, until an hour of it, which may be a setting of the school."""

    def moment() -> time:
        found: time = hour if isinstance(hour, time) else school.settings()[hour]
        return found

    def by(span: Span) -> datetime | None:
        return _end_of(span.first, moment()) if school.is_school_day(span.first) else None

    def label() -> str:
        return str(_("each school day by %(hour)s", hour=f"{moment():%H:%M}"))

    return Rhythm(LazyString(label), DAY, by)


def each_week(hour: time) -> Rhythm:
    """Each week that has school days, for the last of them, until an hour of it."""

    def by(span: Span) -> datetime | None:
        sunday = span.first + timedelta(days=6 - span.first.weekday())
        is_last = span.first == school.last_school_day(span.first, sunday)
        return _end_of(span.first, hour) if is_last else None

    return Rhythm(lazy("each week by %(hour)s of its last school day", hour=f"{hour:%H:%M}"), DAY, by)


def each_month(day: int) -> Rhythm:
    """Each month, until a day of the next one; where the school is closed, until the next school day."""

    def by(span: Span) -> datetime | None:
        wanted = _next_month(span.first).replace(day=day)
        return _end_of(school.first_school_day(wanted, wanted + timedelta(days=HOLIDAYS)) or wanted)

    return Rhythm(lazy("each month by day %(day)s of the next", day=day), MONTH, by, (-3, -1))


def each_week_ahead() -> Rhythm:
    """Each week with school days, until the last school day up to the Friday before it."""

    def by(span: Span) -> datetime | None:
        if school.first_school_day(span.first, span.last) is None:
            return None
        friday = span.first - timedelta(days=3)
        return _end_of(school.last_school_day(friday - timedelta(days=4), friday) or friday)

    return Rhythm(lazy("each week by Friday, for the next week"), WEEK, by, (1, 1))


def first_week_of_term() -> Rhythm:
    """Once a term, until the last school day of its first week."""

    def by(span: Span) -> datetime | None:
        sunday = span.first + timedelta(days=6 - span.first.weekday())
        return _end_of(school.last_school_day(span.first, sunday) or sunday)

    return Rhythm(lazy("in the first week of each term"), TERM, by)


def last_week_of_term() -> Rhythm:
    """Once a term, in its last week: until its last school day."""
    return Rhythm(lazy("in the last week of each term"), TERM, _end_of_term)


def each_term() -> Rhythm:
    """Once a term, until its last school day."""
    return Rhythm(lazy("once a term"), TERM, _end_of_term)


def _end_of_term(span: Span) -> datetime | None:
    return _end_of(school.last_school_day(span.first, span.last) or span.last)


BACK = {DAY: 0, WEEK: 8, MONTH: 12, TERM: 0}
AHEAD = {DAY: 0, WEEK: 4, MONTH: 0, TERM: 0}
"""So many periods before and after today's are offered when somebody begins a posting."""


def offered_periods(rhythm: Rhythm, today: date) -> list[str]:
    """The periods for which somebody can begin a posting: the one due next first, then the latest first."""
    found = periods(rhythm.unit, today, today, (-BACK[rhythm.unit], AHEAD[rhythm.unit]))
    coming = [one for one in map(rhythm.of, found) if one and one.due.date() >= today]
    first = [min(coming, key=lambda one: one.due).period] if coming else []
    return list(dict.fromkeys([*first, *reversed(found)]))

"""Daily control (日管控): each canteen's list, what was filled in on which day, and which day is a gap.

SAMR's rule for collective canteens, in force since 15 April 2025: each day the clerk, each week the officer,
each month the principal. “Nothing found” is an entry, an empty day is a gap.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from kiosk.core.db import session
from kiosk.core.i18n import LazyString, lazy
from kiosk.core.room import on_since
from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen
from kiosk.inspections import queries as inspections
from kiosk.inspections.models import MENDED, Checked, ChecklistVersion, Finding
from kiosk.inspections.queries import Line, Use
from kiosk.kitchen.permissions import CONTROL_DAILY
from kiosk.kitchen.queries.gates import DAILY_CONTROL
from kiosk.school import queries as school

DAILY = Use("daily_control", lazy("Daily control"), CONTROL_DAILY)
FIRST_NAME = lazy("Daily control of the canteen")
FIRST_LINES: tuple[tuple[LazyString, LazyString], ...] = (
    (
        lazy("Public notices"),
        lazy("Licence, health certificates, menu and prices hang where everybody sees them"),
    ),
    (lazy("Raw materials"), lazy("Papers at hand, nothing past its date, stored off floor and wall")),
    (lazy("Process"), lazy("Raw and cooked apart, cooked through, samples kept")),
    (lazy("Premises"), lazy("Kitchen and dining hall clean, no flies, no mice, bins closed")),
    (lazy("Additives"), lazy("In their own locked box, weighed and written down")),
    (lazy("Equipment"), lazy("Refrigerators at their degrees, ventilation and screens whole")),
    (lazy("Washing"), lazy("Dishes washed and disinfected, put away dry and closed")),
    (lazy("Kitchen staff"), lazy("All with certificate and morning check, caps and masks on")),
    (lazy("Last findings"), lazy("What was found last time was put right")),
)
"""What the list begins with: heading and line."""

FINDING_WORDS: dict[str, LazyString] = {
    inspections.OPENED: lazy("not put right yet"),
    MENDED: lazy("put right, to be confirmed by somebody else"),
    inspections.SEEN: lazy("confirmed as put right"),
    inspections.VOID: lazy("it was not so"),
}
"""How something found stands, as the kitchen says it."""
DONE, LATE, GAP, TODAY, REST = "done", "late", "gap", "today", "rest"
CONTROL_STATES: dict[str, LazyString] = {
    DONE: lazy("done"),
    LATE: lazy("entered later"),
    GAP: lazy("gap: nothing was entered"),
    TODAY: lazy("not yet"),
    REST: lazy("nothing is due"),
}
"""How a day can stand."""
DAY = timedelta(days=1)


def subject(canteen: Canteen) -> str:
    """A canteen as what a list is filled in for."""
    return f"canteen:{canteen.code}"


def list_of(canteen: Canteen) -> ChecklistVersion | None:
    """The version that is gone through from now on; None while the first one was not taken over."""
    found = inspections.checklists(DAILY, subject(canteen))
    return found[-1].current if found else None


def first_lines() -> list[Line]:
    """The lines that a list begins with, in the language that is spoken."""
    return [Line(f"l{n}", str(text), group=str(group)) for n, (group, text) in enumerate(FIRST_LINES, 1)]


def lines_of(canteen: Canteen, seen: int | None = None) -> list[Line]:
    """What is gone through at a canteen, or was by the version that was `seen`."""
    found = list_of(canteen)
    return list(version_of(found, seen).read) if found else first_lines()


def version_of(last: ChecklistVersion, seen: int | None) -> ChecklistVersion:
    """The version that somebody had before them: a phone may send what it kept once the list was changed."""
    versions = last.checklist.versions
    return versions[seen - 1] if seen and 0 < seen <= len(versions) else last


class Entry(NamedTuple):
    """What was filled in for a day: by whom, when, and how much was found."""

    number: int
    day: date
    at: datetime
    person: int
    found: int


@dataclass(frozen=True)
class Day:
    """A day of a canteen, and what was entered for it."""

    day: date
    state: str
    entries: tuple[Entry, ...] = ()

    @property
    def first(self) -> Entry | None:
        """The entry that made the day complete."""
        return self.entries[0] if self.entries else None

    @property
    def found(self) -> int:
        """How much was found."""
        return sum(one.found for one in self.entries)


def entries(canteens: Iterable[Canteen], first: date, last: date) -> dict[tuple[str, date], list[Entry]]:
    """What was entered for these days, by subject and day, the first of each first; one query for all."""
    found = func.count(Finding.id)
    columns = (Checked.id, Checked.day, Checked.received_at, Checked.person_id)
    query = (
        select(Checked.subject, *columns, found)
        .outerjoin(Finding, Finding.checked_id == Checked.id)
        .where(Checked.use == DAILY.code, Checked.subject.in_(map(subject, canteens)))
        .where(Checked.day >= first, Checked.day <= last)
        .group_by(Checked.subject, *columns)
        .order_by(Checked.received_at, Checked.id)
    )
    known: dict[tuple[str, date], list[Entry]] = {}
    for row in session.execute(query):
        entry = Entry(*row[1:])
        known.setdefault((row[0], entry.day), []).append(entry)
    return known


def runs(canteen: Canteen, day: date) -> bool:
    """Whether a canteen cooks on a day, as far as the calendar knows."""
    return counters.owes(canteen, day) and school.is_school_day(day)


def days(canteen: Canteen, first: date, last: date) -> list[Day]:
    """How each of these days stands, up to today."""
    return days_of([canteen], first, last)[0][1]


def days_of(canteens: Sequence[Canteen], first: date, last: date) -> list[tuple[Canteen, list[Day]]]:
    """How each of these days stands at each canteen, up to today."""
    today, since = school.today(), on_since(DAILY_CONTROL)
    last = min(last, today)
    if last < first:
        return [(canteen, []) for canteen in canteens]
    known, open_days = entries(canteens, first, last), school.school_days(first, last)
    span = [first + number * DAY for number in range((last - first).days + 1)]
    found = []
    for canteen in canteens:
        own = {day: tuple(known.get((subject(canteen), day), ())) for day in span}
        due = {
            day for day in span if since and day >= since and day in open_days and counters.owes(canteen, day)
        }
        found.append(
            (canteen, [Day(day, _state(day, own[day], day in due, today), own[day]) for day in span])
        )
    return found


def _state(day: date, own: tuple[Entry, ...], due: bool, today: date) -> str:
    if own:
        return LATE if school.local(own[0].at).date() > day else DONE
    if not due:
        return REST
    return TODAY if day == today else GAP


def day_of(canteen: Canteen, day: date) -> Day:
    """How one day stands."""
    return next(iter(days(canteen, day, day)), Day(day, REST))


def gaps(first: date, last: date) -> list[tuple[Canteen, date]]:
    """The days between these, both included, on which nothing was entered; today is none yet."""
    return [
        (canteen, one.day)
        for canteen, found in days_of(counters.canteens(), first, last)
        for one in found
        if one.state == GAP
    ]


def findings_between(canteen: Canteen, first: date, last: date) -> list[Finding]:
    """What was found in the daily control of these days, the oldest first."""
    query = (
        select(Finding)
        .join(Checked, Checked.id == Finding.checked_id)
        .where(Checked.use == DAILY.code, Checked.subject == subject(canteen))
        .where(Checked.day >= first, Checked.day <= last)
        .order_by(Finding.id)
    )
    return list(session.scalars(query))


def repeats(found: Iterable[Finding]) -> list[tuple[str, int]]:
    """The lines at which something was found more than once, and how often; the most often first."""
    counted: dict[str, int] = {}
    for one in found:
        text = one.line.text
        counted[text] = counted.get(text, 0) + 1
    return sorted(((text, n) for text, n in counted.items() if n > 1), key=lambda item: -item[1])


def first_control() -> date | None:
    """The first day of which anything was entered, or from which it is due."""
    first = session.scalar(select(func.min(Checked.day)).where(Checked.use == DAILY.code))
    days_known = [day for day in (first, on_since(DAILY_CONTROL)) if day]
    return min(days_known, default=None)

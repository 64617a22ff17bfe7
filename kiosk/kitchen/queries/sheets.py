"""Daily control told as tables: the year's calendar for everybody, the month's form for inspectors."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from kiosk.cases import queries as cases
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.core.i18n import _, listed, ngettext
from kiosk.counters.models import Canteen
from kiosk.inspections import queries as inspections
from kiosk.inspections.models import Checked, Finding
from kiosk.kitchen.models import MONTH, WEEK
from kiosk.kitchen.queries.control import (
    DONE,
    FINDING_WORDS,
    GAP,
    LATE,
    REST,
    Day,
    days,
    findings_between,
    list_of,
)
from kiosk.kitchen.queries.reviews import Draft, is_asked, period_of, reviews, span, texts
from kiosk.persons.models import Person

DAY = timedelta(days=1)


def post_of(person: int | None, day: date) -> str:
    """The post in which somebody signed, for everybody to read: never a name."""
    return cases.post_of(session.get(Person, person) if person else None, day)


Week = list[Day | None]


def weeks(found: Sequence[Day], first: date) -> list[Week]:
    """Days as the rows of a calendar, Monday to Sunday; None where there is no day."""
    by_day = {one.day: one for one in found}
    if not found:
        return []
    monday, last = first - timedelta(days=first.weekday()), found[-1].day
    rows = []
    while monday <= last:
        rows.append([by_day.get(monday + number * DAY) for number in range(7)])
        monday += 7 * DAY
    return rows


class Month(NamedTuple):
    """A month of the calendar: its first day, its weeks, and how many days stand how."""

    first: date
    weeks: list[Week]
    done: int
    late: int
    gaps: int


def year(canteen: Canteen, number: int, today: date) -> list[Month]:
    """The months of a year up to today, the newest first; those in which nothing was due are left out."""
    found = days(canteen, date(number, 1, 1), date(number, 12, 31))
    months = []
    for month in range(12, 0, -1):
        own = [one for one in found if one.day.month == month]
        if any(one.state != REST for one in own):
            first = date(number, month, 1)
            counts = (sum(one.state == state for one in own) for state in (DONE, LATE, GAP))
            months.append(Month(first, weeks(own, first), *counts))
    return months


def weeks_of_month(canteen: Canteen, period: str) -> list[tuple[str, Any]]:
    """The weeks that end in a month and of which something was due, each with its first signature."""
    first, last = span(MONTH, period)
    found, day = [], first
    while day <= last:
        code = period_of(WEEK, day)
        if first <= span(WEEK, code)[1] <= last and is_asked(canteen, WEEK, code):
            found.append((code, next(iter(reviews(canteen, WEEK, code)), None)))
        day += 7 * DAY
    return found


def proposal(found: Draft) -> str:
    """What the days say of themselves, to start from."""
    parts = [
        _(
            "%(done)s of %(due)s days entered, %(late)s of them later, %(gaps)s without an entry.",
            done=found.done,
            due=found.due,
            late=found.count(LATE),
            gaps=found.count(GAP),
        ),
        ngettext(
            "%(num)s finding, %(open)s not confirmed as put right yet.",
            "%(num)s findings, %(open)s not confirmed as put right yet.",
            len(found.findings),
            open=len(found.open),
        ),
    ]
    if found.repeated:
        again = listed(f"{text} ({number})" for text, number in found.repeated)
        parts.append(_("Found again: %(what)s.", what=again))
    return "\n".join(map(str, parts))


class Row(NamedTuple):
    """A day of the month's form."""

    day: Day
    version: str
    post: str
    findings: list[tuple[Finding, str, str]]
    """Each with what was written and how it stands."""


def sheet(canteen: Canteen, period: str) -> dict[str, Any]:
    """The month as inspectors want it: a row each day that was due, then the weeks and the meeting."""
    first, last = span(MONTH, period)
    found = [one for one in days(canteen, first, last) if one.state != REST]
    if not found:
        raise NotFound
    findings = findings_between(canteen, first, last)
    words = inspections.words_of(findings)
    by_day: dict[date, list[tuple[Finding, str, str]]] = {}
    for one in findings:
        state = str(FINDING_WORDS[inspections.standing(one)])
        by_day.setdefault(one.checked.day, []).append((one, words[one.id], state))
    versions = _versions([one.first.number for one in found if one.first])
    rows = [
        Row(
            one,
            versions.get(one.first.number, "") if one.first else "",
            post_of(one.first.person, one.day) if one.first else "",
            by_day.get(one.day, []),
        )
        for one in found
    ]
    weekly = [(code, one) for code, one in weeks_of_month(canteen, period) if one]
    monthly = reviews(canteen, MONTH, period)
    signed = [*(one for _code, one in weekly), *monthly]
    return {
        "canteen": canteen,
        "period": period,
        "first": first,
        "rows": rows,
        "weekly": weekly,
        "monthly": monthly,
        "said": texts(signed),
        "post_of": post_of,
        "lines": (found_list.read if (found_list := list_of(canteen)) else ()),
    }


def _versions(numbers: list[int]) -> dict[int, str]:
    """The version of the list that was gone through, by the number of the entry."""
    found = {number: session.get(Checked, number) for number in numbers}
    return {number: str(one.version.version) for number, one in found.items() if one}

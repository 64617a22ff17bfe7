"""Until when what of a case is due: the end of the N-th school day, of the N-th day for food safety.

The day of receipt is day 0, late begins the next day at 00:00 (`school.queries.due`). Days on which the asker
was waited for do not count: those after the day of asking, up to the day of the reply, WAIT_DAYS at most.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from kiosk.cases.models import (
    ACKNOWLEDGE,
    ACKNOWLEDGED,
    ANSWERED,
    CLOSE,
    MEND,
    OPEN,
    RECEIVED,
    REPLY,
    SAFETY,
    TELL,
    TOLD,
    WORK,
    Case,
)
from kiosk.core.i18n import lazy
from kiosk.school import queries as school
from kiosk.school.queries import Due, LeftOut

WAITED = lazy("waiting for the asker")
WAIT_DAYS = 5
"""So many school days the asker is waited for at most; a calendar week where the calendar ends before."""
MOST_PAUSED = 366
"""Paused days that are looked through; beyond it is open as the calendar's end is."""


class Clock(NamedTuple):
    """What runs: the duty, from when, and how many days it has."""

    duty: str
    since: datetime
    days: int


Rule = Callable[[datetime, int], Due]


def running(case: Case) -> Clock | None:
    """The duty that is next, and its time; None where nothing more is due.

    What has no days (0) is not asked of a case: the ratings of a week only want their answer.
    """
    allowed, since = case.figures, case.begun_at
    mend = Clock(MEND, since, allowed[case.severity])
    if case.state == RECEIVED and allowed[ACKNOWLEDGE]:
        return Clock(ACKNOWLEDGE, since, min(allowed[ACKNOWLEDGE], mend.days))
    waits = case.state in (RECEIVED, ACKNOWLEDGED) or (case.state == WORK and case.replied_at is None)
    if waits and allowed[REPLY]:
        return Clock(REPLY, since, min(allowed[REPLY], mend.days))
    if case.state in OPEN:
        return mend
    if case.state == ANSWERED and case.answered_at:
        return Clock(TELL, case.answered_at, allowed[TELL])
    if case.state == TOLD and not case.outcome and case.told_at:
        return Clock(CLOSE, case.told_at, allowed[TELL])
    return None


def mending(case: Any, by: "Rules | None" = None) -> Due:
    """Until when the case, or a row with the columns that it follows from, has to be answered as a whole."""
    clock = Clock(MEND, case.begun_at, case.figures[case.severity])
    return _due(case.pauses, clock, (by or rules())[case.severity == SAFETY])


def telling(case: Case, by: "Rules | None" = None) -> Due | None:
    """Until when the asker has to know the answer; None without one."""
    if case.answered_at is None:
        return None
    clock = Clock(TELL, case.answered_at, case.figures[TELL])
    return _due([], clock, (by or rules())[case.severity == SAFETY])


def wait_ends() -> date:
    """The last day on which an asker is waited for who is asked something now."""
    today = school.today()
    return school.due(today, WAIT_DAYS).day or today + timedelta(days=7)


def within(received_at: datetime, days: int, pauses: list[list[str]], by: "Rules | None" = None) -> Due:
    """The end of so many school days after receipt, without those on which the asker was waited for."""
    return _due(pauses, Clock(REPLY, received_at, days), (by or rules())[0])


def due_of(case: Case) -> Due | None:
    """When the next duty is due, and how that was counted; None: nothing is, or the clock stands still."""
    return _counted(case, rules())


Rules = tuple[Rule, Rule]


def rules() -> Rules:
    """How days are counted: school days, and days of the calendar. Equal questions are asked once."""
    return lru_cache(None)(school.due), calendar_due


def calendar_due(received: datetime, number: int) -> Due:
    """The end of the N-th day, weekends and holidays included."""
    first = school.local(received).date()
    return Due(first, number, tuple(first + timedelta(days=one + 1) for one in range(number)), ())


def _counted(case: Case, by: Rules) -> Due | None:
    clock = running(case)
    if clock is None or _stands_still(case):
        return None
    return _due(case.pauses, clock, by[case.severity == SAFETY])


def _stands_still(case: Case) -> bool:
    """Whether the asker is waited for without an end, as in cases of before there was one."""
    return bool(case.pauses) and len(case.pauses[-1]) == 1


def _due(pauses: list[list[str]], clock: Clock, rule: Rule) -> Due:
    """The same with the paused days left out: as many more days are counted as were lost."""
    received = _noon(clock.since)
    paused = [_span(pause) for pause in pauses]
    plain = rule(received, clock.days)
    if not paused:
        return plain
    more = 0
    while True:
        found = rule(received, min(clock.days + more, MOST_PAUSED))
        lost = [day for day in found.counted if _is_paused(day, paused)]
        if len(lost) == more or found.day is None or clock.days + more >= MOST_PAUSED:
            break
        more = len(lost)
    left = sorted([*found.left_out, *(LeftOut(day, WAITED) for day in lost)])
    kept = tuple(day for day in found.counted if day not in set(lost))
    return Due(plain.received, clock.days, kept, tuple(left))


def _noon(moment: datetime) -> datetime:
    """The same local day at noon, so that one day is asked for once."""
    return school.local(moment).replace(hour=12, minute=0, second=0, microsecond=0)


def _span(pause: list[str]) -> tuple[date, date]:
    return date.fromisoformat(pause[0]), date.fromisoformat(pause[1]) if len(pause) > 1 else date.max


def _is_paused(day: date, paused: list[tuple[date, date]]) -> bool:
    return any(first < day <= last for first, last in paused)


def redue(case: Case, by: Rules | None = None) -> None:
    """Let the case say what is due next, and until when, by the calendar of today."""
    clock, due = running(case), _counted(case, by or rules())
    case.duty, case.due_on = clock.duty if clock else "", due.day if due else None


def is_late(case: Case) -> bool:
    """Whether what is due is late now: late begins the day after, and is never stored."""
    return case.due_on is not None and case.due_on < school.today()

"""The end of the N-th school day: what every duty of the school is due by.

The day of receipt is day 0, whatever the hour. The last moment is the end of the N-th school day after it by
the school's own calendar; late begins with the next day, 00:00 local time. (Model: Alaveteli's working days.)
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from kiosk.core.errors import Invalid
from kiosk.core.i18n import Text, lazy
from kiosk.school.models import DayException
from kiosk.school.queries.days import exceptions, school_days, terms
from kiosk.school.queries.hours import local, zone
from kiosk.school.queries.values import settings
from kiosk.school.settings import SCHOOL_WEEKDAYS

YEARS = (2000, 2100)
MOST = 366
"""School days that can be given."""
WITHOUT_TERMS = 366
"""How many days without a single school day are looked through where no term sets an end."""


class LeftOut(NamedTuple):
    """A day that did not count, and why."""

    day: date
    why: Text


class Stretch(NamedTuple):
    """Days on end that did not count for the same reason, the first and the last included."""

    first: date
    last: date
    why: Text


@dataclass(frozen=True)
class Due:
    """Until when something is due that was received on `received` and has `number` school days.

    `counted` are the school days, at most `number`; `left_out` the days between. Where the terms that are
    entered end before the last of them, `day` and `late_from` are None: it is open until the next term is
    entered.
    """

    received: date
    number: int
    counted: tuple[date, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def day(self) -> date | None:
        """The last day on which it is in time."""
        if len(self.counted) < self.number:
            return None
        return self.counted[-1] if self.counted else self.received

    @cached_property
    def late_from(self) -> datetime | None:
        """The first moment at which it is late."""
        return datetime.combine(self.day + timedelta(days=1), time(), zone()) if self.day else None

    @property
    def until(self) -> datetime | None:
        """The last moment at which it is in time."""
        return datetime.combine(self.day, time.max, zone()) if self.day else None

    def is_late(self, moment: datetime) -> bool:
        """Whether it is late at an aware moment."""
        return self.late_from is not None and moment >= self.late_from

    def day_of(self, today: date) -> int:
        """Which of the school days it is: 0 on the day of receipt, 4 on the fourth school day."""
        return sum(day <= today for day in self.counted)

    @property
    def stretches(self) -> list[Stretch]:
        """What did not count, days on end with the same reason together."""
        stretches: list[Stretch] = []
        for _reason, group in groupby(
            enumerate(self.left_out), lambda pair: (str(pair[1].why), pair[1].day - timedelta(days=pair[0]))
        ):
            days = [left for _number, left in group]
            stretches.append(Stretch(days[0].day, days[-1].day, days[0].why))
        return stretches


def due(received: date | datetime, number: int) -> Due:
    """When something is due `number` school days after an aware moment, or after a day of the school.

    Invalid for a number or a year out of range.
    """
    if not 0 <= number <= MOST:
        raise Invalid(lazy("Choose between 0 and %(most)s school days."), field="number", most=MOST)
    if not YEARS[0] <= received.year <= YEARS[1]:
        message = lazy("Please choose a day from %(first)s to %(last)s.", first=YEARS[0], last=YEARS[1])
        raise Invalid(message, field="received")
    first = local(received).date() if isinstance(received, datetime) else received
    by_day = {entry.day: entry for entry in exceptions()}
    counted: list[date] = []
    left_out: list[LeftOut] = []
    for day, is_open in _days_after(first, number, by_day):
        if len(counted) == number:
            break
        if is_open:
            counted.append(day)
        else:
            left_out.append(LeftOut(day, _why(day, by_day)))
    if len(counted) < number:  # nothing is known of the days behind the last one that counted
        last = counted[-1] if counted else first
        left_out = [left for left in left_out if left.day < last]
    return Due(first, number, tuple(counted), tuple(left_out))


def _days_after(first: date, number: int, by_day: dict[date, DayException]) -> Iterator[tuple[date, bool]]:
    """The days after the first as far as the calendar is known, and whether each is a school day."""
    ends = [term.ends for term in terms()]
    opened = [day for day, entry in by_day.items() if entry.is_school_day]
    last = max(ends + opened) if ends else first + timedelta(days=WITHOUT_TERMS + 7 * number)
    begins = first + timedelta(days=1)
    while begins <= last:
        ends_here = min(begins + timedelta(days=62), last)
        open_days = school_days(begins, ends_here)
        while begins <= ends_here:
            yield begins, begins in open_days
            begins += timedelta(days=1)


def _why(day: date, by_day: dict[date, DayException]) -> Text:
    """Why a day is no school day."""
    if day in by_day:
        return by_day[day].note or lazy("holiday")
    if day.weekday() not in settings()[SCHOOL_WEEKDAYS]:
        return lazy("weekend") if day.weekday() >= 5 else lazy("no school on this weekday")
    return lazy("outside the terms")

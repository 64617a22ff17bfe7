"""What a room hands in to the sample school: what stands there, and what happened on three weeks of days.

The room `sample` moves the clock to each moment and calls what the rooms hand in, through their own services.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from kiosk.core.actor import Actor

BY = Actor("demo")
SEED = 2026
TIMEZONE = "Asia/Shanghai"
DAYS = 21
EVENING = time(21, 40)
PASSWORD = "Sample-lunch-2026-orchid"  # noqa: S105 - printed, and only in the sample school
MANAGER = "食堂经理"
"""The post that answers for the canteens' windows and their purchases: it stands there from the first day."""


class Span(NamedTuple):
    """The school days of the sample, the oldest first; the last one is perhaps unfinished."""

    now: datetime
    days: list[date]

    @property
    def today(self) -> date:
        """The local day on which the sample is made."""
        return self.now.astimezone(ZoneInfo(TIMEZONE)).date()

    @property
    def first(self) -> date:
        """The day on which the school was set up."""
        return self.today - timedelta(days=DAYS)

    def until(self, day: date) -> datetime:
        """How far a day has gone."""
        return min(self.now, at(day, EVENING))


def span(now: datetime) -> Span:
    """The weekdays of the three weeks before this moment, today included."""
    today = now.astimezone(ZoneInfo(TIMEZONE)).date()
    days = (today - timedelta(days=ago) for ago in range(DAYS, -1, -1))
    return Span(now, [day for day in days if day.weekday() < 5])


def at(day: date, moment: time) -> datetime:
    """A moment in the sample school's zone."""
    return datetime.combine(day, moment, ZoneInfo(TIMEZONE))


class Event(NamedTuple):
    """Something that happens at a moment."""

    at: datetime
    act: Callable[[], object]


@dataclass(frozen=True, kw_only=True)
class Share:
    """A room's share: each part is optional.

    `furnish` sets up what stands there from the first morning on, room by room from the ground up. `events`
    are what happens on a school day, in any order; what lies after `span.now` is left out. `finish` is done
    at the end, at `span.now`. `keep_up` is asked again and again while the sample is served: it gives what is
    to be done now, or None.
    """

    furnish: Callable[[Span], None] | None = None
    events: Callable[[Span, date], Iterable[Event]] | None = None
    finish: Callable[[Span], None] | None = None
    keep_up: Callable[[datetime], Callable[[], object] | None] | None = None

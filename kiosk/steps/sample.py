"""The sample school's absence: the head of logistics was away for a day, and the accountant signed."""

from collections.abc import Iterator
from datetime import date, time

from kiosk.auth import queries as auth
from kiosk.core.samples import Event, Share, Span, at
from kiosk.steps.services import delegate

AWAY = "参加市教育局后勤工作会议"


def away(of: Span) -> date:
    """The day of the absence."""
    return of.days[-4]


def _leave(day: date) -> None:
    by, stand_in = auth.account("lin").actor, auth.account("wu").person.number
    delegate(by=by, stand_in=stand_in, first=day, last=day, reason=AWAY)


def _events(of: Span, day: date) -> Iterator[Event]:
    if day == away(of):
        yield Event(at(day, time(7, 40)), lambda: _leave(day))


SHARE = Share(events=_events)

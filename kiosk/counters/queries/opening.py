"""Whether a counter kept the hours that it promised: what its tablet and its ratings can tell of it.

A tablet that is on all night tells nothing of who stands there, and ratings of a lunch nothing of breakfast.
So a day counts as kept only where the tablet was heard throughout every promised stretch and somebody rated
within each; as not kept where the counter's tablet was away for a while in which another tablet was heard (so
the server was there) and nobody rated here; and as not measured in every other case.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import select

from kiosk.core.db import session
from kiosk.core.room import measure
from kiosk.counters.models import Counter, Heard
from kiosk.school import queries as school

PATIENCE = timedelta(minutes=15)
"""For so long a tablet may be away within the promised hours before it is missed."""
DAY = timedelta(days=1)


class Stretch(NamedTuple):
    """A time from an aware moment until another."""

    since: datetime
    until: datetime

    def within(self, other: "Stretch") -> timedelta:
        """How much of it lies within another."""
        return max(timedelta(), min(self.until, other.until) - max(self.since, other.since))


def hours_kept(
    counter: Counter, since: date, until: date, promised: list[list[str]]
) -> list[tuple[date, bool | None]]:
    """For each school day that is over whether the counter was open in the promised hours.

    None: it could not be measured. `promised` is written as a counter's opening hours are.
    """
    last = min(until, school.today() - DAY)
    days = sorted(school.school_days(since, last)) if since <= last else []
    if not days:
        return []
    here, elsewhere = _heard(counter, _day(days[0]).since, _day(days[-1]).until)
    rated = _rated(counter, days[0], days[-1])
    found = []
    for day in days:
        spans, own, others = _promised(day, promised), _on(day, here), _on(day, elsewhere)
        found.append((day, _verdict(counter, spans, own, others, rated.get(day, set()))))
    return found


def _day(day: date) -> Stretch:
    zone = school.zone()
    return Stretch(datetime.combine(day, time(), zone), datetime.combine(day + DAY, time(), zone))


def _promised(day: date, hours: list[list[str]]) -> list[Stretch]:
    zone = school.zone()
    spans = (map(school.parse_time, span) for span in hours)
    return [Stretch(*(datetime.combine(day, moment, zone) for moment in span)) for span in spans]


def _heard(counter: Counter, first: datetime, last: datetime) -> tuple[list[Stretch], list[Stretch]]:
    """When the counter's own tablets were heard, and when any other counter's were."""
    query = select(Heard.counter_id, Heard.since, Heard.until).where(Heard.until >= first, Heard.since < last)
    rows = session.execute(query.order_by(Heard.since)).all()
    here = [Stretch(begins, ends) for counter_id, begins, ends in rows if counter_id == counter.id]
    return here, [Stretch(begins, ends) for counter_id, begins, ends in rows if counter_id != counter.id]


def _on(day: date, stretches: list[Stretch]) -> list[Stretch]:
    whole = _day(day)
    return [one for one in stretches if one.until >= whole.since and one.since < whole.until]


def _rated(counter: Counter, first: date, last: date) -> dict[date, set[int]]:
    hours = measure("ratings.hours")
    return dict(hours(counter, first, last)) if hours else {}


def _verdict(
    counter: Counter, promised: list[Stretch], here: list[Stretch], elsewhere: list[Stretch], rated: set[int]
) -> bool | None:
    if not here:
        return None
    holes = [hole for stretch in promised for hole in _holes(stretch, here)]
    if any(_is_missed(hole, elsewhere) and not _was_rated(counter, hole) for hole in holes):
        return False
    if holes or not all(_hours(stretch) & rated for stretch in promised):
        return None
    return True


def _holes(stretch: Stretch, heard: Iterable[Stretch]) -> list[Stretch]:
    """Where in the stretch nothing was heard for longer than the patience."""
    holes, at = [], stretch.since
    for one in sorted(heard):
        if one.until > at:
            holes.append(Stretch(at, min(one.since, stretch.until)))
            at = one.until
    holes.append(Stretch(at, stretch.until))
    return [hole for hole in holes if hole.until - hole.since > PATIENCE]


def _is_missed(hole: Stretch, elsewhere: list[Stretch]) -> bool:
    """Whether another tablet was heard in the hole, so that neither server nor network explains it."""
    return any(one.within(hole) > PATIENCE for one in elsewhere)


def _was_rated(counter: Counter, hole: Stretch) -> bool:
    """Whether somebody rated meanwhile, on paper, on a phone or on a tablet without network."""
    within = measure("ratings.within")
    return bool(within(counter, hole.since, hole.until)) if within else False


def _hours(stretch: Stretch) -> set[int]:
    """The local hours of the clock that the stretch touches."""
    last = school.local(stretch.until - timedelta(microseconds=1)).hour
    return set(range(school.local(stretch.since).hour, last + 1))

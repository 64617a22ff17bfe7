"""When people rated at a counter: what tells that somebody was served."""

from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from kiosk.core.db import session
from kiosk.counters.models import Counter
from kiosk.ratings.models import Rating, Tally

LONGEST_QUEUE = timedelta(days=8)
"""A tablet without network keeps what was tapped for so long, and a day."""


def rated_within(counter: Counter, since: datetime, until: datetime) -> bool:
    """Whether anybody rated at the counter between two aware moments, by the time of the tap."""
    tapped = func.coalesce(Rating.pressed_at, Rating.recorded_at)
    query = select(Rating.seq).where(Rating.counter_id == counter.id, Rating.recorded_at >= since)
    stored = query.where(Rating.recorded_at < until + LONGEST_QUEUE)
    return session.scalar(stored.where(tapped >= since, tapped < until).limit(1)) is not None


def rated_hours(counter: Counter, since: date, until: date) -> dict[date, set[int]]:
    """For each day from the first to the last the local hours in which somebody rated at the counter."""
    levels = Tally.n1 + Tally.n2 + Tally.n3 + Tally.n4 + Tally.n5
    query = select(Tally.day, Tally.hour).where(Tally.counter_id == counter.id, levels > 0)
    hours: dict[date, set[int]] = {}
    for day, hour in session.execute(query.where(Tally.day.between(since, until))):
        hours.setdefault(day, set()).add(hour)
    return hours

"""Hours without ratings that usually have them."""

from collections import defaultdict
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from kiosk.core.db import remembered, session
from kiosk.ratings.models import Tally
from kiosk.school import queries as school

WEEKS = 4
LOOK_BACK = 12
"""Weeks within which the last four school weeks are looked for: holidays lie between."""
USUAL = 5
"""From so many ratings on, on average, an hour is one that normally has them."""


def usually_rated(now: datetime) -> dict[int, int]:
    """The counters without a rating in this hour of the clock that usually have five: counter → how many.

    Usually is the mean of the same weekday and hour in the last four school weeks. Read from tallies.
    """
    local = school.local(now)
    return remembered(("usually rated", local.date(), local.hour), lambda: _usual(local.date(), local.hour))


def _usual(today: date, hour: int) -> dict[int, int]:
    if not school.is_school_day(today):
        return {}
    open_days = school.school_days(today - timedelta(weeks=LOOK_BACK), today - timedelta(days=1))
    weeks = (today - timedelta(weeks=number) for number in range(1, LOOK_BACK + 1))
    days = [day for day in weeks if day in open_days][:WEEKS]
    total = func.sum(Tally.n1 + Tally.n2 + Tally.n3 + Tally.n4 + Tally.n5)
    query = select(Tally.counter_id, Tally.day, total).group_by(Tally.counter_id, Tally.day)
    rated: dict[int, int] = defaultdict(int)
    now_rated = set()
    for counter_id, day, number in session.execute(
        query.where(Tally.hour == hour, Tally.day.in_([today, *days]))
    ):
        if day != today:
            rated[counter_id] += int(number)
        elif number:
            now_rated.add(counter_id)
    usual = {key: number // WEEKS for key, number in rated.items() if key not in now_rated}
    return {key: number for key, number in usual.items() if number >= USUAL}

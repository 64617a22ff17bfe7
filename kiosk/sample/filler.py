"""Plausible ratings and postings in bulk, for measuring. Tallies, chain and seals stay consistent."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session, transaction
from kiosk.core.errors import Invalid
from kiosk.core.i18n import lazy
from kiosk.counters import queries as counters
from kiosk.purchasing import services as purchasing
from kiosk.purchasing.models import Sheet
from kiosk.purchasing.sample import FOODS, PEOPLE
from kiosk.ratings.models import BAD
from kiosk.ratings.sample.words import CANTEEN_BAD, CANTEEN_GOOD
from kiosk.ratings.services import LoadedRating, load_ratings
from kiosk.school import queries as school

BY = Actor("bench")
A_DAY = 150
"""Ratings of a counter and school day; with very many to make, there are more."""
MOST_DAYS = 400
MOST_POSTED = 40
AT_ONCE = 100_000
MOST = 5_000_000
MEAL = 100
"""Minutes of a meal."""


class Filled(NamedTuple):
    """What was made."""

    ratings: int
    sheets: int
    days: int


def fill(number: int, *, posted: int | None = None) -> Filled:
    """Spread so many ratings over the counters and the last school days, and post on days without a sheet.

    It posts on the last `posted` weekdays; unless said, on as many as there are ratings, but MOST_POSTED.
    """
    if not 1 <= number <= MOST:
        raise Invalid(lazy("Choose between 1 and %(most)s ratings at a time."), most=MOST)
    places = [counter.id for counter in counters.counters()]
    if not places:
        raise Invalid(lazy("There is no counter yet. Add one first: kiosk counter add"))
    days = _days(min(MOST_DAYS, -(-number // (A_DAY * len(places)))))
    sheets = _post(days[-MOST_POSTED:] if posted is None else _days(posted))
    rows = _rows(number, places, days)
    while batch := list(islice(rows, AT_ONCE)):
        with transaction(wait=60):
            load_ratings(batch, by=BY)
        session.expunge_all()
    return Filled(number, sheets, len(days))


def _days(number: int) -> list[date]:
    """The last so many weekdays before today, the oldest first."""
    weekdays: list[date] = []
    day = school.today()
    while len(weekdays) < number:
        day -= timedelta(days=1)
        if day.weekday() < 5:
            weekdays.append(day)
    return weekdays[::-1]


def _rows(number: int, places: list[int], days: list[date]) -> Iterator[LoadedRating]:
    """Day by day and meal by meal, in the order of time as far as it matters."""
    dice = random.Random(f"{number}/{clock.now()}")
    so_far = 0
    for turn, day in enumerate(days, 1):
        share = number * turn // len(days) - so_far
        so_far += share
        dinner = share * 38 // 100
        for starts, meal, count in ((time(11, 20), "lunch", share - dinner), (time(17), "dinner", dinner)):
            first = datetime.combine(day, starts, school.zone()).astimezone(UTC)
            hours = [school.local(first + timedelta(minutes=minute)).hour for minute in range(MEAL)]
            for minute, place, level in _taps(dice, count, places):
                yield _rating(dice, first, minute, hours[int(minute)], day, meal, place, level)


def _taps(dice: random.Random, count: int, places: list[int]) -> Iterator[tuple[float, int, int]]:
    minutes = sorted(dice.random() * (MEAL - 0.01) for _ in range(count))
    levels = dice.choices((5, 4, 3, 2, 1), (42, 31, 15, 8, 4), k=count)
    return zip(minutes, dice.choices(places, k=count), levels, strict=True)


def _rating(
    dice: random.Random,
    first: datetime,
    minute: float,
    hour: int,
    day: date,
    meal: str,
    place: int,
    level: int,
) -> LoadedRating:
    at = first + timedelta(minutes=minute)
    luck = dice.random()
    comment = dice.choice(CANTEEN_BAD if level in BAD else CANTEEN_GOOD) if luck < 0.03 else ""
    reasons = (dice.choice(("taste", "queue", "portion", "price")),) if luck < 0.15 else ()
    return LoadedRating(
        id=_uuid7(int(at.timestamp() * 1000), dice.getrandbits(74)),
        counter_id=place,
        level=level,
        recorded_at=at,
        day=day,
        hour=hour,
        meal=meal,
        channel="phone",
        reasons=reasons,
        comment=comment,
    )


def _uuid7(milliseconds: int, noise: int) -> UUID:
    return UUID(int=milliseconds << 80 | 7 << 76 | (noise >> 62) << 64 | 2 << 62 | noise & (1 << 62) - 1)


def _post(days: list[date]) -> int:
    """A sheet for every canteen and day that has none."""
    canteens, posted = counters.canteens(), 0
    existing = set(session.execute(select(Sheet.canteen_id, Sheet.day).where(Sheet.day.in_(days))).all())
    dice = random.Random(len(days))
    for day in days:
        for canteen in canteens:
            if (canteen.id, day) in existing:
                continue
            at = datetime.combine(day, time(7, 40), school.zone())
            with clock.moved_to(at), transaction(wait=60):
                rows = [
                    food.line(
                        dice.randint(food.least, food.most), round(food.price * dice.uniform(0.95, 1.06))
                    )
                    for food in dice.sample(FOODS, 18)
                ]
                draft = purchasing.start_sheet(by=BY, canteen=canteen, day=day)
                purchasing.save_draft(by=BY, draft=draft, rows=rows, people=PEOPLE)
                purchasing.post_sheet(by=BY, draft=draft)
            posted += 1
    return posted

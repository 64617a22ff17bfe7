"""How many of those who ate rated (参评率): ratings ÷ meals served, where it is known how many were.

Only the meals count whose number somebody entered, above the line as below it: the ratings of a canteen's
windows in the hours of these meals.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import func, select

from kiosk.core.db import session
from kiosk.core.room import is_on
from kiosk.counters import queries as counters
from kiosk.ratings.models import Tally
from kiosk.school import queries as school

LEAST = 10
"""Of fewer meals no share is told."""


@dataclass(frozen=True)
class Coverage:
    """The ratings of a canteen's windows in `meals` meals, and how many meals were served at them."""

    ratings: int
    served: int
    meals: int

    @property
    def share(self) -> float | None:
        """The share of meals that were rated; None where too few were served to say."""
        return self.ratings / self.served if self.served >= LEAST else None


def coverage(first: date, last: date) -> dict[int, Coverage]:
    """By the number of each canteen; those without a number of meals are left out."""
    if not is_on(school.MEALS_SERVED):
        return {}
    by_code = {one.code: one.id for one in counters.canteens(everything=True)}
    served: dict[int, dict[tuple[date, str], int]] = defaultdict(dict)
    for slot, number in school.served(first, last).items():
        if slot.canteen in by_code:
            served[by_code[slot.canteen]][slot.day, slot.meal] = number
    if not served:
        return {}
    rated = _rated(first, last)
    return {
        canteen: Coverage(
            sum(rated.get((canteen, *meal), 0) for meal in numbers), sum(numbers.values()), len(numbers)
        )
        for canteen, numbers in served.items()
    }


def _rated(first: date, last: date) -> Mapping[tuple[int, date, str], int]:
    """Counted ratings of canteens' windows by canteen, day and meal."""
    canteens = {
        one.id: one.canteen_id
        for one in counters.counters(everything=True)
        if one.canteen_id and one.kind == "canteen"
    }
    hours = {hour: meal.code for meal in school.meals() for hour in _hours(meal.starts, meal.ends)}
    number = func.sum(Tally.n1 + Tally.n2 + Tally.n3 + Tally.n4 + Tally.n5)
    query = select(Tally.counter_id, Tally.day, Tally.hour, number).where(
        Tally.day.between(first, last), Tally.counter_id.in_(canteens)
    )
    found: dict[tuple[int, date, str], int] = defaultdict(int)
    rows = session.execute(query.group_by(Tally.counter_id, Tally.day, Tally.hour))
    for counter, day, hour, ratings in rows:
        if hour in hours:
            found[canteens[counter], day, hours[hour]] += ratings
    return found


def _hours(starts: time, ends: time) -> Iterable[int]:
    """The hours of the day that a meal touches."""
    return range(starts.hour, ends.hour + (ends.minute > 0))

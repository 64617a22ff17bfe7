"""What happens when a meal is closed: marks, keys, seals; and what is forgotten."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import delete

from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.trace import record
from kiosk.presence import services as presence
from kiosk.presence.models import MealKey
from kiosk.presence.queries import is_over, open_meals
from kiosk.ratings import queries
from kiosk.ratings.models import Pulse, RatingVisitor
from kiosk.ratings.queries import SERIES
from kiosk.ratings.services.alerts import close_alerts
from kiosk.ratings.services.marking import mark_meal
from kiosk.seals.models import Seal
from kiosk.seals.services import seal


class ClosedMeal(NamedTuple):
    """A meal that was closed, and how many of its ratings were marked as doubtful."""

    day: date
    meal: str
    marked: int


@dataclass(frozen=True)
class Closing:
    """What `close_meals` did; false if there was nothing to do."""

    meals: list[ClosedMeal]
    seal: Seal | None

    def __bool__(self) -> bool:
        return bool(self.meals or self.seal)


def close_meals(*, by: Actor, now: datetime | None = None, everything: bool = False) -> Closing:
    """Close every meal that is over (or every one): decide marks, destroy its key, and seal its ratings."""
    now = now or clock.now()
    _open_held_meals(now)
    due = [key for key in open_meals() if everything or is_over(key.day, key.meal, now)]
    meals = [_close(key, by=by, now=now) for key in due]
    sealed = seal(SERIES, by=by, now=now) if everything or queries.seal_is_due(now) else None
    if meals or sealed:
        _forget(now)
        close_alerts(now)
    return Closing(meals, sealed)


def _close(key: MealKey, *, by: Actor, now: datetime) -> ClosedMeal:
    marked = mark_meal(key)
    session.execute(delete(RatingVisitor).where(RatingVisitor.meal_key_id == key.id))
    presence.destroy(key, now)
    record("meal.closed", f"meal:{key.day}/{key.meal}", by=by, after=marked)
    return ClosedMeal(key.day, key.meal, sum(sum(numbers.values()) for numbers in marked.values()))


def _open_held_meals(now: datetime) -> None:
    """A meal in which only tablets rated has no key yet; it is closed like any other."""
    for day, meal in queries.meals_without_key():
        presence.hold_meal(day, meal, now)


def _forget(now: datetime) -> None:
    """Remove what has served: passes that are over, and the pulse of earlier days."""
    presence.forget_passes(now)
    day = 24 * 60
    minute = clock.minute_of(now)
    session.execute(delete(Pulse).where((Pulse.minute < minute - day) | (Pulse.minute > minute + day)))

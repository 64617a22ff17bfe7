"""Meals that are over, and whether anything waits for its seal."""

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from kiosk.presence.models import MealKey
from kiosk.presence.queries import GRACE, is_over, open_meals
from kiosk.ratings.models import RatingVisitor
from kiosk.ratings.queries.facts import SERIES
from kiosk.school import queries as school
from kiosk.seals.queries import unsealed_since


def _sitting_over(moment: datetime, now: datetime) -> bool:
    """Whether a meal has ended, or the day, since the moment."""
    local = school.local(moment)
    ends = [datetime.combine(local.date(), meal.ends, local.tzinfo) for meal in school.meals()]
    midnight = datetime.combine(local.date() + timedelta(days=1), time(), local.tzinfo)
    end = min(end for end in [*ends, midnight] if end > local)
    return end + GRACE <= now or moment > now + timedelta(minutes=2)


def seal_is_due(now: datetime) -> bool:
    """Whether something unsealed was recorded before the last meal's end."""
    return any(_sitting_over(moment, now) for moment in unsealed_since(SERIES))


def anything_to_close(now: datetime) -> bool:
    """Whether `services.close_meals` would do anything now; cheap, for a clock that asks each minute."""
    return any(is_over(key.day, key.meal, now) for key in open_meals()) or seal_is_due(now)


def left_open(now: datetime, *, longer_than: timedelta) -> bool:
    """Whether something has waited for so long to be closed; what was recorded since has not."""
    then = now - longer_than
    return any(is_over(key.day, key.meal, then) for key in open_meals() if key.opened_at <= then) or any(
        _sitting_over(moment, then) for moment in unsealed_since(SERIES) if moment <= then
    )


def visitors_before(moment: datetime) -> Any:
    """The condition of visitors whose meal began before a moment: one that could not be closed."""
    keys = select(MealKey.id).where(MealKey.opened_at < moment)
    return RatingVisitor.meal_key_id.in_(keys)

"""Reads of presence: the meals whose visitors are still distinguishable."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from kiosk.core.db import session
from kiosk.presence.models import MealKey
from kiosk.school import queries as school

GRACE = timedelta(minutes=15)
"""A meal is closed this long after its end: by then every phone pass given out in it is used or over."""


def is_over(day: date, meal: str, now: datetime) -> bool:
    """Whether a meal's time is over and may be closed; so may a day that a wrong clock put in the future."""
    return school.meal_ends(day, meal) + GRACE <= now or day > school.local(now).date() + timedelta(days=1)


def open_meals() -> list[MealKey]:
    """The meals whose visitors are still distinguishable, the oldest first."""
    return list(session.scalars(select(MealKey).where(MealKey.key.is_not(None)).order_by(MealKey.id)))

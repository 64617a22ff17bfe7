"""The school's local time, and the meals of its timetable."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from sqlalchemy import select

from kiosk.core import clock
from kiosk.core.db import remembered, session
from kiosk.core.errors import NotFound
from kiosk.school.models import Meal
from kiosk.school.queries.values import settings
from kiosk.school.settings import TIMEZONE

BETWEEN = "between"
"""The code of the time that belongs to no meal."""


def zone() -> ZoneInfo:
    """The school's time zone."""
    return ZoneInfo(settings()[TIMEZONE])


def local(moment: datetime) -> datetime:
    """An aware moment as the school's clocks show it."""
    return moment.astimezone(zone())


def now() -> datetime:
    """The school's local time."""
    return local(clock.now())


def today() -> date:
    """The school's local day."""
    return now().date()


def month_span(first: date) -> tuple[datetime, datetime]:
    """The moments at which a month begins, by its first day, and the next one does."""
    later = (first + timedelta(days=31)).replace(day=1)
    begin, end = (datetime.combine(day, time(), zone()) for day in (first, later))
    return begin, end


def months_since(first: date) -> list[date]:
    """The first days of the months from that of a day to this one, the newest first."""
    found = [today().replace(day=1)]
    while found[-1] > first:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found


def parse_time(text: str) -> time:
    """A text like 12:00 as a time of day; ValueError for anything else."""
    return time.fromisoformat(text)


def meals() -> list[Meal]:
    """The meals of the timetable, in the order of the day."""
    query = select(Meal).order_by(Meal.starts, Meal.code)
    return list(remembered("meals", lambda: session.scalars(query).all()))


def meal_at(moment: datetime, among: Iterable[Meal] | None = None) -> Meal | None:
    """The meal whose hours hold the aware moment, or None between meals.

    Who asks for many moments reads the timetable once, and gives it as `among`.
    """
    clock_time, known = local(moment).time(), meals() if among is None else among
    return next((meal for meal in known if meal.starts <= clock_time < meal.ends), None)


def meal_code_at(moment: datetime, among: Iterable[Meal] | None = None) -> str:
    """The code of the meal at the moment, or BETWEEN."""
    meal = meal_at(moment, among)
    return meal.code if meal else BETWEEN


def meal_ends(day: date, code: str) -> datetime:
    """When the meal of that day is over (aware); the time between meals ends with the day."""
    meal = session.get(Meal, code)
    if meal is None:
        return datetime.combine(day + timedelta(days=1), time(), zone())
    return datetime.combine(day, meal.ends, zone())


def meal(code: str) -> Meal:
    """The meal with this code, or NotFound."""
    meal = session.get(Meal, code)
    if meal is None:
        raise NotFound
    return meal


def new_meal_code() -> str:
    """A code that no meal has."""
    codes = {meal.code for meal in meals()}
    return next(code for n in count(1) if (code := f"meal-{n}") not in codes)

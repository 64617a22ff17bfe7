"""What is read of the school: settings, the local day, meals, terms, school days."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select

from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.core.i18n import Text
from kiosk.core.room import declared_settings
from kiosk.core.setting import Values
from kiosk.school.models import DayException, Meal, Setting, Term
from kiosk.school.settings import IN_USE, RETIRED, SCHOOL_WEEKDAYS, TIMEZONE

BETWEEN = "between"
"""The code of the time that belongs to no meal."""


def settings() -> Values:
    """The settings in force; read once for each session (one request, one command)."""
    found = session().info.get("settings")
    if not isinstance(found, Values):
        rows = session.execute(select(Setting.key, Setting.value)).all()
        found = Values({key: value for key, value in rows}, declared_settings())
        use_settings(found)
    return found


def use_settings(found: Values) -> None:
    """Let this session go by settings that are known to be in force."""
    session().info["settings"] = found


def in_use() -> Mapping[str, date]:
    """What the school has switched on, with the day from which its duties are due."""
    return settings()[IN_USE]


class Misfit(NamedTuple):
    """Something stored as a setting that cannot be used; without a `label` nothing of the name is known."""

    name: str
    label: Text | None


def misfits() -> list[Misfit]:
    """What is stored and cannot be used, so that another value is in force."""
    found = settings()
    unknown = [name for name in found.unknown() if name not in RETIRED]
    return [
        *(Misfit(one.name, one.label) for one in found.unusable()),
        *(Misfit(name, None) for name in unknown),
    ]


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


def parse_time(text: str) -> time:
    """A text like 12:00 as a time of day; ValueError for anything else."""
    return time.fromisoformat(text)


def meals() -> list[Meal]:
    """The meals of the timetable, in the order of the day."""
    return list(session.scalars(select(Meal).order_by(Meal.starts, Meal.code)))


def meal_at(moment: datetime) -> Meal | None:
    """The meal whose hours hold the aware moment, or None between meals."""
    clock_time = local(moment).time()
    return next((meal for meal in meals() if meal.starts <= clock_time < meal.ends), None)


def meal_code_at(moment: datetime) -> str:
    """The code of the meal at the moment, or BETWEEN."""
    meal = meal_at(moment)
    return meal.code if meal else BETWEEN


def meal_ends(day: date, code: str) -> datetime:
    """When the meal of that day is over (aware); the time between meals ends with the day."""
    meal = session.get(Meal, code)
    if meal is None:
        return datetime.combine(day + timedelta(days=1), time(), zone())
    return datetime.combine(day, meal.ends, zone())


def terms() -> list[Term]:
    """All terms, the newest first."""
    return list(session.scalars(select(Term).order_by(Term.starts.desc())))


def exceptions() -> list[DayException]:
    """All exceptional days, the newest first."""
    return list(session.scalars(select(DayException).order_by(DayException.day.desc())))


def is_school_day(day: date) -> bool:
    """Whether the school is open that day: its exception decides, else the weekday within a term.

    A school that has entered no terms yet is taken to be always in term.
    """
    exception = session.get(DayException, day)
    if exception is not None:
        return exception.is_school_day
    if day.weekday() not in settings()[SCHOOL_WEEKDAYS]:
        return False
    everything = terms()
    return not everything or any(term.starts <= day <= term.ends for term in everything)


def school_days(first: date, last: date) -> set[date]:
    """The school days from the first to the last day, both included; three queries however long that is."""
    changed = {
        one.day: one.is_school_day
        for one in session.scalars(select(DayException).where(DayException.day.between(first, last)))
    }
    everything, weekdays = terms(), settings()[SCHOOL_WEEKDAYS]
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return {
        day
        for day in days
        if changed.get(
            day,
            day.weekday() in weekdays
            and (not everything or any(term.starts <= day <= term.ends for term in everything)),
        )
    }


def term(term_id: int) -> Term:
    """The term, or NotFound."""
    found = session.get(Term, term_id)
    if found is None:
        raise NotFound
    return found


def meal(code: str) -> Meal:
    """The meal with this code, or NotFound."""
    found = session.get(Meal, code)
    if found is None:
        raise NotFound
    return found


def new_meal_code() -> str:
    """A code that no meal has."""
    taken = {one.code for one in meals()}
    return next(code for n in count(1) if (code := f"meal-{n}") not in taken)

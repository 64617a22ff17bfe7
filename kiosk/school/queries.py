"""What is read of the school: settings with their defaults, the local day, meals, terms, school days."""

from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.school.models import DayException, Meal, Setting, Term

BETWEEN = "between"
"""The code of the time that belongs to no meal."""


@dataclass(frozen=True)
class Settings:
    """Every setting of the school, with its default."""

    name: str = ""
    name_en: str = ""
    timezone: str = "Asia/Shanghai"
    sample: bool = False
    privacy_contact: str = ""
    """Whom the privacy notice names for questions: an office, a telephone number."""
    weekdays: list[int] = field(default_factory=lambda: [0, 1, 2, 3, 4])
    """Weekdays that are school days, Monday = 0."""
    posting_due: str = "12:00"
    """By when the day's purchases are posted, local time."""
    jump_percent: int = 30
    """A price that rose or fell by more than this is asked about in the grid, never blocked."""
    mark_percent: int = 10
    """A price more than this above its reference is marked where it is shown."""
    hidden_below: int = 5
    """A counter's score is shown from this many ratings on."""
    person_hidden_below: int = 10
    """A person's score is shown from this many ratings on."""
    double_tap_seconds: float = 5.0
    burst_taps: int = 20
    """More live taps on one tablet within a minute, or twice as many within five, are a burst."""
    alert_minutes: int = 15
    alert_ratings: int = 4
    alert_bad_percent: int = 50
    reset_seconds: int = 15
    typing_seconds: int = 45
    thanks_seconds: int = 3
    attract_seconds: int = 60
    card_reader: bool = False
    """Whether tablets take a campus card from a reader that types like a keyboard."""
    dark_from: str = "19:00"
    """When tablets that follow the schedule turn dark, local time; empty: never."""
    dark_until: str = "06:00"
    silence_minutes: int = 10
    """A tablet that was not heard for so long while its counter is open is called silent."""
    tablet_pin: dict[str, Any] = field(default_factory=dict)
    """Salt, rounds and PBKDF2 hash of the PIN that opens the tablets' menu; empty: none is set."""
    epoch: str = ""
    """Changes when a backup was restored: tablets then send again what they had delivered."""
    second_factor_roles: list[str] = field(default_factory=list)
    """Roles that must set up a second factor before they work."""
    setup_settled: list[str] = field(default_factory=list)
    """Steps of setting up that the school has settled: it does without, or leaves it as it is."""


def settings() -> Settings:
    """The settings in force; read once for each session (one request, one command)."""
    found = session().info.get("settings")
    if not isinstance(found, Settings):
        known = {one.name for one in fields(Settings)}
        rows = session.execute(select(Setting.key, Setting.value)).all()
        found = Settings(**{key: value for key, value in rows if key in known})
        use_settings(found)
    return found


def use_settings(found: Settings) -> None:
    """Let this session go by settings that are known to be in force."""
    session().info["settings"] = found


def zone() -> ZoneInfo:
    """The school's time zone."""
    return ZoneInfo(settings().timezone)


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
    """A setting like 12:00 as a time of day; ValueError for anything else."""
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
    if day.weekday() not in settings().weekdays:
        return False
    everything = terms()
    return not everything or any(term.starts <= day <= term.ends for term in everything)


def school_days(first: date, last: date) -> set[date]:
    """The school days from the first to the last day, both included; three queries however long that is."""
    changed = {
        one.day: one.is_school_day
        for one in session.scalars(select(DayException).where(DayException.day.between(first, last)))
    }
    everything, weekdays = terms(), settings().weekdays
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


def posting_due(day: date) -> datetime:
    """The moment by which the purchases of that day are to be posted."""
    return datetime.combine(day, parse_time(settings().posting_due), zone())

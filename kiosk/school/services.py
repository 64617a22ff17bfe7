"""What is written of the school. Every change leaves its trace in the chain (by the caller's name `by`)."""

from dataclasses import asdict, fields
from datetime import date, time
from typing import Any

from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid, NotFound
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.school.models import DayException, Meal, Setting, Term
from kiosk.school.queries import Settings, settings

SECRET = ("tablet_pin",)
"""Settings whose change is recorded, but not their value: the record is handed to others."""


def change_settings(*, by: str, **values: Any) -> Settings:
    """Store the given settings (field names of `Settings`); what is unchanged is left alone."""
    known = {one.name for one in fields(Settings)}
    unknown = set(values) - known
    if unknown:
        raise Invalid(lazy("Unknown setting: %(name)s"), name=", ".join(sorted(unknown)))
    before = asdict(settings())
    changed = {key: value for key, value in values.items() if before[key] != value}
    for key, value in changed.items():
        session.merge(Setting(key=key, value=value))
    session().info.pop("settings", None)
    if changed:
        old, new = ({key: _told(key, values[key]) for key in changed} for values in (before, changed))
        record("settings.changed", "school", by=by, before=old, after=new)
    session.flush()
    return settings()


def _told(key: str, value: Any) -> Any:
    return ("***" if value else "") if key in SECRET else value


def _check_span(starts: Any, ends: Any) -> None:
    if starts >= ends:
        raise Invalid(lazy("The end must come after the beginning."), field="ends")


def save_term(*, by: str, name: str, starts: date, ends: date, term: Term | None = None) -> Term:
    """Add a term, or change one."""
    _check_span(starts, ends)
    before = {"name": term.name, "starts": term.starts, "ends": term.ends} if term else None
    if term is None:
        term = Term(name=name, starts=starts, ends=ends)
        session.add(term)
    term.name, term.starts, term.ends = name, starts, ends
    session.flush()
    after = {"name": name, "starts": starts, "ends": ends}
    record("term.saved", f"term:{term.id}", by=by, before=before, after=after)
    return term


def remove_term(*, by: str, term: Term) -> None:
    """Remove a term."""
    before = {"name": term.name, "starts": term.starts, "ends": term.ends}
    record("term.removed", f"term:{term.id}", by=by, before=before)
    session.delete(term)


def set_day(*, by: str, day: date, is_school_day: bool | None, note: str = "") -> None:
    """Make a day an exception, or with None take the exception back."""
    old = session.get(DayException, day)
    before = {"is_school_day": old.is_school_day, "note": old.note} if old else None
    after = None
    if is_school_day is None:
        if old:
            session.delete(old)
    else:
        session.merge(DayException(day=day, is_school_day=is_school_day, note=note))
        after = {"is_school_day": is_school_day, "note": note}
    record("day.set", f"day:{day}", by=by, before=before, after=after)


def save_meal(*, by: str, code: str, name: str, name_en: str, starts: time, ends: time) -> Meal:
    """Add a meal or change the one with this code; meals do not overlap (Conflict)."""
    _check_span(starts, ends)
    from_others = [meal for meal in session.query(Meal).all() if meal.code != code]
    if any(starts < other.ends and other.starts < ends for other in from_others):
        raise Conflict(lazy("Two meals cannot run at the same time."), field="starts")
    old = session.get(Meal, code)
    before = {"name": old.name, "starts": old.starts, "ends": old.ends} if old else None
    meal = session.merge(Meal(code=code, name=name, name_en=name_en, starts=starts, ends=ends))
    after = {"name": name, "starts": starts, "ends": ends}
    record("meal.saved", f"meal:{code}", by=by, before=before, after=after)
    return meal


def remove_meal(*, by: str, code: str) -> None:
    """Remove a meal from the timetable; ratings keep the code they were given under."""
    meal = session.get(Meal, code)
    if meal is None:
        raise NotFound
    record("meal.removed", f"meal:{code}", by=by, before={"name": meal.name})
    session.delete(meal)

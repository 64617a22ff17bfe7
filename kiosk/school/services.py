"""What is written of the school. Every change leaves its trace in the chain (by the caller's name `by`)."""

from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any

from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid, NotFound
from kiosk.core.i18n import lazy
from kiosk.core.room import all_rooms, declared_settings, switches
from kiosk.core.setting import Setting as Declared
from kiosk.core.setting import Values
from kiosk.core.trace import record
from kiosk.school.models import (
    MEAL_NAME,
    MEAL_NAME_EN,
    NOTE,
    TERM_NAME,
    DayException,
    Meal,
    Setting,
    Term,
)
from kiosk.school.queries import PublicDay, in_use, settings, today
from kiosk.school.settings import IN_USE, SCHOOL_WEEKDAYS, TIMEZONE


def change_settings(*, by: Actor, **values: Any) -> Values:
    """Store the given settings, by name and as JSON keeps them; what is unchanged is left alone.

    Invalid, with the setting's name as the field, for what nothing declares and for values out of range.
    """
    declared, stored = declared_settings(), settings().stored
    new = {name: _readable(name, declared, value) for name, value in values.items()}
    old = {name: stored.get(name, declared[name].stored(declared[name].default)) for name in new}
    changed = [name for name in new if old[name] != new[name]]
    for name in changed:
        session.merge(Setting(key=name, value=new[name]))
    session().info.pop("settings", None)
    if {SCHOOL_WEEKDAYS.name, TIMEZONE.name} & set(changed):
        _tell_of_calendar(by)
    if changed:
        before, after = (
            {name: declared[name].recorded(state[name]) for name in changed} for state in (old, new)
        )
        record("settings.changed", "school", by=by, before=before, after=after)
    session.flush()
    return settings()


def _readable(name: str, declared: Mapping[str, Declared[Any]], value: Any) -> Any:
    """The value as it is stored, once it is clear that it can be read again."""
    if name not in declared:
        raise Invalid(lazy("Unknown setting: %(name)s"), name=name)
    try:
        return declared[name].stored(declared[name].read(value))
    except ValueError as problem:
        raise Invalid(lazy("This value cannot be used."), field=name) from problem


def switch(*, by: Actor, name: str, on: bool) -> None:
    """Let the school use something or do without it, from today; NotFound for what cannot be switched.

    What was stored while it was on stays. Switching to what is already so changes nothing.
    """
    if name not in {option.name for option in switches()}:
        raise NotFound
    since = dict(in_use())
    if on == (name in since):
        return
    day = since.setdefault(name, today())
    if not on:
        del since[name]
    session.merge(Setting(key=IN_USE.name, value=IN_USE.stored(since)))
    session().info.pop("settings", None)
    state = {"switch": name, "since": day}
    if on:
        record("switch.on", "school", by=by, after=state)
    else:
        record("switch.off", "school", by=by, before=state)
    session.flush()


def _check_span(starts: Any, ends: Any) -> None:
    if starts >= ends:
        raise Invalid(lazy("The end must come after the beginning."), field="ends")


def save_term(*, by: Actor, name: str, starts: date, ends: date, term: Term | None = None) -> Term:
    """Add a term, or change one."""
    name = TERM_NAME.read(name)
    _check_span(starts, ends)
    before = {"name": term.name, "starts": term.starts, "ends": term.ends} if term else None
    if term is None:
        term = Term(name=name, starts=starts, ends=ends)
        session.add(term)
    term.name, term.starts, term.ends = name, starts, ends
    session.flush()
    after = {"name": name, "starts": starts, "ends": ends}
    record("term.saved", f"term:{term.id}", by=by, before=before, after=after)
    _tell_of_calendar(by)
    return term


def remove_term(*, by: Actor, term: Term) -> None:
    """Remove a term."""
    before = {"name": term.name, "starts": term.starts, "ends": term.ends}
    record("term.removed", f"term:{term.id}", by=by, before=before)
    session.delete(term)
    _tell_of_calendar(by)


def set_day(*, by: Actor, day: date, is_school_day: bool | None, note: str = "") -> None:
    """Make a day an exception, or with None take the exception back."""
    _set_day(by=by, day=day, is_school_day=is_school_day, note=note)
    _tell_of_calendar(by)


def _tell_of_calendar(by: Actor) -> None:
    """Let the rooms above know that other days count now: what is due moves."""
    session.flush()
    for room in all_rooms():
        for moved in room.calendar:
            moved(by)


def _set_day(*, by: Actor, day: date, is_school_day: bool | None, note: str) -> None:
    note = NOTE.read(note)
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


def enter_public_days(*, by: Actor, days: Iterable[PublicDay]) -> int:
    """Enter public holidays and make-up days where nothing is entered yet; how many were."""
    new = [day for day in days if not day.is_entered]
    for day in new:
        _set_day(by=by, day=day.day, is_school_day=day.is_school_day, note=day.note)
    if new:
        _tell_of_calendar(by)
    return len(new)


def save_meal(*, by: Actor, code: str, name: str, name_en: str, starts: time, ends: time) -> Meal:
    """Add a meal or change the one with this code; meals do not overlap (Conflict)."""
    name, name_en = MEAL_NAME.read(name), MEAL_NAME_EN.read(name_en)
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


def remove_meal(*, by: Actor, code: str) -> None:
    """Remove a meal from the timetable; ratings keep the code they were given under."""
    meal = session.get(Meal, code)
    if meal is None:
        raise NotFound
    record("meal.removed", f"meal:{code}", by=by, before={"name": meal.name})
    session.delete(meal)

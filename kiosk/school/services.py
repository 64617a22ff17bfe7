"""What is written of the school. Every change leaves its trace in the chain (by the caller's name `by`)."""

from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any

from kiosk.core import clock
from kiosk.core.actor import Actor, Place
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
    SERVED,
    TERM_NAME,
    CardTerminal,
    DayException,
    Meal,
    MealsServed,
    Setting,
    Term,
)
from kiosk.school.permissions import ENTER_SERVED
from kiosk.school.queries import (
    PublicDay,
    Slot,
    canteens,
    in_use,
    meals,
    served_versions,
    settings,
    terminals,
    today,
)
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


class CountedMeanwhile(Conflict):
    """Somebody entered another number since the page was opened."""

    code = "counted-meanwhile"
    message = lazy(
        "%(day)s: somebody entered %(number)s meanwhile. Nothing was saved; please look at the page again."
    )


def enter_served(
    *,
    by: Actor,
    numbers: Mapping[Slot, int | None],
    source: str,
    seen: Mapping[Slot, int] | None = None,
) -> list[MealsServed]:
    """Enter how many meals were served; None takes a number back. What says the same again changes nothing.

    `seen` are the versions that were looked at, 0 for none. Raises Invalid for a day to come, a canteen or
    meal that is none, and a number out of range; CountedMeanwhile, Forbidden.
    """
    now, known = today(), {one.code for one in canteens()}
    timetable = {meal.code for meal in meals()}
    for slot, number in numbers.items():
        by.needs(ENTER_SERVED, Place(canteen=slot.canteen))
        if slot.day > now:
            raise Invalid(lazy("%(day)s is still to come."), day=slot.day.isoformat())
        if slot.canteen not in known or slot.meal not in timetable:
            raise NotFound
        if number is not None:
            SERVED.read(number)
    if not numbers:
        return []
    days = [slot.day for slot in numbers]
    there = served_versions(min(days), max(days))
    changed = {slot: number for slot, number in numbers.items() if number != _last_served(there.get(slot))}
    for slot in changed if seen is not None else ():
        rows = there.get(slot, [])
        if seen is not None and len(rows) != seen.get(slot, 0):
            there_is = "–" if rows[-1].number is None else str(rows[-1].number)
            raise CountedMeanwhile(day=slot.day.isoformat(), number=there_is)
    return [row for canteen in sorted(known) for row in _enter(by, canteen, changed, there, source)]


def _last_served(rows: list[MealsServed] | None) -> int | None:
    return rows[-1].number if rows else None


def _enter(
    by: Actor,
    canteen: str,
    numbers: Mapping[Slot, int | None],
    there: Mapping[Slot, list[MealsServed]],
    source: str,
) -> list[MealsServed]:
    """New versions of one canteen's numbers, under one entry of the record."""
    own = sorted(slot for slot in numbers if slot.canteen == canteen)
    if not own:
        return []
    before = [_told(slot, rows[-1].number) for slot in own if (rows := there.get(slot))]
    after = {"numbers": [_told(slot, numbers[slot]) for slot in own], "source": source}
    seq = record(
        "meals.served",
        f"meals:{canteen}",
        by=by,
        before={"numbers": before} if before else None,
        after=after,
    )
    rows = [
        MealsServed(
            day=slot.day,
            canteen=slot.canteen,
            meal=slot.meal,
            version=len(there.get(slot, ())) + 1,
            number=numbers[slot],
            source=source,
            entered_at=clock.now(),
            entered_by=str(by),
            chain_seq=seq,
        )
        for slot in own
    ]
    session.add_all(rows)
    session.flush()
    return rows


def _told(slot: Slot, number: int | None) -> str:
    """As the record has it: 2026-03-04 lunch 812."""
    return f"{slot.day} {slot.meal} {'-' if number is None else number}"


def place_terminals(*, by: Actor, places: Mapping[str, str]) -> None:
    """Say in which canteen each terminal of the card system stands; "" for one that serves no meals."""
    known = {one.code for one in canteens()} | {""}
    before = terminals(places)
    changed = {name: code for name, code in places.items() if before.get(name) != code}
    if not changed:
        return
    for name, code in changed.items():
        if code not in known:
            raise NotFound
        by.needs(ENTER_SERVED, Place(canteen=code or before.get(name) or None))
        session.merge(CardTerminal(name=name, canteen=code))
    after = {"terminals": [f"{name} → {code or '–'}" for name, code in sorted(changed.items())]}
    record("terminals.placed", "school", by=by, after=after)

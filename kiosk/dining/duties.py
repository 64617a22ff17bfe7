"""What of shared meals waits for whom: one's meal today, who asks to swap, meals that are nobody's."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from flask import url_for

from kiosk.core.actor import Actor
from kiosk.core.duty import WARN, Duties, Duty
from kiosk.core.filters import day as told
from kiosk.core.i18n import _, named, ngettext
from kiosk.dining import queries
from kiosk.dining.permissions import EAT, KEEP_ROSTER
from kiosk.school import queries as school

LOOK_AHEAD = 10
"""Days within which the next school day lies, holidays apart."""


def meals(who: Actor) -> Iterator[Duty]:
    """One's own meals of today, and those of the last days that were not entered; who asks one to swap."""
    if who.person is None or queries.leader_of(who.person) is None:
        return
    today = school.today()
    for one in queries.own_turns(who.person, today - timedelta(days=3), today):
        if one.state not in (queries.OPEN, queries.GAP):
            continue
        place, slot = named(one.canteen), one.slot
        text = (
            _("Today you eat with the pupils: %(meal)s", meal=one.meal)
            if slot.day == today
            else _("Not entered: %(meal)s with the pupils on %(day)s", meal=one.meal, day=told(slot.day))
        )
        yield Duty(
            key=f"{one.canteen.code}:{slot.day}:{slot.meal}",
            state=WARN,
            text=text,
            url=_where(one),
            place=place,
            due=_end(slot.day),
            mine=True,
        )
    for swap in queries.open_swaps():
        if swap.other.number == who.person:
            day, meal = told(swap.turn.day), queries.meal_name(swap.turn.meal)
            yield Duty(
                key=f"swap:{swap.id}",
                state=WARN,
                text=_(
                    "%(who)s asks you to take %(meal)s on %(day)s",
                    who=queries.face(swap.turn),
                    meal=meal,
                    day=day,
                ),
                url=url_for("office.dining.index"),
                place=named(swap.turn.canteen),
                detail=swap.reason,
                due=_end(swap.turn.day),
                mine=True,
            )


def _where(one: queries.Sitting) -> str:
    """Where it is entered, once the meal has begun."""
    if not queries.has_begun(one.slot):
        return url_for("office.dining.index")
    day, meal = one.slot.day.isoformat(), one.slot.meal
    return url_for("office.dining.enter", canteen=one.canteen.code, day=day, meal=meal)


def _end(day: date) -> datetime:
    return datetime.combine(day, time.max, school.zone())


def free(who: Actor) -> Iterator[Duty]:
    """Meals of today and of the next school day that are nobody's yet."""
    today = school.today()
    ahead = sorted(school.school_days(today + timedelta(days=1), today + timedelta(days=LOOK_AHEAD)))
    for day in (today, *ahead[:1]):
        found = [
            one
            for one in queries.sittings(day, day)
            if one.turn is None
            and one.state in (queries.COMING, queries.OPEN)
            and not queries.is_over(one.slot)
        ]
        if not found:
            continue
        text = ngettext(
            "%(day)s: nobody is set to eat with the pupils at %(num)s meal",
            "%(day)s: nobody is set to eat with the pupils at %(num)s meals",
            len(found),
            day=told(day),
        )
        yield Duty(
            key=day.isoformat(),
            state=WARN,
            text=str(text),
            url=url_for("office.dining_roster.roster", canteen=found[0].canteen.code, month=f"{day:%Y-%m}"),
            due=_end(day),
            mine=True,
        )


DUTIES = (Duties("shared-meals", EAT, meals), Duties("shared-meals-free", KEEP_ROSTER, free))

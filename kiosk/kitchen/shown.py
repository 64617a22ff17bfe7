"""What pages of other rooms show of the kitchen."""

from datetime import date
from typing import Any

from kiosk.cases.models import Case
from kiosk.core.actor import SCHOOL, Place
from kiosk.core.room import is_on
from kiosk.core.web import account
from kiosk.counters import queries as counters
from kiosk.counters.models import Counter
from kiosk.kitchen import queries
from kiosk.kitchen.permissions import CHECK_HEALTH, HOLD_SAMPLES, RELEASE_SAMPLES, SEE_KITCHEN
from kiosk.kitchen.queries.control import REST
from kiosk.school import queries as school


def of_case(case: Case) -> dict[str, Any]:
    """The samples of the canteen and meal that a case is about, for whoever sees the kitchen."""
    who = account()
    if not (case.canteen and who and who.may(SEE_KITCHEN) and is_on(queries.FOOD_SAMPLES)):
        return {"case": None}
    found, earlier = queries.of_case(case), queries.before_case(case)
    return {
        "case": case,
        "found": found,
        "earlier": earlier,
        "labels": queries.meal_labels(),
        "may_hold": who.may(HOLD_SAMPLES, Place(canteen=case.canteen)),
        "may_release": who.may(RELEASE_SAMPLES, SCHOOL),
        "held": [one for one in [*found, *earlier] if one.held and one.held.case_id == case.id],
    }


def on_board(day: date) -> dict[str, Any]:
    """What was done in each kitchen on a day; nothing where nothing is due."""
    found = [(one, today_of(one, day)) for one in counters.canteens()]
    told = [(one, what) for one, what in found if any(what.values())]
    return {"canteens": told, "day": day, "is_today": day == school.today()}


def today_of(canteen: Any, day: date) -> dict[str, Any]:
    """What everybody reads of a canteen's day: counts, and nobody's name."""
    found: dict[str, Any] = {"control": None, "health": None, "meals": []}
    if is_on(queries.DAILY_CONTROL) and (one := queries.day_of(canteen, day)).state != REST:
        found["control"] = one
    if is_on(queries.STAFF_HEALTH) and queries.runs(canteen, day):
        found["health"] = queries.health(canteen, day)
    if is_on(queries.FOOD_SAMPLES):
        found["meals"] = [one for one in queries.meals_of(canteen, day) if one.of]
    return found


def on_roster(counter: Counter) -> dict[str, Any]:
    """Who stands on a counter's roster without a valid certificate, for whoever may know."""
    who, canteen = account(), counter.canteen
    at = Place(canteen=canteen.code) if canteen else SCHOOL
    may = canteen is not None and who is not None and who.may(CHECK_HEALTH, at)
    return {
        "unfit": queries.unfit(counter) if may and is_on(queries.STAFF_HEALTH) else [],
        "canteen": canteen,
    }

"""What the office reads of the ratings in a case, on the case's page."""

from datetime import timedelta
from typing import Any

from kiosk.cases.models import Case
from kiosk.cases.queries import place_of
from kiosk.core.web import account, named
from kiosk.counters.queries import all_reasons
from kiosk.ratings import queries
from kiosk.ratings.permissions import VIEW_SINGLE
from kiosk.ratings.settings import HIDDEN_BELOW
from kiosk.school import queries as school


def context(case: Case) -> dict[str, Any]:
    """How many ratings, about what, and their words for whoever may read single ratings there."""
    hidden_below = school.settings()[HIDDEN_BELOW]
    found, who = queries.heard(case, hidden_below), account()
    if found is None:
        return {"heard": None}
    names = {one.code: named(one) for one in all_reasons(found.counter.kind)}
    return {
        "heard": found,
        "reads": bool(who and who.actor.may(VIEW_SINGLE, place_of(case))),
        "reasons": [(names.get(code, code), number) for code, number in found.reasons],
        "hidden_below": hidden_below,
        "week": (case.day, case.day + timedelta(days=6)) if case.kind == queries.WEEK else None,
        "meal": next((meal for meal in school.meals() if meal.code == case.meal), None),
    }

"""What everybody reads of the kitchen: each day's duties, and what stands on the label of a sample."""

from datetime import date

from flask import Blueprint, render_template, request

from kiosk.core.errors import NotFound
from kiosk.core.formats import whole
from kiosk.core.room import is_on
from kiosk.core.web import account
from kiosk.counters import queries as counters
from kiosk.kitchen import queries, shown
from kiosk.kitchen.doors import gate
from kiosk.kitchen.parts import PARTS
from kiosk.kitchen.permissions import SEE_KITCHEN
from kiosk.school import queries as school

blueprint = Blueprint("kitchen", __name__, url_prefix="/kitchen")
blueprint.before_request(gate(*PARTS))


@blueprint.get("/samples/<int:number>")
def sample(number: int) -> str:
    """What stands on a sample's label, for whoever reads its code: nobody's name."""
    if not is_on(queries.FOOD_SAMPLES):
        raise NotFound
    found, who = queries.sample(number), account()
    return render_template(
        "kitchen/sample.html",
        one=found,
        label=queries.meal_labels().get(found.meal, found.meal),
        is_due=found in queries.to_throw([found]),
        opens=who is not None and who.may(SEE_KITCHEN),
    )


@blueprint.get("/")
def index() -> str:
    """Each canteen's days: today's duties, and the year of its daily control; ?year=2026."""
    today = school.today()
    has_control = is_on(queries.DAILY_CONTROL)
    years = list(range(today.year, _first_year(today) - 1, -1)) if has_control else [today.year]
    asked = whole(request.args.get("year"))
    year, canteens = asked if asked in years else today.year, counters.canteens()
    return render_template(
        "kitchen/index.html",
        year=year,
        years=years,
        today=today,
        is_today=True,
        control=has_control,
        canteens=[
            (one, shown.today_of(one, today), queries.year(one, year, today) if has_control else [])
            for one in canteens
        ],
        mornings=queries.mornings(canteens, date(year, 1, 1), date(year, 12, 31)),
        states=queries.CONTROL_STATES,
    )


def _first_year(today: date) -> int:
    """The year in which daily control began."""
    first = queries.first_control()
    return first.year if first else today.year

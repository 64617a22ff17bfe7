"""What was paid, for everybody: to whom, for which posted lines, through which gates, by post."""

from datetime import date, timedelta

from flask import Blueprint, render_template, request

from kiosk.core.errors import NotFound
from kiosk.core.formats import month_at
from kiosk.core.masking import mask
from kiosk.payments import queries
from kiosk.payments.models import DONE, PURPOSES
from kiosk.school import queries as school

blueprint = Blueprint("payments", __name__, url_prefix="/payments")
blueprint.add_app_template_filter(mask, "masked")


@blueprint.get("/")
def index() -> str:
    """A month's payments: to whom, what for, how much, when."""
    wanted = month_at(request.args.get("month", ""))
    first = wanted or (queries.last_day_paid() or school.today()).replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    found = queries.done_between(first, after - timedelta(days=1))
    sums = queries.sums_of(found)
    wish = request.args.get("purpose", "")
    return render_template(
        "payments/index.html",
        month=first,
        before=(first - timedelta(days=1)).replace(day=1),
        after=after if after <= school.today() else None,
        found=[one for one in found if wish not in PURPOSES or one.now.purpose == wish],
        sums=sums,
        purposes=PURPOSES,
        wish=wish if wish in sums else "",
    )


@blueprint.get("/<int:number>")
def show(number: int) -> str:
    """One payment: its gates by post and when, and the posted lines it paid."""
    found = queries.payment(number)
    if found.state not in DONE:
        raise NotFound
    days: dict[int, date] = {}
    for one in queries.sheets_of(found):
        days[one.id] = one.day
    return render_template(
        "payments/show.html",
        payment=found,
        now=found.now,
        stations=queries.stations(found),
        days=days,
        purposes=PURPOSES,
        exceeding=[
            one
            for one in queries.excesses({line.posting_id for line in found.now.lines})
            if number in one.payments
        ],
    )

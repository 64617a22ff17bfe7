"""Parents' days in the office: open one, see who registered, print the list for the door, call it off."""

from typing import Any

from flask import Blueprint, render_template, url_for

from kiosk.core.config import current
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.forms import choices
from kiosk.core.i18n import _
from kiosk.core.qr import svg
from kiosk.core.security import requires
from kiosk.core.web import actor, named
from kiosk.core.web.navigation import below
from kiosk.counters import queries as counters
from kiosk.dining import queries, services
from kiosk.dining.forms import DAY, ParentsDayForm, ReasonForm
from kiosk.dining.models import PRICE
from kiosk.dining.permissions import KEEP_ROSTER
from kiosk.dining.tabs import tabs
from kiosk.school import queries as school

blueprint = Blueprint("dining_parents", __name__, url_prefix="/dining/parents")
blueprint.context_processor(tabs)
blueprint.before_request(below("office.dining.index"))


@blueprint.route("/", methods=["GET", "POST"])
@requires(KEEP_ROSTER)
def index() -> Answer:
    """Every parents' day, the next first; and the form that opens one."""
    found = queries.parents_days()
    last = found[-1] if found else None
    known = (
        {"places": last.places, "price": PRICE.plain(last.price), "invitation": last.invitation}
        if last
        else {}
    )
    form = ParentsDayForm(data=known or {"places": 10})
    form.canteen.choices = choices([(one.code, named(one)) for one in counters.canteens()])
    form.meal.choices = choices([(one.code, named(one)) for one in school.meals()])
    if saved := save(form, lambda: _open(form)):
        return done(_("Open. Parents can register now."), url_for(".show", number=saved.result.id))
    text = render_template(
        "office/dining/parents.html",
        form=form,
        days=[one for one in found if one.day >= school.today()],
        past=[one for one in reversed(found) if one.day < school.today()],
        meal_name=queries.meal_name,
    )
    return page(text, form)


def _open(form: ParentsDayForm) -> Any:
    return services.open_day(
        by=actor(),
        canteen=counters.canteen(form.canteen.data),
        day=DAY.read(form.day.data),
        meal=form.meal.data,
        places=form.places.data,
        price=PRICE.read(form.price.data),
        word=form.word.data,
        invitation=form.invitation.data,
    )


@blueprint.route("/<int:number>", methods=["GET", "POST"])
@requires(KEEP_ROSTER)
def show(number: int) -> Answer:
    """Who registered, to print for the door; what they wrote afterwards; call it off."""
    found, form = queries.parents_day(number), ReasonForm()
    if save(form, lambda: services.call_off(by=actor(), parents_day=found, reason=form.reason.data)):
        return done(
            _("Called off. Whoever registered reads it with the code."), url_for(".show", number=number)
        )
    entries = queries.entries(found.day, found.day, found.canteen_id)
    text = render_template(
        "office/dining/parents_day.html",
        form=form,
        one=found,
        meal=queries.meal_name(found.meal),
        seats=[seat for seat in found.seats if seat.cancelled_at is None],
        gone=sum(seat.cancelled_at is not None for seat in found.seats),
        entries=[one for one in entries if not one.is_leader and one.row.meal == found.meal],
        is_open=queries.is_open(found),
        is_past=found.day < school.today(),
    )
    return page(text, form)


@blueprint.get("/<int:number>/invitation")
@requires(KEEP_ROSTER)
def invitation(number: int) -> str:
    """What goes to the parents, on paper or as a picture: when, where, how much, the word, its code."""
    found, base = queries.parents_day(number), current().public_url
    path = url_for("dining.register", number=number, word=found.word)
    return render_template(
        "office/dining/invitation.html",
        one=found,
        meal=queries.meal_name(found.meal),
        size="a4",
        code=svg(base + path) if base else None,
        address=base + url_for("dining.register", number=number) if base else None,
    )


@blueprint.post("/<int:number>/seats/<int:seat>/cancel")
@requires(KEEP_ROSTER)
def cancel(number: int, seat: int) -> Answer:
    """Give a place back for somebody who called, or that nobody meant."""
    found = queries.parents_day(number)
    one = next((one for one in found.seats if one.number == seat), None)
    if one is not None:
        services.cancel(seat=one, by=actor())
    return done(_("The place is free again."), url_for(".show", number=number))

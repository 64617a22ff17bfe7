"""What is bought, in the office: noted by the purchaser, of a plan or by itself."""

from datetime import date

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.catalogue import queries as catalogue
from kiosk.core.edit import Answer, done
from kiosk.core.errors import Invalid, NotFound
from kiosk.core.formats import whole
from kiosk.core.forms import at_field, choices
from kiosk.core.i18n import _
from kiosk.core.room import is_on
from kiosk.core.security import SOMEWHERE, requires
from kiosk.core.web import actor, named
from kiosk.core.web.navigation import below
from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen
from kiosk.persons import queries as persons
from kiosk.postings.queries import place_at
from kiosk.school import queries as school
from kiosk.supply import queries, reading, services
from kiosk.supply.doors import buying, canteens_for, find, new_key, of_purchase
from kiosk.supply.forms import BuyForm
from kiosk.supply.models import CAME, WAYS, Plan, Purchase
from kiosk.supply.permissions import BUY, RECEIVE, SEE_SUPPLY
from kiosk.supply.refusals import HasAPlace

blueprint = Blueprint("orders", __name__, url_prefix="/supply/purchases")
blueprint.before_request(find)
blueprint.before_request(below("office.supply.index"))
blueprint.context_processor(buying)


@blueprint.get("/<int:number>")
@requires(SEE_SUPPLY)
def show(number: int) -> str:
    """A purchase: its stations, what was ordered beside what came."""
    found = queries.purchase(number)
    place, who = place_at(found.canteen), actor()
    accepted, last = queries.in_force(found), queries.newest(found)
    return render_template(
        "office/supply/purchase.html",
        purchase=found,
        ways=WAYS,
        stations=queries.stations_of_purchase(found),
        plan=found.version.plan if found.version else None,
        title=services.title_of_plan,
        accepted=accepted,
        last=last,
        sheet=queries.sheet_of(found),
        cost=queries.cost(found),
        quantities=queries.quantities(found),
        has_place=queries.has_another(who.person, queries.places_of(found), queries.RECEIVED),
        can_receive=is_on(queries.ACCEPTANCE) and who.may(RECEIVE, place) and not found.cancelled_at,
        can_take=not is_on(queries.ACCEPTANCE) and who.may(BUY, place) and not found.cancelled_at,
        sheet_is_open=queries.is_open(queries.sheet_of(found)),
        can_cancel=who.may(BUY, place) and not found.acceptances and not found.cancelled_at,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(BUY, SOMEWHERE)
def new() -> Answer:
    """Note an order, or what is bought at the market; `?plan=` of which plan."""
    if not is_on(queries.ORDERS):
        raise NotFound
    return _form(canteens_for(BUY))


@blueprint.route("/came", methods=["GET", "POST"])
@requires(RECEIVE, SOMEWHERE)
def came() -> Answer:
    """Write down what came, where the school notes no orders; `?plan=` of which plan."""
    if is_on(queries.ORDERS):
        raise NotFound
    return _form(canteens_for(RECEIVE))


def _form(own: list[Canteen]) -> Answer:
    number = whole(request.values.get("plan"))
    plan = queries.plan(number) if number else None
    _refuse_other_place(plan)
    day = _day(plan)
    form = BuyForm(data={"sent": new_key(), "day": day.isoformat()})
    form.canteen.choices = choices([(one.code, named(one)) for one in own])
    if plan is not None:
        form.canteen.data = plan.canteen.code
    if request.method != "POST":
        return _page(form, plan, _proposed(plan, day), 200)
    table, lines = reading.wanted(request.form)
    if form.validate_on_submit() and not table.is_wrong:
        try:
            found = _noted(form, plan, lines)
        except Invalid as problem:
            at_field(form, problem)
        else:
            return done(_("Noted. It can be accepted when it comes."), url_for(".show", number=found.id))
    return _page(form, plan, table, 422)


def _refuse_other_place(plan: Plan | None) -> None:
    """HasAPlace before anything is typed by who planned or approved it."""
    if plan is None or not is_on(queries.ORDERS):
        return
    if queries.has_another(actor().person, queries.places_in(plan), queries.BOUGHT):
        raise HasAPlace


def _day(plan: Plan | None) -> date:
    """The day that is asked for; of a plan the first that is not over."""
    today = school.today()
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return min(max(plan.first, today), plan.last) if plan else today


def _proposed(plan: Plan | None, day: date) -> reading.Table:
    """What is left of a plan for a day, as it would be typed."""
    if plan is None:
        return reading.Table()
    left = queries.left(plan)
    return reading.Table(
        [
            reading.Row(reading.texts_of(line._replace(quantity=rest)), {}, str(position))
            for position, line in enumerate(queries.said(plan.versions[0]).lines)
            if line.day == day and (rest := left.lines[position])
        ]
    )


def _noted(form: BuyForm, plan: Plan | None, lines: list[services.Wanted]) -> Purchase:
    ordered = is_on(queries.ORDERS)
    return services.buy(
        by=actor(),
        sent=form.sent.data or new_key(),
        canteen=plan.canteen if plan else counters.canteen(form.canteen.data),
        day=date.fromisoformat(form.day.data),
        way=form.way.data if ordered else CAME,
        lines=lines,
        supplier=form.supplier.data or "",
        plan=plan,
        buyer=None if ordered else whole(request.form.get("buyer")),
    )


def _page(form: BuyForm, plan: Plan | None, table: reading.Table, status: int) -> tuple[str, int]:
    text = render_template(
        "office/supply/buy.html",
        form=form,
        plan=plan,
        title=services.title_of_plan,
        days=sorted(queries.said(plan.versions[0]).expected) if plan else [],
        left=queries.left(plan) if plan else None,
        table=table,
        columns=reading.COLUMNS,
        items=[] if plan else catalogue.items(),
        suppliers=sorted(catalogue.supplier_names()),
        ordered=is_on(queries.ORDERS),
        people=[] if is_on(queries.ORDERS) else persons.people(),
        plans_needed=is_on(queries.PLANS),
        bought=request.form.get("buyer", ""),
        day=_day(plan),
    )
    return text, status


@blueprint.post("/<int:number>/cancel")
@requires(BUY, of_purchase)
def cancel(number: int) -> Response:
    """Cancel an order of which nothing came."""
    services.cancel(by=actor(), purchase=queries.purchase(number))
    return done(_("Cancelled. What it took of its plan is free again."), url_for(".show", number=number))


@blueprint.post("/<int:number>/sheet")
@requires(BUY, of_purchase)
def take(number: int) -> Response:
    """Into the day's sheet as it was bought, where no receivers weigh it here."""
    draft = services.take_as_bought(by=actor(), purchase=queries.purchase(number))
    message = _("It is in the draft of the day's sheet.")
    if draft is None:
        return done(message, url_for(".show", number=number))
    return done(message, url_for("office.purchasing.sheet", sheet_id=draft.posting_id))

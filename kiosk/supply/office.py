"""Purchases on their way in the office: what waits, plans, and what is bought of them."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.catalogue import queries as catalogue
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.formats import whole
from kiosk.core.forms import at_field, choices
from kiosk.core.i18n import _
from kiosk.core.room import is_on
from kiosk.core.security import SOMEWHERE, requires
from kiosk.core.web import actor, named
from kiosk.counters import queries as counters
from kiosk.postings.queries import place_at
from kiosk.school import queries as school
from kiosk.steps import queries as steps
from kiosk.supply import queries, reading, services
from kiosk.supply.doors import buying, canteens_for, find, new_key, of_plan
from kiosk.supply.forms import BeginForm, PlanForm
from kiosk.supply.models import APPROVED, CLOSED, DRAFT, RETURNED, WITHDRAWN, Plan
from kiosk.supply.permissions import BUY, PLAN, RECEIVE, SEE_SUPPLY
from kiosk.supply.queries import Said

blueprint = Blueprint("supply", __name__, url_prefix="/supply")
blueprint.before_request(find)
blueprint.context_processor(buying)
SHOWN = timedelta(days=14)


@blueprint.get("/")
@requires(SEE_SUPPLY)
def index() -> str:
    """Plans and purchases of the last two weeks and those to come, what waits first."""
    since, own = school.today() - SHOWN, [one.id for one in canteens_for(SEE_SUPPLY)]
    bought = queries.purchases(since, own)
    return render_template(
        "office/supply/index.html",
        plans=queries.plans(since, own) if is_on(queries.PLANS) else [],
        said=queries.said,
        coming=[one for one in bought if not one.cancelled_at and not queries.in_force(one)],
        came=[one for one in bought if queries.in_force(one)],
        sheets=queries.sheets_waiting(own),
        newest=queries.newest,
        cost=queries.cost,
        gates={one.name for one in queries.GATES if is_on(one)},
        title=services.title_of_plan,
        may_plan=bool(canteens_for(PLAN)),
        may_buy=bool(canteens_for(BUY)),
        may_receive=bool(canteens_for(RECEIVE)),
        today=school.today(),
    )


@blueprint.route("/plans/new", methods=["GET", "POST"])
@requires(PLAN, SOMEWHERE)
def begin() -> Answer:
    """For which canteen and days; what is bought is proposed from the last same weekdays."""
    form = BeginForm(data={"first": _next_day().isoformat(), "sent": new_key()})
    form.canteen.choices = choices([(one.code, named(one)) for one in canteens_for(PLAN)])
    if saved := save(form, lambda: _begin(form)):
        found = saved.result
        return done(_("Proposed from the last same weekdays. Please look at it."), _edit(found))
    return page(render_template("office/supply/begin.html", form=form), form)


def _next_day() -> date:
    """The next Monday: plans are mostly made for the coming week."""
    today = school.today()
    return today + timedelta(days=7 - today.weekday())


def _begin(form: BeginForm) -> Plan:
    return services.begin_plan(
        by=actor(),
        sent=form.sent.data or new_key(),
        canteen=counters.canteen(form.canteen.data),
        first=date.fromisoformat(form.first.data),
        days=int(form.days.data),
    )


def _edit(found: Plan) -> str:
    return url_for(".edit", number=found.id)


@blueprint.get("/plans/<int:number>")
@requires(SEE_SUPPLY)
def plan(number: int) -> str:
    """A plan: its stations, its lines day by day, and what became of them."""
    found = queries.plan(number)
    said, bought, place = (
        queries.said(found.versions[0]),
        queries.purchases_of(found),
        place_at(found.canteen),
    )
    return render_template(
        "office/supply/plan.html",
        plan=found,
        title=services.title_of_plan(found),
        said=said,
        stations=queries.stations_of_plan(found),
        approval=queries.approval_of(found),
        bought=bought,
        left=queries.left(found),
        cost=queries.cost,
        newest=queries.newest,
        in_force=queries.in_force,
        can_change=actor().may(PLAN, place) and not bought and found.state not in (CLOSED, WITHDRAWN),
        can_propose=actor().may(PLAN, place) and found.state == DRAFT and bool(said.lines),
        can_buy=_can_buy(found),
        can_close=actor().may(PLAN, place) and found.state == APPROVED,
        was_returned=found.state == RETURNED,
        returned=_returned(found),
        budget=queries.budget_line(said.budget_line),
    )


def _returned(found: Plan) -> Any:
    """Who sent a plan back, and why; None for any other."""
    approval = queries.approval_of(found)
    if found.state != RETURNED or approval is None:
        return None
    return next((one for one in reversed(steps.history(approval)) if one.decision and one.why), None)


def _can_buy(found: Plan) -> bool:
    """Whether whoever looks may buy from it: by the role, and having no other part in it."""
    who, ordered = actor(), is_on(queries.ORDERS)
    if found.state != APPROVED or not who.may(BUY if ordered else RECEIVE, place_at(found.canteen)):
        return False
    return not (ordered and queries.has_another(who.person, queries.places_in(found), queries.BOUGHT))


@blueprint.route("/plans/<int:number>/edit", methods=["GET", "POST"])
@requires(PLAN, of_plan)
def edit(number: int) -> Answer:
    """The lines of a plan, day by day; saved, or sent for approval."""
    found = queries.plan(number)
    now = queries.said(found.versions[0])
    days = sorted(now.expected)
    form = PlanForm(data={"purpose": now.purpose, "seen": str(found.versions[0].number)})
    if request.method != "POST":
        rows = [reading.Row(reading.texts_of(line), {}, line.day.isoformat()) for line in now.lines]
        return _grid(found, form, reading.Table(rows), days, dict(now.expected)), 200
    table, lines = reading.plan_lines(request.form, days)
    meals = {day: request.form.get(f"expected-{day.isoformat()}", "") for day in days}
    if form.validate_on_submit() and not table.is_wrong:
        try:
            return _saved(found, form, lines, days)
        except Conflict as problem:
            if problem.field is None:
                raise
            at_field(form, problem)
            form.seen.data = str(queries.plan(number).versions[0].number)
            return _grid(found, form, table, days, meals), problem.status
        except Invalid as problem:
            at_field(form, problem)
    return _grid(found, form, table, days, meals), 422


def _saved(found: Plan, form: PlanForm, lines: list[queries.PlanLine], days: list[date]) -> Response:
    meals = reading.expected(request.form, days)
    if "anew" in request.form:
        lines = [line for day in days for line in queries.proposal(found.canteen, day, meals[day]).lines]
    said = Said(form.purpose.data or "", meals, tuple(lines), _line_chosen())
    version = services.change_plan(by=actor(), plan=found, seen=int(form.seen.data or 0), said=said)
    if "anew" in request.form:
        return done(_("Proposed anew for these meals."), _edit(found))
    if "propose" in request.form:
        if found.state == DRAFT:
            services.propose_plan(by=actor(), plan=found, seen=version.number)
        return done(_("It waits for approval now."), url_for(".plan", number=found.id))
    return done(_("Saved."), _edit(found) if "more" in request.form else url_for(".plan", number=found.id))


def _line_chosen() -> int | None:
    """The line of the budget; 0, which no line has, for what is no number."""
    text = request.form.get("budget_line", "")
    return (whole(text) or 0) if text else None


def _grid(
    found: Plan, form: PlanForm, table: reading.Table, days: list[date], meals: Mapping[date, object]
) -> str:
    lines, said = queries.budget_lines(found.first), queries.said(found.versions[0])
    held = said.budget_line if found.state == APPROVED else None  # an approved plan gives back what it holds
    return render_template(
        "office/supply/edit.html",
        plan=found,
        title=services.title_of_plan(found),
        form=form,
        table=table,
        days=days,
        meals=meals,
        before={day: queries.proposal(found.canteen, day, None) for day in days},
        columns=reading.COLUMNS,
        items=catalogue.items(),
        budget=lines,
        left={str(one.line): one.can_give + (said.amount if held == one.line else 0) for one in lines},
        chosen=request.form.get("budget_line") or str(queries.said(found.versions[0]).budget_line or ""),
    )


@blueprint.post("/plans/<int:number>/propose")
@requires(PLAN, of_plan)
def propose(number: int) -> Response:
    """Send it up the ladder."""
    found = queries.plan(number)
    services.propose_plan(by=actor(), plan=found, seen=int(request.form.get("seen", "0") or 0))
    return done(_("It waits for approval now."), url_for(".plan", number=number))


@blueprint.post("/plans/<int:number>/withdraw")
@requires(PLAN, of_plan)
def withdraw(number: int) -> Response:
    """Take a plan back."""
    services.withdraw_plan(by=actor(), plan=queries.plan(number))
    return done(_("Taken back. Nothing is bought of it."), url_for(".plan", number=number))


@blueprint.post("/plans/<int:number>/close")
@requires(PLAN, of_plan)
def close(number: int) -> Response:
    """Nothing more is bought of a plan."""
    services.close_plan(by=actor(), plan=queries.plan(number))
    return done(_("Closed. What was left of it is free again."), url_for(".plan", number=number))

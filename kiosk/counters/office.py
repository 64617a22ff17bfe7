"""Counters, canteens, reasons, duty roster and posters."""

from typing import Any, TypeVar

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.chain import queries as chain
from kiosk.core import clock, config, qr
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.forms import choices
from kiosk.core.i18n import _
from kiosk.core.security import requires
from kiosk.core.web import actor, named
from kiosk.core.web.navigation import below
from kiosk.counters import queries, services
from kiosk.counters.forms import (
    CanteenForm,
    CounterForm,
    DutyForm,
    NewCanteenForm,
    NewCounterForm,
    NewReasonForm,
    OldCounterForm,
    ReasonForm,
)
from kiosk.counters.models import KINDS, Counter
from kiosk.counters.permissions import MANAGE_COUNTERS, PRINT_POSTERS
from kiosk.persons import queries as persons
from kiosk.school import queries as school
from kiosk.school.models import WEEKDAYS
from kiosk.staff import queries as staff

blueprint = Blueprint("counters", __name__, url_prefix="/counters")
blueprint.before_request(below("office.school.index"))


# Canteens


@blueprint.get("/canteens")
@requires(MANAGE_COUNTERS)
def canteens() -> str:
    """All canteens."""
    return render_template("office/counters/canteens.html", canteens=queries.canteens(everything=True))


@blueprint.route("/canteens/new", methods=["GET", "POST"])
@requires(MANAGE_COUNTERS)
def new_canteen() -> Answer:
    """Add a canteen."""
    form = NewCanteenForm()
    if saved := save(form, lambda: services.add_canteen(by=actor(), **form.values())):
        return done(_("%(name)s was added.", name=named(saved.result)), url_for(".canteens"))
    return page(render_template("office/counters/new_canteen.html", form=form), form)


@blueprint.route("/canteens/<code>", methods=["GET", "POST"])
@requires(MANAGE_COUNTERS)
def canteen(code: str) -> Answer:
    """Rename a canteen, or close it."""
    canteen = queries.canteen(code)
    form = CanteenForm(obj=canteen)
    if save(form, lambda: services.change_canteen(by=actor(), canteen=canteen, **form.values())):
        return done(_("%(name)s was saved.", name=named(canteen)), url_for(".canteens"))
    return page(render_template("office/counters/canteen.html", form=form, canteen=canteen), form)


# Counters


@blueprint.get("/")
@requires(MANAGE_COUNTERS)
def index() -> str:
    """All counters."""
    base = config.current().public_url or ""
    return render_template(
        "office/counters/index.html",
        counters=queries.counters(everything=True),
        kinds=KINDS,
        wall_address=f"{base}/wall",
    )


F = TypeVar("F", bound=CounterForm)


def _offer_canteens(form: F) -> F:
    canteens = [(canteen.code, named(canteen)) for canteen in queries.canteens(everything=True)]
    form.canteen.choices = choices([("", _("none")), *canteens])
    return form


def _values(form: CounterForm) -> dict[str, Any]:
    return form.values(canteen=queries.canteen(form.canteen.data) if form.canteen.data else None)


@blueprint.route("/new", methods=["GET", "POST"])
@requires(MANAGE_COUNTERS)
def new() -> Answer:
    """Add a counter."""
    form = _offer_canteens(NewCounterForm())
    if saved := save(form, lambda: services.add_counter(by=actor(), **_values(form))):
        added = saved.result
        return done(_("%(name)s was added.", name=named(added)), url_for(".edit", code=added.code))
    return page(render_template("office/counters/new.html", form=form), form)


def _counter_form(counter: Counter, **options: Any) -> OldCounterForm:
    today = school.today()
    current = staff.same_post(counter.post_id, today) if counter.post_id else None
    form = OldCounterForm(obj=counter, **{"post_id": current.id if current else None, **options})
    posts = [(post.id, f"{post.team.name} · {post.name}") for post in staff.posts(today)]
    form.post_id.choices = choices([("", _("none")), *posts])
    return _offer_canteens(form)


def _duty_form(**options: Any) -> DutyForm:
    form = DutyForm(**options)
    people = [
        (person.id, " ".join(filter(None, (person.badge, person.name, person.post))))
        for person in persons.people(kind="staff")
    ]
    meals = [(meal.code, named(meal)) for meal in school.meals()]
    form.staff_id.choices = choices(people)
    form.weekday.choices = choices([("", _("every day")), *((str(day), name) for day, name in WEEKDAYS)])
    form.meal.choices = choices([("", _("every meal")), *meals])
    return form


def _counter_page(counter: Counter, form: OldCounterForm, duty: DutyForm) -> Answer:
    text = render_template(
        "office/counters/edit.html",
        counter=counter,
        form=form,
        duty=duty,
        kind=KINDS[counter.kind],
        reasons=queries.reasons(counter.kind),
        roster=queries.roster(counter.id),
        meals={meal.code: meal for meal in school.meals()},
        weekdays={choice.value: choice.label for choice in duty.weekday.choices},
        on_duty=queries.on_duty(counter.id, clock.now()),
    )
    return page(text, form, duty)


@blueprint.route("/<code>/edit", methods=["GET", "POST"])
@requires(MANAGE_COUNTERS)
def edit(code: str) -> Answer:
    """Change a counter; below it its duty roster."""
    counter = queries.counter(code)
    form = _counter_form(counter)
    if save(form, lambda: services.change_counter(by=actor(), counter=counter, **_values(form))):
        return done(_("%(name)s was saved.", name=named(counter)), url_for(".index"))
    return _counter_page(counter, form, _duty_form(formdata=None))


@blueprint.post("/<code>/duty")
@requires(MANAGE_COUNTERS)
def add_duty(code: str) -> Answer:
    """Put somebody on the counter's roster."""
    counter, form = queries.counter(code), _duty_form()
    if save(form, lambda: services.add_duty(by=actor(), counter=counter, **form.values())):
        return done(_("The duty roster was saved."), url_for(".edit", code=code, _anchor="duty"))
    return _counter_page(counter, _counter_form(counter, formdata=None), form)


@blueprint.post("/<code>/duty/<int:duty_id>/remove")
@requires(MANAGE_COUNTERS)
def remove_duty(code: str, duty_id: int) -> Response:
    """Take a line off the counter's roster."""
    services.remove_duty(by=actor(), duty=queries.duty(queries.counter(code).id, duty_id))
    return done(_("The line was taken off the roster."), url_for(".edit", code=code, _anchor="duty"))


# Reasons


def _chosen_kind() -> str:
    kind = request.args.get("kind", "canteen")
    return kind if kind in KINDS else "canteen"


def _reasons_page(kind: str, form: NewReasonForm) -> Answer:
    used = queries.kinds_in_use()
    text = render_template(
        "office/counters/reasons.html",
        form=form,
        kind=kind,
        kinds={code: KINDS[code] for code in KINDS if code in used or code == kind},
        reasons=queries.all_reasons(kind),
        most=queries.MOST_REASONS,
    )
    return page(text, form)


@blueprint.route("/reasons", methods=["GET", "POST"])
@requires(MANAGE_COUNTERS)
def reasons() -> Answer:
    """The words offered at a kind of counter; at most six are in use."""
    kind, form = _chosen_kind(), NewReasonForm()
    if saved := save(form, lambda: services.add_reason(by=actor(), kind=kind, **form.values())):
        return done(_("%(name)s was added.", name=named(saved.result)), url_for(".reasons", kind=kind))
    return _reasons_page(kind, form)


@blueprint.route("/reasons/<int:reason_id>", methods=["GET", "POST"])
@requires(MANAGE_COUNTERS)
def reason(reason_id: int) -> Answer:
    """Change a reason's words, or take it out of use."""
    reason = queries.reason(reason_id)
    form = ReasonForm(obj=reason)
    if save(form, lambda: services.change_reason(by=actor(), reason=reason, **form.values())):
        return done(_("%(name)s was saved.", name=named(reason)), url_for(".reasons", kind=reason.kind))
    text = render_template("office/counters/reason.html", form=form, reason=reason, kind=KINDS[reason.kind])
    return page(text, form)


@blueprint.post("/reasons/<int:reason_id>/up")
@requires(MANAGE_COUNTERS)
def raise_reason(reason_id: int) -> Response:
    """Move a reason one place up."""
    reason = queries.reason(reason_id)
    services.raise_reason(by=actor(), reason=reason)
    return redirect(url_for(".reasons", kind=reason.kind))


# Posters

SIZES = ("a4", "a3")
"""A stand on the counter, and a poster on the wall."""


def _posters(template: str, counters: list[Counter], **more: Any) -> str:
    size = request.args.get("size", SIZES[0])
    public = config.current().public_url
    return render_template(
        template,
        stands=[(stand, _stand_code(stand), f"{public or ''}/c/{stand.code}") for stand in counters],
        size=size if size in SIZES else SIZES[0],
        sizes=SIZES,
        private=bool(public) and queries.is_private(str(public)),
        head=chain.head(),
        record_url=public + url_for("chain.index") if public else None,
        today=school.today(),
        **more,
    )


def _stand_code(counter: Counter) -> Any:
    address = queries.poster_url(counter)
    return qr.svg(address) if address else None


@blueprint.get("/posters")
@requires(PRINT_POSTERS)
def posters() -> str:
    """The posters of all counters in use, in one print."""
    return _posters("office/counters/posters.html", queries.counters())


@blueprint.get("/<code>/poster")
@requires(PRINT_POSTERS)
def poster(code: str) -> str:
    """The poster of a counter: a stand on A4 or a poster on A3."""
    counter = queries.counter(code)
    return _posters("office/counters/poster.html", [counter], counter=counter)

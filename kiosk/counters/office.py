"""Counters, canteens, reasons, duty roster and posters."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.chain import queries as chain
from kiosk.core import clock, config, qr
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.forms import at_field, choices
from kiosk.core.i18n import _
from kiosk.core.security import requires
from kiosk.core.web import named, user
from kiosk.counters import queries, services
from kiosk.counters.forms import (
    CanteenForm,
    CounterForm,
    DutyForm,
    NewCanteenForm,
    NewCounterForm,
    ReasonForm,
    hours_from_text,
    hours_to_text,
)
from kiosk.counters.models import KINDS, Canteen, Counter
from kiosk.counters.permissions import MANAGE_COUNTERS, PRINT_POSTERS
from kiosk.school import queries as school
from kiosk.school.models import WEEKDAYS
from kiosk.staff import queries as staff

blueprint = Blueprint("counters", __name__, url_prefix="/counters")
Answer = Response | str | tuple[str, int]


@blueprint.before_request
def at_settings() -> None:
    """The navigation shows where one is."""
    g.nav = "office.school.index"


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
    if form.validate_on_submit():
        try:
            added = services.add_canteen(
                by=user(),
                code=str(form.code.data).strip(),
                name=str(form.name.data),
                name_en=str(form.name_en.data or ""),
            )
        except (Invalid, Conflict) as problem:
            at_field(form, problem)
        else:
            flash(_("%(name)s was added.", name=named(added)), "good")
            return redirect(url_for(".canteens"))
    return render_template("office/counters/new_canteen.html", form=form), 422 if form.errors else 200


@blueprint.route("/canteens/<code>", methods=["GET", "POST"])
@requires(MANAGE_COUNTERS)
def canteen(code: str) -> Answer:
    """Rename a canteen, or close it."""
    one = queries.canteen(code)
    form = CanteenForm(obj=one)
    if form.validate_on_submit():
        try:
            services.change_canteen(
                by=user(),
                canteen=one,
                name=str(form.name.data),
                name_en=str(form.name_en.data or ""),
                active=bool(form.active.data),
            )
        except (Invalid, Conflict) as problem:
            at_field(form, problem)
        else:
            flash(_("%(name)s was saved.", name=named(one)), "good")
            return redirect(url_for(".canteens"))
    page = render_template("office/counters/canteen.html", form=form, canteen=one)
    return page, 422 if form.errors else 200


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


def _canteen_choices(form: CounterForm) -> CounterForm:
    everything = queries.canteens(everything=True)
    form.canteen.choices = choices([("", _("none")), *((one.code, named(one)) for one in everything)])
    return form


def _chosen_canteen(form: CounterForm) -> Canteen | None:
    return queries.canteen(form.canteen.data) if form.canteen.data else None


@blueprint.route("/new", methods=["GET", "POST"])
@requires(MANAGE_COUNTERS)
def new() -> Answer:
    """Add a counter."""
    form = _canteen_choices(NewCounterForm())
    if form.validate_on_submit():
        try:
            added = services.add_counter(
                by=user(),
                code=str(form.code.data).strip(),
                kind=form.kind.data,
                name=str(form.name.data),
                name_en=str(form.name_en.data or ""),
                sign=str(form.sign.data or ""),
                canteen=_chosen_canteen(form),
                hours=hours_from_text(form.hours.data or ""),
                school_days_only=bool(form.school_days_only.data),
            )
        except (Invalid, Conflict) as problem:
            at_field(form, problem)
        else:
            flash(_("%(name)s was added.", name=named(added)), "good")
            return redirect(url_for(".edit", code=added.code))
    return render_template("office/counters/new.html", form=form), 422 if form.errors else 200


def _counter_form(counter: Counter, *, filled: bool) -> CounterForm:
    shown = {
        "name": counter.name,
        "name_en": counter.name_en,
        "sign": counter.sign,
        "canteen": counter.canteen.code if counter.canteen else "",
        "hours": hours_to_text(counter.hours),
        "school_days_only": counter.school_days_only,
        "active": counter.active,
    }
    return _canteen_choices(CounterForm(data=shown) if filled else CounterForm(formdata=None, data=shown))


def _duty_form(*, filled: bool) -> DutyForm:
    form = DutyForm() if filled else DutyForm(formdata=None)
    form.staff_id.choices = choices(
        [(one.id, " ".join(filter(None, (one.badge, one.name, one.post)))) for one in staff.people()]
    )
    form.weekday.choices = choices(
        [("", _("every day")), *((str(number), name) for number, name in WEEKDAYS)]
    )
    form.meal.choices = choices([("", _("every meal")), *((one.code, named(one)) for one in school.meals())])
    return form


def _counter_page(counter: Counter, form: CounterForm, duty: DutyForm) -> str:
    return render_template(
        "office/counters/edit.html",
        counter=counter,
        form=form,
        duty=duty,
        kind=KINDS[counter.kind],
        reasons=queries.reasons(counter.kind),
        roster=queries.roster(counter.id),
        meals={one.code: one for one in school.meals()},
        weekdays={one.value: one.label for one in duty.weekday.choices},
        on_duty=queries.on_duty(counter.id, clock.now()),
    )


@blueprint.route("/<code>/edit", methods=["GET", "POST"])
@requires(MANAGE_COUNTERS)
def edit(code: str) -> Answer:
    """Change a counter; below it its duty roster."""
    counter = queries.counter(code)
    form = _counter_form(counter, filled=True)
    if form.validate_on_submit():
        try:
            services.change_counter(
                by=user(),
                counter=counter,
                name=str(form.name.data),
                name_en=str(form.name_en.data or ""),
                sign=str(form.sign.data or ""),
                canteen=_chosen_canteen(form),
                hours=hours_from_text(form.hours.data or ""),
                school_days_only=bool(form.school_days_only.data),
                active=bool(form.active.data),
            )
        except (Invalid, Conflict) as problem:
            at_field(form, problem)
        else:
            flash(_("%(name)s was saved.", name=named(counter)), "good")
            return redirect(url_for(".index"))
    return _counter_page(counter, form, _duty_form(filled=False)), 422 if form.errors else 200


@blueprint.post("/<code>/duty")
@requires(MANAGE_COUNTERS)
def add_duty(code: str) -> Answer:
    """Put somebody on the counter's roster."""
    counter, form = queries.counter(code), _duty_form(filled=True)
    if form.validate_on_submit():
        try:
            services.add_duty(
                by=user(),
                counter=counter,
                staff_id=form.staff_id.data,
                weekday=int(form.weekday.data) if form.weekday.data else None,
                meal=form.meal.data or None,
                starts=form.starts.data,
                ends=form.ends.data,
            )
        except (Invalid, Conflict) as problem:
            at_field(form, problem)
        else:
            flash(_("The duty roster was saved."), "good")
            return redirect(url_for(".edit", code=code, _anchor="duty"))
    return _counter_page(counter, _counter_form(counter, filled=False), form), 422


@blueprint.post("/<code>/duty/<int:duty_id>/remove")
@requires(MANAGE_COUNTERS)
def remove_duty(code: str, duty_id: int) -> Response:
    """Take a line off the counter's roster."""
    services.remove_duty(by=user(), duty=queries.duty(queries.counter(code).id, duty_id))
    flash(_("The line was taken off the roster."), "good")
    return redirect(url_for(".edit", code=code, _anchor="duty"))


# Reasons


def _kind_wanted() -> str:
    kind = request.args.get("kind", "canteen")
    return kind if kind in KINDS else "canteen"


def _reasons_page(kind: str, form: ReasonForm) -> str:
    used = queries.kinds_in_use()
    return render_template(
        "office/counters/reasons.html",
        form=form,
        kind=kind,
        kinds={one: KINDS[one] for one in KINDS if one in used or one == kind},
        reasons=queries.all_reasons(kind),
        most=queries.MOST_REASONS,
    )


@blueprint.route("/reasons", methods=["GET", "POST"])
@requires(MANAGE_COUNTERS)
def reasons() -> Answer:
    """The words offered at a kind of counter; at most six are in use."""
    kind, form = _kind_wanted(), ReasonForm()
    if form.validate_on_submit():
        try:
            added = services.add_reason(
                by=user(), kind=kind, name=str(form.name.data), name_en=str(form.name_en.data or "")
            )
        except (Invalid, Conflict) as problem:
            at_field(form, problem)
        else:
            flash(_("%(name)s was added.", name=named(added)), "good")
            return redirect(url_for(".reasons", kind=kind))
    return _reasons_page(kind, form), 422 if form.errors else 200


@blueprint.route("/reasons/<int:reason_id>", methods=["GET", "POST"])
@requires(MANAGE_COUNTERS)
def reason(reason_id: int) -> Answer:
    """Change a reason's words, or take it out of use."""
    one = queries.reason(reason_id)
    form = ReasonForm(obj=one)
    if form.validate_on_submit():
        try:
            services.change_reason(
                by=user(),
                reason=one,
                name=str(form.name.data),
                name_en=str(form.name_en.data or ""),
                active=bool(form.active.data),
            )
        except (Invalid, Conflict) as problem:
            at_field(form, problem)
        else:
            flash(_("%(name)s was saved.", name=named(one)), "good")
            return redirect(url_for(".reasons", kind=one.kind))
    page = render_template("office/counters/reason.html", form=form, reason=one, kind=KINDS[one.kind])
    return page, 422 if form.errors else 200


@blueprint.post("/reasons/<int:reason_id>/up")
@requires(MANAGE_COUNTERS)
def raise_reason(reason_id: int) -> Response:
    """Move a reason one place up."""
    one = queries.reason(reason_id)
    services.raise_reason(by=user(), reason=one)
    return redirect(url_for(".reasons", kind=one.kind))


# Posters

SIZES = ("a4", "a3")
"""A stand on the counter, and a poster on the wall."""


def _posters(template: str, shown: list[Counter], **more: Any) -> str:
    size = request.args.get("size", SIZES[0])
    public = config.current().public_url
    return render_template(
        template,
        stands=[(one, _stand_code(one), f"{public or ''}/c/{one.code}") for one in shown],
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
    one = queries.counter(code)
    return _posters("office/counters/poster.html", [one], counter=one)

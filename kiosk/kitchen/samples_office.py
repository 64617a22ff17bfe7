"""Food samples in the office: a meal's samples, their labels, what lies where, what is thrown away."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.cases import queries as cases
from kiosk.core import config, qr
from kiosk.core.actor import Place
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.errors import Forbidden, Invalid, NotFound
from kiosk.core.formats import whole
from kiosk.core.i18n import _, ngettext
from kiosk.core.security import SOMEWHERE, requires
from kiosk.core.web import account, actor, named
from kiosk.core.web.navigation import below
from kiosk.counters import queries as counters
from kiosk.kitchen import queries, services
from kiosk.kitchen.doors import at_canteen, canteens_for, day_of, gate
from kiosk.kitchen.forms import EarlyForm, MealForm, ReasonForm, chosen, lines
from kiosk.kitchen.models import FoodSample
from kiosk.kitchen.permissions import HOLD_SAMPLES, KEEP_SAMPLES, RELEASE_SAMPLES, SEE_KITCHEN
from kiosk.kitchen.settings import SAMPLE_GRAMS, SAMPLE_HOURS
from kiosk.school import queries as school

blueprint = Blueprint("food_samples", __name__, url_prefix="/kitchen/samples")
blueprint.before_request(gate(queries.FOOD_SAMPLES))
blueprint.before_request(below("office.kitchen.index"))

A_SHEET = 24
"""Labels on a sheet: three by eight."""


def _at_sample(number: int) -> Place:
    return services.at(queries.sample(number).canteen)


def _at_case(number: int) -> Place:
    return Place(canteen=cases.case(number).canteen)


@blueprint.get("/")
@requires(SEE_KITCHEN)
def index() -> str:
    """The meals of a day, canteen by canteen, and what is to be thrown away."""
    today = school.today()
    day = day_of(request.args["day"]) if request.args.get("day") else today
    mine = canteens_for(SEE_KITCHEN)
    return render_template(
        "office/kitchen/samples.html",
        day=day,
        today=today,
        days=[today - timedelta(days=ago) for ago in range(7)],
        canteens=[(one, queries.meals_of(one, day), _other_meals(one, day)) for one in mine],
        due=queries.to_throw(queries.there(mine)),
        may_keep=lambda one: actor().may(KEEP_SAMPLES, services.at(one)),
        least=school.settings()[SAMPLE_GRAMS],
    )


def _other_meals(canteen: Any, day: Any) -> list[tuple[str, Any]]:
    """The meals of the timetable of which the menu says nothing."""
    known = {one.code for one in queries.meals_of(canteen, day)}
    own = {meal.code for meal in school.meals()}
    return [(code, label) for code, label in queries.meal_labels().items() if code in own - known]


@blueprint.route("/<canteen>/<day>/<meal>", methods=["GET", "POST"])
@requires(KEEP_SAMPLES, at_canteen)
def meal(canteen: str, day: str, meal: str) -> Answer:
    """The samples of a meal: one tap a dish, then once for all of them."""
    where, of = counters.canteen(canteen), day_of(day)
    found, form = queries.meal(where, of, meal), MealForm()
    if not form.is_submitted():
        form.place.data = next(iter(queries.places_used(where)), "")
    if saved := save(form, lambda: _kept(found, form)):
        return done(_told(saved.result), url_for(".meal", **_address(found)))
    grams = school.settings()[SAMPLE_GRAMS]
    text = render_template(
        "office/kitchen/meal.html",
        meal=found,
        form=form,
        grams=grams,
        hours=school.settings()[SAMPLE_HOURS],
        places=queries.places_used(where),
        sent=request.form,
        is_today=of == school.today(),
    )
    return page(text, form)


def _address(found: queries.Meal) -> dict[str, Any]:
    return {"canteen": found.canteen.code, "day": found.day.isoformat(), "meal": found.code}


def _kept(found: queries.Meal, form: MealForm) -> list[FoodSample]:
    usual = school.settings()[SAMPLE_GRAMS]
    kept = [
        services.Kept(value, _grams(request.form.get(f"grams-{name.rpartition('-')[2]}", "")))
        for name, value in request.form.items()
        if name.startswith("kept-")
    ]
    kept += [services.Kept(dish, usual) for dish in lines(form.more.data)]
    taken = None
    if form.taken.data:
        taken = datetime.combine(found.day, form.taken.data, school.zone())
    return services.keep(
        by=actor(),
        canteen=found.canteen,
        day=found.day,
        meal=found.code,
        place=form.place.data,
        kept=kept,
        not_served=chosen(request.form, "absent-"),
        taken_at=taken,
    )


def _grams(text: str) -> int:
    """Grams as they were typed. Invalid for what is none."""
    found = whole(text.strip())
    if not found:
        raise Invalid(_("Please enter the grams as a whole number."), field="dishes")
    return found


def _told(new: list[FoodSample]) -> str:
    kept, least = [one for one in new if one.is_kept], school.settings()[SAMPLE_GRAMS]
    if not new:
        return str(_("Everything was entered already; nothing was counted twice."))
    less = sum(one.grams < least for one in kept)
    said = ngettext("%(num)s sample was entered.", "%(num)s samples were entered.", len(kept))
    if less:
        marked = ngettext(
            "%(num)s has less than %(least)s g; that is marked.",
            "%(num)s have less than %(least)s g; that is marked.",
            less,
            least=least,
        )
        return f"{said} {marked}"
    return str(said)


@blueprint.get("/<canteen>/<day>/<meal>/labels")
@requires(KEEP_SAMPLES, at_canteen)
def labels(canteen: str, day: str, meal: str) -> str:
    """The labels of a meal's samples, to print and stick on; ?of=17 that of one alone."""
    found = queries.meal(counters.canteen(canteen), day_of(day), meal)
    only = whole(request.args.get("of"))
    wanted = [one for one in found.kept if only is None or one.id == only]
    if not wanted:
        raise NotFound
    base = config.current().public_url
    codes = [(one, qr.svg(base + label_path(one.id)) if base else None) for one in wanted]
    return render_template(
        "office/kitchen/labels.html",
        meal=found,
        sheets=[codes[first : first + A_SHEET] for first in range(0, len(codes), A_SHEET)],
        hours=school.settings()[SAMPLE_HOURS],
    )


def label_path(number: int) -> str:
    """Where a label leads to."""
    return url_for("kitchen.sample", number=number)


@blueprint.get("/boxes")
@requires(SEE_KITCHEN)
def boxes() -> str:
    """What lies where, and what is to be thrown away there."""
    return _boxes(EarlyForm(formdata=None))


def _boxes(form: EarlyForm) -> str:
    found = queries.there(canteens_for(SEE_KITCHEN))
    by_place: dict[tuple[str, str], list[FoodSample]] = {}
    for one in found:
        by_place.setdefault((named(one.canteen), one.place), []).append(one)
    due = {one.id for one in queries.to_throw(found)}
    ordered = sorted(by_place.items(), key=lambda item: not any(one.id in due for one in item[1]))
    return render_template(
        "office/kitchen/boxes.html",
        places=ordered,
        due=due,
        form=form,
        labels=queries.meal_labels(),
        may_keep=lambda one: actor().may(KEEP_SAMPLES, services.at(one)),
        chosen=[whole(one) for one in request.form.getlist("sample")],
    )


@blueprint.post("/throw")
@requires(KEEP_SAMPLES, SOMEWHERE)
def throw() -> Answer:
    """Throw away what was ticked."""
    form = EarlyForm()
    numbers = [number for one in request.form.getlist("sample") if (number := whole(one))]
    found = [queries.sample(number) for number in numbers]
    back = url_for(".boxes")
    if len(found) == 1 and request.form.get("then") == "sample":
        back = url_for(".sample", number=found[0].id)
    if saved := save(form, lambda: services.throw_away(by=actor(), samples=found, reason=form.reason.data)):
        number = len(saved.result)
        said = ngettext("%(num)s sample was thrown away.", "%(num)s samples were thrown away.", number)
        return done(str(said), back)
    if len(found) == 1 and request.form.get("then") == "sample":
        return _sample(found[0], early=form)
    return page(_boxes(form), form)


@blueprint.get("/<int:number>")
@requires(SEE_KITCHEN)
def sample(number: int) -> Answer:
    """A sample, who did what with it, and what can be done."""
    return _sample(queries.sample(number))


def _sample(
    found: FoodSample, *, early: EarlyForm | None = None, mistake: ReasonForm | None = None
) -> Answer:
    text = render_template(
        "office/kitchen/sample.html",
        one=found,
        label=queries.meal_labels().get(found.meal, found.meal),
        reasons=queries.reasons([found]),
        is_due=found in queries.to_throw([found]),
        least=school.settings()[SAMPLE_GRAMS],
        early=early or EarlyForm(formdata=None),
        mistake=mistake or ReasonForm(formdata=None),
        may_keep=actor().may(KEEP_SAMPLES, services.at(found.canteen)),
        is_early=found.keep_until > school.now(),
    )
    return page(text, *filter(None, (early, mistake)))


@blueprint.post("/<int:number>/void")
@requires(KEEP_SAMPLES, _at_sample)
def void(number: int) -> Answer:
    """Say that an entry was a mistake."""
    found, form = queries.sample(number), ReasonForm()
    if save(form, lambda: services.void(by=actor(), sample=found, **form.values())):
        return done(_("Noted. The entry counts no more."), url_for(".sample", number=number))
    return _sample(found, mistake=form)


@blueprint.post("/cases/<int:number>/hold")
@requires(HOLD_SAMPLES, _at_case)
def hold(number: int) -> Response:
    """Hold back the samples of a case."""
    case = _case(number)
    wanted = queries.of_case(case)
    if request.form.get("which") == "earlier":
        wanted = queries.before_case(case)
    held = services.hold(by=actor(), case=case, samples=wanted)
    said = ngettext("%(num)s sample is held back.", "%(num)s samples are held back.", len(held))
    return done(str(said), url_for("office.cases.show", number=number, _anchor="food-samples"))


@blueprint.post("/cases/<int:number>/release")
@requires(RELEASE_SAMPLES)
def release(number: int) -> Answer:
    """Let go of the samples that are held back because of a case."""
    case, form = _case(number), ReasonForm()
    found = [*queries.of_case(case), *queries.before_case(case)]
    held = [one for one in found if one.held and one.held.case_id == number]
    back = url_for("office.cases.show", number=number, _anchor="food-samples")
    if save(form, lambda: services.release(by=actor(), samples=held, **form.values())):
        return done(_("Let go. They are thrown away when their time is over."), back)
    text = render_template("office/kitchen/release.html", form=form, number=number, held=held, back=back)
    return page(text, form)


def _case(number: int) -> Any:
    """A case that one sees. Forbidden where one does not."""
    found = cases.case(number)
    if account() is None or not cases.may_see(actor(), found):
        raise Forbidden
    return found

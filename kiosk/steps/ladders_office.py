"""Who decides about money up to which amount: for all money, and for a kind that the school sets apart."""

from flask import Blueprint, render_template, request, url_for

from kiosk.core.edit import Answer, done, page
from kiosk.core.errors import Conflict, Invalid, NotFound
from kiosk.core.filters import yuan
from kiosk.core.forms import at_field
from kiosk.core.i18n import _
from kiosk.core.security import requires
from kiosk.core.web import actor
from kiosk.core.web.navigation import below
from kiosk.steps import queries, services
from kiosk.steps.forms import AllTiersForm, TiersForm, typed_tiers
from kiosk.steps.permissions import SET_LADDERS
from kiosk.steps.settings import ALL, LIMIT, Tier

blueprint = Blueprint("ladders", __name__, url_prefix="/steps/ladders")
blueprint.before_request(below("office.school.index"))
TRIED = "12000"
"""The amount that is tried first."""


@blueprint.route("/", methods=["GET", "POST"])
@requires(SET_LADDERS)
def edit() -> Answer:
    """The rows, what they mean in sentences, and the kinds with rows of their own."""
    name, kinds = request.args.get("of", ALL), queries.by_amount()
    if name != ALL and name not in {one.name for one in kinds}:
        raise NotFound
    tiers = list(queries.tiers_of(name))
    shown = {**typed_tiers(tiers), "try_amount": TRIED}
    form = AllTiersForm(data=shown if request.method == "GET" else None)
    if form.validate_on_submit():
        try:
            tiers = [] if "follow" in request.form else form.tiers
            if "preview" not in request.form:
                services.set_ladder(by=actor(), name=name, tiers=tiers)
                return done(_("Saved. What runs already keeps its ladder."), _address(name))
            services.check_tiers(tiers)
        except (Invalid, Conflict) as problem:
            at_field(form, problem)
            tiers = list(queries.tiers_of(name))
    text = render_template(
        "office/ladders/edit.html",
        form=form,
        name=name,
        label=next((one.label for one in kinds if one.name == name), None),
        kinds=[(one, queries.has_own_tiers(one.name)) for one in kinds],
        sentences=_sentences(tiers),
        tried=_tried(tiers, form),
        short=queries.too_few(queries.levels_of_tiers(tiers)),
        is_preview="preview" in request.form and not form.errors,
        has_own=name == ALL or queries.has_own_tiers(name),
    )
    return page(text, form)


def _address(name: str) -> str:
    return url_for(".edit", of=name) if name != ALL else url_for(".edit")


def _sentences(tiers: list[Tier]) -> list[str]:
    """What the rows mean: a sentence for each limit, and one for what is above the last."""
    levels, limits = queries.levels_of_tiers(tiers), [one.up_to for one in tiers if one.up_to]
    if not limits:
        return [_("Any amount: %(way)s.", way=queries.way(levels, 1))]
    told = [
        _("Up to %(amount)s: %(way)s.", amount=yuan(limit), way=queries.way(levels, limit))
        for limit in limits
    ]
    above = queries.way(levels, limits[-1] + 1)
    return [*told, _("Above %(amount)s: %(way)s.", amount=yuan(limits[-1]), way=above)]


def _tried(tiers: list[Tier], form: TiersForm) -> str:
    """The sentence about the amount that is tried."""
    try:
        amount = LIMIT.read(form.try_amount.data)
    except Invalid as problem:
        at_field(form, Invalid(str(problem), field="try_amount"))
        return ""
    if not amount:
        return ""
    way = queries.way(queries.levels_of_tiers(tiers), amount)
    return str(_("%(amount)s: %(way)s.", amount=yuan(amount), way=way))

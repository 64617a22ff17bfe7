"""The office's side of commitments: what each place promises, what was measured so far, and changes."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for

from kiosk.commitments import queries, services
from kiosk.commitments.forms import ChangeForm, PromiseForm
from kiosk.commitments.kinds import FREE, KINDS, Place
from kiosk.commitments.models import Commitment
from kiosk.commitments.permissions import SET_COMMITMENTS
from kiosk.core import actor as core
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.errors import Forbidden
from kiosk.core.i18n import _, ngettext
from kiosk.core.security import SOMEWHERE, requires
from kiosk.core.web import actor, named
from kiosk.school import queries as school

blueprint = Blueprint("commitments", __name__, url_prefix="/commitments")


def _at_place(place: str) -> core.Place:
    return queries.where(queries.place_named(place))


def _at_commitment(number: int) -> core.Place:
    return queries.where(queries.commitment(number).place)


def _may(place: Place) -> bool:
    try:
        services.needs(actor(), place)
    except Forbidden:
        return False
    return True


@blueprint.get("/")
@requires(SET_COMMITMENTS, SOMEWHERE)
def index() -> str:
    """The places for which the account may promise something, and what is promised there."""
    today, places = school.today(), [place for place in queries.places() if _may(place)]
    return render_template(
        "office/commitments/index.html",
        places=[(place, queries.code_of(place), queries.promised(place, today)) for place in places],
    )


@blueprint.route("/places/<place>", methods=["GET", "POST"])
@requires(SET_COMMITMENTS, _at_place)
def place(place: str) -> Answer:
    """What a place promises and how it was kept; below it what it could promise, to start from."""
    found = queries.place_named(place)
    services.needs(actor(), found)
    kinds = queries.open_kinds(found)
    form = PromiseForm(data={**queries.proposal(found), "since": school.today().isoformat()})
    form.keep(kinds)
    if saved := save(form, lambda: _promise(found, form)):
        number = len(saved.result)
        message = ngettext("%(num)s commitment was published.", "%(num)s commitments were published.", number)
        return done(message, url_for(".place", place=place))
    return page(_place_page(found, form, bool(kinds)), form)


def _promise(place: Place, form: PromiseForm) -> list[Commitment]:
    """What was typed; a kind that somebody promised since the page was opened is refused, not left out."""
    typed = {code: request.form[code] for code in KINDS if code not in form and request.form.get(code)}
    values = {name: data for name, data in form.values().items() if name in KINDS} | typed
    return services.promise(by=actor(), place=place, since=form.since.data, values=values)


def _place_page(place: Place, form: PromiseForm, is_open: bool) -> str:
    today, found = school.today(), queries.commitments(place)
    standing = [(one, queries.ruling(one, today) or one.versions[0]) for one in found]
    return render_template(
        "office/commitments/place.html",
        place=place,
        form=form,
        is_open=is_open,
        rows=[(one, queries.promise(version), queries.coming(one, today)) for one, version in standing],
        shared=[one for one in queries.promised(place, today) if one.commitment not in found],
    )


@blueprint.route("/<int:number>", methods=["GET", "POST"])
@requires(SET_COMMITMENTS, _at_commitment)
def show(number: int) -> Answer:
    """A commitment with all its versions; change it, or give it up, from a day on and with a reason."""
    one = queries.commitment(number)
    services.needs(actor(), one.place)
    form, last = _change_form(one), one.versions[-1]
    back = url_for(".place", place=queries.code_of(one.place))
    if request.form.get("then") == "end":
        if save(form, lambda: services.give_up(by=actor(), commitment=one, **_when(form))):
            return done(_("Noted. Until then the commitment stays in force."), back)
    elif save(
        form, lambda: services.change(by=actor(), commitment=one, value=_value(form, one), **_when(form))
    ):
        return done(_("Published. Until then the old commitment stays in force."), back)
    today = school.today()
    text = render_template(
        "office/commitments/show.html",
        one=one,
        title=f"{named(one.place)} · {KINDS[one.kind].label}",
        form=form,
        last=last,
        now=queries.promise(queries.ruling(one, today) or last),
        coming=queries.coming(one, today),
        history=queries.history(one, today),
        kind=KINDS[one.kind],
        back=back,
    )
    return page(text, form)


def _change_form(one: Commitment) -> ChangeForm:
    kind, last = KINDS[one.kind], one.versions[-1]
    tomorrow = (school.today() + timedelta(days=1)).isoformat()
    value = last.text if kind is FREE else last.value
    form = ChangeForm(data={kind.code: value, "since": tomorrow})
    form.keep([kind])
    return form


def _value(form: ChangeForm, one: Commitment) -> Any:
    return form[one.kind].data


def _when(form: ChangeForm) -> dict[str, Any]:
    return {"since": form.since.data, "reason": form.reason.data}

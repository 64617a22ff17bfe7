"""Tablets: enrolment, how each shows its page, and what they tell from afar."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from kiosk.core import clock, config, qr
from kiosk.core.edit import Answer, done, page, save
from kiosk.core.forms import choices
from kiosk.core.i18n import _
from kiosk.core.masking import mask
from kiosk.core.security import requires
from kiosk.core.web import account, actor, named
from kiosk.core.web.navigation import below
from kiosk.counters import queries, services
from kiosk.counters.forms import EnrolForm, PinForm, TabletForm
from kiosk.counters.models import RefusedEntry
from kiosk.counters.permissions import MANAGE_TABLETS, VIEW_TABLETS
from kiosk.counters.settings import TABLET_PIN
from kiosk.school import queries as school

blueprint = Blueprint("tablets", __name__, url_prefix="/counters/tablets")
blueprint.before_request(below("office.school.index"))
ENROLMENT = "enrolment"
"""Where the browser keeps an enrolment code that was just given, until it is over."""
CLOCK_TOLD = 30
"""Seconds from which the difference of a tablet's clock is shown as something to look after."""


def _enrol_form(**options: Any) -> EnrolForm:
    form = EnrolForm(**options)
    form.counter.choices = choices(
        [
            (counter.code, f"{counter.sign} {named(counter)} ({counter.code})")
            for counter in queries.counters()
        ]
    )
    return form


def _page(form: EnrolForm, pin: PinForm) -> tuple[str, int]:
    silences = queries.silences(clock.now())
    text = render_template(
        "office/tablets/index.html",
        tablets=queries.tablets_now(),
        silences=silences,
        silent={silence.tablet.id for silence in silences if silence.tablet},
        may_manage=account().may(MANAGE_TABLETS),
        form=form,
        pin=pin,
        has_pin=bool(school.settings()[TABLET_PIN]),
        counters=queries.counters(),
        page_version=queries.page_version(),
        today=school.today(),
        clock_told=CLOCK_TOLD,
    )
    return page(text, form, pin)


@blueprint.get("")
@requires(VIEW_TABLETS)
def index() -> Answer:
    """The tablets, when each was last heard, and the forms to enrol another and to set the PIN."""
    wish = {"counter": request.args.get("counter")}
    return _page(_enrol_form(formdata=None, data=wish), PinForm(formdata=None))


@blueprint.post("/enrol")
@requires(MANAGE_TABLETS)
def enrol() -> Answer:
    """Give a code that enrols one tablet, once, within ten minutes."""
    form = _enrol_form()
    if saved := save(form, lambda: _open_enrolment(form.counter.data)):
        session[ENROLMENT] = saved.result
        return redirect(url_for(".enrolment"))
    return _page(form, PinForm(formdata=None))


def _open_enrolment(code: str) -> dict[str, str]:
    counter = queries.counter(code)
    opened = services.open_enrolment(by=actor(), counter=counter)
    until = clock.now() + services.ENROL_LIFE
    return {"code": opened, "counter": counter.code, "until": until.isoformat()}


@blueprint.get("/enrolment")
@requires(MANAGE_TABLETS)
def enrolment() -> AnyResponse | str:
    """The code that was just given, with the QR code of the address that uses it."""
    enrolment = session.get(ENROLMENT)
    if enrolment is None:
        return redirect(url_for(".index"))
    return render_template("office/tablets/enrolment.html", **_enrolment_facts(enrolment))


@blueprint.get("/enrolment.json")
@requires(MANAGE_TABLETS)
def enrolment_state() -> Response:
    """Whether the code that was just given is still good, used, or over; and its seconds left."""
    enrolment = session.get(ENROLMENT)
    state = _enrolment_state(enrolment) if enrolment else "over"
    return jsonify({"state": state, "left": _seconds_left(enrolment) if enrolment else 0})


def _seconds_left(enrolment: dict[str, str]) -> int:
    return max(0, int((datetime.fromisoformat(enrolment["until"]) - clock.now()).total_seconds()))


def _enrolment_state(enrolment: dict[str, str]) -> str:
    if queries.enrol_code(enrolment["code"]) is not None:
        return "good"
    return "used" if queries.was_used(enrolment["code"]) else "over"


def _enrolment_facts(enrolment: dict[str, str]) -> dict[str, Any]:
    code, state = enrolment["code"], _enrolment_state(enrolment)
    counter = queries.counter(enrolment["counter"])
    public = config.current().public_url
    address = f"{public}/c/{counter.code}?enrol={code}" if public else ""
    return {
        "counter": counter,
        "code": f"{code[:4]} {code[4:]}",
        "plain_address": f"{public or ''}/c/{counter.code}",
        "image": qr.svg(address) if address and state == "good" else None,
        "state": state,
        "left": _seconds_left(enrolment),
        "until": datetime.fromisoformat(enrolment["until"]),
    }


@blueprint.post("/pin")
@requires(MANAGE_TABLETS)
def set_pin() -> Answer:
    """Set the PIN that opens the tablets' menu."""
    form = PinForm()
    if save(form, lambda: services.set_pin(by=actor(), **form.values())):
        message = _("The PIN was set. Every tablet that can be reached knows it within a minute.")
        return done(message, url_for(".index", _anchor="pin"))
    return _page(_enrol_form(formdata=None), form)


@blueprint.route("/<int:tablet_id>", methods=["GET", "POST"])
@requires(MANAGE_TABLETS)
def show(tablet_id: int) -> Answer:
    """How a tablet shows its page and its last sign of life; it is revoked on the same page, too."""
    tablet = queries.tablet(tablet_id)
    form = TabletForm(obj=tablet)
    if save(form, lambda: services.change_tablet(by=actor(), tablet=tablet, **form.values())):
        return done(_("The tablet was saved. It follows within a few minutes."), url_for(".index"))
    text = render_template(
        "office/tablets/show.html",
        form=form,
        tablet=tablet,
        heartbeat=queries.heartbeat(tablet),
        refused=[_refused_facts(entry) for entry in queries.refused_entries(tablet)],
        page_version=queries.page_version(),
        today=school.today(),
        clock_told=CLOCK_TOLD,
    )
    return page(text, form)


def _refused_facts(entry: RefusedEntry) -> dict[str, Any]:
    """A refused entry as the office may read it: its comment masked."""
    content = entry.content
    level, reasons = content.get("level"), content.get("reasons")
    words = {reason.code: named(reason) for reason in queries.all_reasons(entry.tablet.counter.kind)}
    return {
        "entry": entry,
        "level": level if type(level) is int else None,
        "counter": content.get("counter", ""),
        "reasons": [words.get(str(code), str(code)) for code in reasons] if isinstance(reasons, list) else [],
        "comment": mask(str(content.get("comment", ""))),
    }


@blueprint.post("/<int:tablet_id>/settle")
@requires(MANAGE_TABLETS)
def settle(tablet_id: int) -> AnyResponse:
    """The office has seen what the tablet could not deliver."""
    services.settle_refused(by=actor(), tablet=queries.tablet(tablet_id))
    return done(
        _("Noted. The tablet clears its list within a minute; the entries stay here."),
        url_for(".show", tablet_id=tablet_id),
    )


@blueprint.post("/<int:tablet_id>/revoke")
@requires(MANAGE_TABLETS)
def revoke(tablet_id: int) -> AnyResponse:
    """A lost or replaced tablet may not rate any more."""
    services.revoke_tablet(by=actor(), tablet=queries.tablet(tablet_id))
    return done(_("The tablet was revoked and can no longer store ratings."), url_for(".index"))

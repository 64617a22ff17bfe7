"""Machines' addresses of tablets: enrolment, and the cookie that shows a tablet its page."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, jsonify, make_response, request

from kiosk.core import clock, json_input
from kiosk.core.db import transaction
from kiosk.core.errors import Invalid, SignInNeeded
from kiosk.core.i18n import lazy
from kiosk.core.json_input import Fields, NotJson
from kiosk.core.security import ALPHABET
from kiosk.core.web import csrf, own_transaction
from kiosk.counters import queries, services
from kiosk.counters.models import Tablet
from kiosk.counters.settings import EPOCH, TABLET_PIN
from kiosk.school.queries import settings
from kiosk.staff.queries import portraits_token

blueprint = Blueprint("counters_api", __name__)
csrf.exempt(blueprint)  # no cookie has authority: a code or a device key is shown

MOST_BYTES = 16 * 1024
MOST_WAITING = 10**9
MOST_AHEAD = 10**12
TELLING = ("counter", "level", "seq", "pressed_at", "reasons", "comment", "staff", "taken_back")
"""What is kept of a refused entry; whatever else stands in it stays outside."""
COOKIE = "tablet"
COOKIE_LIFE = 400 * 86400
"""Browsers keep no cookie longer; the page asks for a new one when it is gone."""


class NoTablet(SignInNeeded):
    """No device key, or one that opens nothing."""

    code = "no-authority"
    message = lazy("This tablet is not enrolled, or its key was revoked.")


def _fields() -> Fields:
    if request.mimetype != "application/json":
        raise NotJson
    request.max_content_length = MOST_BYTES
    return json_input.read(request.get_data(cache=False))


def _asking() -> Tablet:
    tablet = queries.tablet_asking(request.headers.get("Authorization", ""))
    if tablet is None:
        raise NoTablet
    return tablet


def _code(fields: Fields) -> str:
    code = fields.values.get("code")
    if not isinstance(code, str):
        raise Invalid(lazy("The code is missing."), field="code")
    code = "".join(code.split()).upper()
    if len(code) != 8 or any(letter not in ALPHABET for letter in code):
        raise Invalid(lazy("The code has 8 letters and digits."), field="code")
    return code


@blueprint.post("/api/tablets")
def enrol() -> tuple[Response, int]:
    """Use an enrolment code: 201 with the tablet's device key, which nobody sees twice, and its counter."""
    key, counter = services.enrol(code=_code(_fields()))
    answer = _unkept({"key": key, "counter": counter.code})
    tablet = queries.tablet_with(key)
    assert tablet is not None
    show_tablet_page(answer, tablet)
    return answer, 201


@blueprint.post("/api/tablets/page")
def page() -> Response:
    """Show the tablet's page again to a tablet whose browser lost its cookies but kept its key."""
    answer = make_response("", 204)
    show_tablet_page(answer, _asking())
    return answer


@blueprint.post("/api/tablets/heartbeat")
@own_transaction
def heartbeat() -> Response:
    """A tablet's sign of life, twice a minute: {unsent, refused, version, clock} (`clock` in milliseconds).

    The answer tells what a tablet must know: {epoch, now, version, pin, settled, shown}. Most write nothing.
    """
    fields, tablet = _fields(), _asking()
    now = int(clock.now().timestamp() * 1000)
    beat: dict[str, Any] = {
        "unsent": fields.whole("unsent", MOST_WAITING),
        "refused": fields.whole("refused", MOST_WAITING),
        "version": fields.text("version", 20),
        "ahead": max(-MOST_AHEAD, min(MOST_AHEAD, round((fields.whole("clock") - now) / 1000))),
    }
    answer = {
        "epoch": settings()[EPOCH],
        "now": now,
        "version": queries.page_version(),
        "pin": settings()[TABLET_PIN] or None,
        "settled": queries.settled_ids(tablet),
        "shown": portraits_token(),
    }
    if services.is_news(queries.heartbeat(tablet), **beat):
        with transaction():
            services.note_heartbeat(tablet=tablet, **beat)
    return _unkept(answer)


@blueprint.post("/api/tablets/refused")
def refused() -> Response:
    """What the server refused for good and the tablet keeps in its tray: {status, code, why, rating}."""
    fields, tablet = _fields(), _asking()
    rating = fields.thing("rating")
    try:
        rating_id = UUID(str(rating.get("id")))
    except ValueError as error:
        raise Invalid(lazy("This field is missing or out of range: %(name)s"), name="id") from error
    services.note_refused(
        tablet=tablet,
        rating_id=rating_id,
        status=fields.whole("status", 599),
        code=fields.text("code", 40),
        why=fields.text("why", 200),
        content={name: rating[name] for name in TELLING if name in rating},
    )
    return _unkept({"kept": str(rating_id)})


def _unkept(values: dict[str, Any]) -> Response:
    answer = jsonify(values)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def show_tablet_page(answer: Response, tablet: Tablet) -> None:
    """Let the browser see its counter's tablet page from now on."""
    answer.set_cookie(
        COOKIE,
        services.page_cookie(tablet),
        max_age=COOKIE_LIFE,
        path="/c/",
        httponly=True,
        samesite="Strict",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )

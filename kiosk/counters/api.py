"""Machines' addresses of tablets: enrolment, and the cookie that shows a tablet its page."""

import json
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, make_response, request

from kiosk.core.errors import Invalid, Problem, SignInNeeded
from kiosk.core.i18n import lazy
from kiosk.core.security import ALPHABET
from kiosk.core.web import csrf
from kiosk.counters import queries, services
from kiosk.counters.models import Tablet

blueprint = Blueprint("counters_api", __name__)
csrf.exempt(blueprint)  # no cookie has authority here: a code or a device key is shown

MOST_BYTES = 16 * 1024
COOKIE = "tablet"
COOKIE_LIFE = 400 * 86400
"""Browsers keep no cookie longer; the page asks for a new one when it is gone."""


class NotJson(Problem):
    """A body that does not say it is JSON."""

    code = "not-json"
    status = 415
    message = lazy("This kind of content is not accepted here.")


class BadJson(Problem):
    """A body that is no JSON."""

    code = "bad-json"
    status = 400
    message = lazy("The request could not be understood.")


class NoTablet(SignInNeeded):
    """No device key, or one that opens nothing."""

    code = "no-authority"
    message = lazy("This tablet is not enrolled, or its key was revoked.")


def _refuse(name: str) -> Any:
    raise ValueError(name)


def _code(body: bytes) -> str:
    try:
        values = json.loads(body.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise BadJson from error
    code = values.get("code") if isinstance(values, dict) else None
    if not isinstance(code, str):
        raise Invalid(lazy("The code is missing."), field="code")
    code = "".join(code.split()).upper()
    if len(code) != 8 or any(letter not in ALPHABET for letter in code):
        raise Invalid(lazy("The code has 8 letters and digits."), field="code")
    return code


@blueprint.post("/api/tablets")
def enrol() -> tuple[Response, int]:
    """Use an enrolment code: 201 with the new tablet's device key, told only this once, and its counter."""
    if request.mimetype != "application/json":
        raise NotJson
    request.max_content_length = MOST_BYTES
    key, counter = services.enrol(code=_code(request.get_data(cache=False)))
    answer = jsonify({"key": key, "counter": counter.code})
    answer.headers["Cache-Control"] = "no-store"
    tablet = queries.tablet_with(key)
    assert tablet is not None
    show_tablet_page(answer, tablet)
    return answer, 201


@blueprint.post("/api/tablets/page")
def page() -> Response:
    """Show the tablet's page again to a tablet whose browser lost its cookies but kept its key."""
    tablet = queries.tablet_asking(request.headers.get("Authorization", ""))
    if tablet is None:
        raise NoTablet
    answer = make_response("", 204)
    show_tablet_page(answer, tablet)
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

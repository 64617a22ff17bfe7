"""The private receipt of what was handed in: how it stands, the answer, and what the asker can still do.

Its address is the authority, so that it stands in no log, is kept by no cache and named to no other site.
"""

import re

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kiosk.attachments.queries import attachment
from kiosk.cases import queries, services
from kiosk.core import config, downloads, qr
from kiosk.core.errors import Conflict, Invalid, NotFound, Problem
from kiosk.core.i18n import _
from kiosk.core.web import csrf
from kiosk.school import queries as school

blueprint = Blueprint("cases_mine", __name__, url_prefix="/cases/mine")

KEY = re.compile(r"[A-Za-z0-9_-]{22}")
VERBS = ("open", "better", "worse", "add", "withdraw")


@blueprint.get("/<key>")
def mine(key: str) -> Response:
    """How it stands; ?sent= shows the address to keep first. Looking changes nothing."""
    return _page(_receipt(key), key)


@blueprint.get("/<key>/photo/<int:number>")
def photo(key: str, number: int) -> Response:
    """A picture that came from this address; nobody else's."""
    found = _receipt(key)
    if number not in {one.id for one in found.photos}:
        raise NotFound
    one, data = attachment(number, services.subject_of(found.case))
    return downloads.answer(data, one.media_type, f"photo-{one.id}")


@blueprint.post("/<key>/<any(" + ", ".join(VERBS) + "):verb>")
def act(key: str, verb: str) -> AnyResponse:
    """What the asker does. What cannot be taken comes back with what was typed."""
    found, text = _receipt(key), request.form.get("text", "")
    try:
        said = _act(found, verb, text)
    except (Invalid, Conflict) as problem:
        return _page(found, key, problem=problem, verb=verb, text=text)
    if said:
        flash(said, "good")
    answer = redirect(url_for(".mine", key=key), 303)
    answer.headers["Cache-Control"] = "no-store"
    return answer


csrf.exempt(act)  # the key in the address cannot be guessed and is the authority; no cookie is looked at


def _receipt(key: str) -> queries.Receipt:
    if not KEY.fullmatch(key):
        raise NotFound
    return queries.receipt(key)


def _act(found: queries.Receipt, verb: str, text: str) -> str:
    if verb == "open":
        services.open_answer(found)
        return ""
    if verb == "add":
        services.add(found, text)
        return str(_("Added. Whoever works on it reads it."))
    if verb == "withdraw":
        services.withdraw(found)
        return str(_("Taken back. Nobody works on it any more."))
    services.judge(found, better=verb == "better", text=text)
    if verb == "better":
        return str(_("Thank you. That it is better now stands with the case."))
    return str(_("Thank you. It was said that it is not better."))


def _page(
    found: queries.Receipt, key: str, *, problem: Problem | None = None, verb: str = "", text: str = ""
) -> Response:
    base, path = config.current().public_url, url_for(".mine", key=key)
    case = found.case
    page = render_template(
        "cases/mine.html",
        found=found,
        case=case,
        public=queries.told(case),
        key=key,
        address=base + path if base else None,
        code=qr.svg(base + path) if base else None,
        is_sent="sent" in request.args,
        is_public=queries.is_shown(case),
        is_new=found.is_new,
        owner=queries.post_of(case.owner, school.today()),
        due=queries.due_of(case),
        mending=queries.mending(case) if case.is_open else None,
        today=school.today(),
        subject_label=queries.public_label,
        kind_label=queries.kind_label,
        is_late=queries.is_late,
        problem=problem,
        verb=verb,
        text=text,
    )
    answer = make_response(page, problem.status if problem else 200)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer

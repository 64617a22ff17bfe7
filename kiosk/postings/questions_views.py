"""Asking on what is posted, and the private page of whoever asked: no account, no script."""

import re
import secrets

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.cases.services import Masked
from kiosk.core import config, qr
from kiosk.core.edit import save
from kiosk.core.errors import NotFound
from kiosk.core.i18n import _
from kiosk.core.security import derived_key, encode, mac, sign, unsign
from kiosk.core.web import csrf
from kiosk.postings import queries, services
from kiosk.postings.forms import QuestionForm, question_form
from kiosk.postings.queries import Posted
from kiosk.school import queries as school

blueprint = Blueprint("posting_questions", __name__, url_prefix="/postings/<int:number>/questions")

COOKIE = "asker"
"""Where a browser keeps the secret from which its pseudonyms come; nothing of it is stored here."""
NINETY_DAYS = 90 * 24 * 3600
KEY = re.compile(r"[A-Za-z0-9_-]{22}")


@blueprint.post("")
def ask(number: int) -> Response:
    """Ask on a line (`row`, `text`). What cannot be taken comes back as it was typed, masked if need be."""
    found = queries.posted(number)
    if not queries.may_be_asked(found):
        raise NotFound
    form = question_form(found)
    form.sent.data = form.sent.data or secrets.token_urlsafe(16)
    browser, cookie = _browser(form.sent.data)
    try:
        saved = save(form, lambda: _hand_in(found, form, browser))
    except services.Closed as problem:
        return _again(found, form, status=409, problem=str(problem))
    if saved is None:
        return _again(found, form, status=422)
    handed = saved.result
    if not handed.is_new:
        flash(_("You have asked this already; it stands here once."), "good")
    answer = redirect(url_for(".mine", number=number, key=handed.key, sent=1), 303)
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    answer.set_cookie(
        COOKIE, cookie, max_age=NINETY_DAYS, path="/postings", httponly=True, samesite="Lax", secure=secure
    )
    return answer


csrf.exempt(ask)  # the form asks for its token itself, so that what was typed comes back without one


def _hand_in(found: Posted, form: QuestionForm, browser: str) -> services.Handed:
    try:
        return services.ask(posted=found, row=form.row.data, text=form.text.data, browser=browser)
    except Masked as problem:
        form.text.data = problem.masked
        raise


def _browser(sent: str) -> tuple[str, str]:
    """The browser's secret and the cookie that keeps it; a new one's comes from the form that it sent."""
    try:
        raw = unsign(COOKIE, request.cookies.get(COOKIE, ""))
    except ValueError:
        raw = mac(derived_key("asker"), sent)
    return encode(raw), sign(COOKIE, raw)


def _again(found: Posted, form: QuestionForm, *, status: int, problem: str = "") -> Response:
    page = render_template(
        "postings/ask.html",
        posted=found,
        form=form,
        asked=queries.questions_on(found),
        problem=problem,
        today=school.today(),
    )
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/<key>")
def mine(number: int, key: str) -> Response:
    """Where one's own question stands: its turn; once it has come, the receipt of its case."""
    found = queries.posted(number)
    question = queries.question_of_key(number, key) if KEY.fullmatch(key) else None
    if question is None:
        raise NotFound
    first = question.alike or question
    if first.case_id is not None:
        return redirect(url_for("cases_mine.mine", key=key, sent=request.args.get("sent")))
    base, path = config.current().public_url, url_for(".mine", number=number, key=key)
    page = render_template(
        "postings/asked.html",
        posted=found,
        question=question,
        before=queries.before_in_turn(question),
        address=base + path if base else path,
        code=qr.svg(base + path) if base else None,
    )
    answer = make_response(page)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer

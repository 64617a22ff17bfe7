"""Signing in and out."""

from typing import Any

from flask import (
    Blueprint,
    current_app,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from kiosk.auth import queries, services
from kiosk.auth.forms import CodeForm, SignInForm
from kiosk.auth.models import Account
from kiosk.core import clock
from kiosk.core.db import transaction
from kiosk.core.errors import Forbidden
from kiosk.core.forms import Form
from kiosk.core.i18n import _, lazy, listed
from kiosk.core.security import PERMISSIONS, encode, fingerprint, mac, same
from kiosk.core.web import (
    answer_problem,
    behind_https,
    is_machine,
    own_transaction,
    safe_next,
    wants_json,
)

blueprint = Blueprint("auth", __name__)
KEY = "sign_in"
HALF = "half_signed_in"
HALF_LIFE = 300
"""Seconds between the password and the second factor's code."""
KNOWN_COOKIE = "known"
Answer = Response | tuple[str, int]
SET_UP = ("office.auth.second_factor", "office.auth.set_second_factor")


def current_account() -> Account | None:
    """The account that this request is signed in with, or None."""
    if "account" not in g:
        key = session.get(KEY)
        g.sign_in = queries.sign_in_with(key) if isinstance(key, str) else None
        g.account = g.sign_in.account if g.sign_in else None
    account = g.account
    return account if isinstance(account, Account) else None


@blueprint.app_context_processor
def told_who_may() -> dict[str, Any]:
    """For pages on which one may not act: who may."""
    return {"who_may": who_may}


def who_may(name: str) -> str:
    """The roles that have the right of this name, each with the people who hold it, in one line."""
    nobody = _("nobody yet")
    told = [
        _("%(role)s (%(names)s)", role=role, names=listed(names) or nobody)
        for role, names in queries.holders(PERMISSIONS[name])
    ]
    return listed(told)


def _known_mark(username: str) -> str:
    return encode(mac(str(current_app.secret_key).encode(), "known browser", username.lower()))


def _is_known(username: str) -> bool:
    marks = request.cookies.get(KNOWN_COOKIE, "").split(".")
    return any(same(mark, _known_mark(username)) for mark in marks)


@blueprint.before_app_request
def demand_second_factor() -> Response | None:
    """Whose role needs a second factor sets it up before anything else in the office."""
    endpoint = request.endpoint or ""
    if not endpoint.startswith("office.") or endpoint in SET_UP:
        return None
    account = current_account()
    if account is None or not queries.must_set_second_factor(account):
        return None
    if request.method != "GET" or is_machine():
        raise Forbidden(lazy("Your role needs a second factor; please set it up first."))
    return redirect(url_for("office.auth.second_factor"))


@blueprint.get("/sign-in/state")
def state() -> Response:
    """Who is signed in with this browser, and a token for a page whose own is worthless."""
    who = current_account()
    answer = jsonify(account=who.username if who else None, csrf_token=generate_csrf())
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _refusal(page: str, refused: services.SignInRefused, form: Form, target: str) -> Answer:
    """What was wrong with a name, password or code: on its page again, or told to the script that asked."""
    if wants_json():
        return answer_problem(refused)
    return render_template(page, form=form, next=target, refused=refused), 401


@blueprint.route("/sign-in", methods=["GET", "POST"])
@own_transaction
def sign_in() -> Answer:
    """The form; a good password starts a new session and leads on to `next`, or to the second factor."""
    form = SignInForm()
    target = safe_next(request.args.get("next"), url_for("office.overview.index"))
    if request.method != "POST" and current_account() is not None:
        return redirect(target)
    if not form.validate_on_submit():
        page = render_template("auth/sign_in.html", form=form, next=target)
        return make_response(page, 422 if form.errors else 200)
    username, password = str(form.username.data), str(form.password.data)
    account = queries.account_named(username)
    if not services.password_fits(account=account, password=password, known_browser=_is_known(username)):
        with transaction():
            services.note_failure(username=username)
        return _refusal("auth/sign_in.html", services.SignInRefused(), form, target)
    if account is not None and account.totp_secret:
        return _ask_for_code(account, target)
    return _enter(username, target)


def _ask_for_code(account: Account, target: str) -> Response:
    session.clear()
    session[HALF] = {
        "account": account.id,
        "password": fingerprint(account.password_hash),
        "at": clock.now().timestamp(),
    }
    return jsonify(step="code") if wants_json() else redirect(url_for("auth.sign_in_code", next=target))


def _half_signed_in() -> Account | None:
    """Whose password this browser has just given; a changed password or five minutes undo it."""
    half = session.get(HALF)
    if not isinstance(half, dict) or not 0 <= clock.now().timestamp() - half["at"] <= HALF_LIFE:
        return None
    account = queries.find_account(half["account"])
    if account is None or not account.active or fingerprint(account.password_hash) != half["password"]:
        return None
    return account


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@own_transaction
def sign_in_code() -> Answer:
    """The second page of signing in, for accounts with a second factor."""
    form = CodeForm()
    target = safe_next(request.args.get("next"), url_for("office.overview.index"))
    account = _half_signed_in()
    if account is None:
        return redirect(url_for("auth.sign_in", next=target))
    if not form.validate_on_submit():
        page = render_template("auth/sign_in_code.html", form=form, next=target)
        return make_response(page, 422 if form.errors else 200)
    username = account.username
    with transaction():
        account = queries.account_named(username)
        good = account is not None and services.use_code(account=account, code=str(form.code.data))
    if not good:
        return _refusal("auth/sign_in_code.html", services.CodeRefused(), form, target)
    return _enter(username, target)


def _enter(username: str, target: str) -> Response:
    with transaction():
        account = queries.account_named(username)
        if account is None:
            raise services.SignInRefused
        key = services.start_sign_in(account=account)
    session.clear()
    session[KEY] = key
    answer: Response = jsonify(step="done") if wants_json() else redirect(target)
    marks = [mark for mark in request.cookies.get(KNOWN_COOKIE, "").split(".") if mark][-4:]
    mark = _known_mark(username)
    answer.set_cookie(
        KNOWN_COOKIE,
        ".".join([*(old for old in marks if old != mark), mark]),
        max_age=180 * 86400,
        httponly=True,
        samesite="Lax",
        secure=behind_https(),
    )
    return answer


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End this browser's sign-in."""
    account = current_account()
    if account is not None:
        services.revoke_sign_in(by=account.actor, sign_in=g.sign_in)
    session.clear()
    return redirect(url_for("board.index"))

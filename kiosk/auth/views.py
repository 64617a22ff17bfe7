"""Signing in and out."""

from flask import (
    Blueprint,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response

from kiosk.auth import queries, services
from kiosk.auth.forms import SignInForm
from kiosk.auth.models import Account
from kiosk.core.db import transaction
from kiosk.core.security import encode, mac, same
from kiosk.core.web import own_transaction, safe_next

blueprint = Blueprint("auth", __name__)
KEY = "sign_in"
KNOWN_COOKIE = "known"


def current_account() -> Account | None:
    """The account that this request is signed in with, or None."""
    if "account" not in g:
        key = session.get(KEY)
        g.sign_in = queries.sign_in_with(key) if isinstance(key, str) else None
        g.account = g.sign_in.account if g.sign_in else None
    account = g.account
    return account if isinstance(account, Account) else None


def _known_mark(username: str) -> str:
    return encode(mac(str(current_app.secret_key).encode(), "known browser", username.lower()))


def _is_known(username: str) -> bool:
    marks = request.cookies.get(KNOWN_COOKIE, "").split(".")
    return any(same(mark, _known_mark(username)) for mark in marks)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@own_transaction
def sign_in() -> Response | tuple[str, int]:
    """The form; a good password starts a new session and leads on to `next`."""
    form = SignInForm()
    target = safe_next(request.args.get("next"), url_for("office.overview.index"))
    if request.method == "GET" and current_account() is not None:
        return redirect(target)
    if not form.validate_on_submit():
        return make_response(
            render_template("auth/sign_in.html", form=form, next=target), 422 if form.errors else 200
        )
    username, password = str(form.username.data), str(form.password.data)
    account = queries.account_named(username)
    if not services.password_fits(account=account, password=password, known_browser=_is_known(username)):
        with transaction():
            services.note_failure(username=username)
        return render_template(
            "auth/sign_in.html", form=form, next=target, refused=services.SignInRefused()
        ), 401
    return _enter(username, target)


def _enter(username: str, target: str) -> Response:
    with transaction():
        account = queries.account_named(username)
        if account is None:
            raise services.SignInRefused
        key = services.start_sign_in(account=account)
    session.clear()
    session[KEY] = key
    answer = redirect(target)
    marks = [mark for mark in request.cookies.get(KNOWN_COOKIE, "").split(".") if mark][-4:]
    mark = _known_mark(username)
    answer.set_cookie(
        KNOWN_COOKIE,
        ".".join([*(old for old in marks if old != mark), mark]),
        max_age=180 * 86400,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )
    return answer


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End this browser's sign-in."""
    account = current_account()
    if account is not None:
        services.revoke_sign_in(by=account.username, sign_in=g.sign_in)
    session.clear()
    return redirect(url_for("board.index"))

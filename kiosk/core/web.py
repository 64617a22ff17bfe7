"""The edge: one request, one transaction; language, errors, headers, assets and the guard."""

import errno
import hashlib
import logging
import mimetypes
import re
import traceback
from collections.abc import Callable
from contextlib import nullcontext
from functools import lru_cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode, urlsplit, urlunsplit

import psycopg
import rcssmin
import rjsmin
from flask import (
    Flask,
    Request,
    Response,
    current_app,
    has_request_context,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import Babel
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import DatabaseError, DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, MapAdapter, RequestRedirect

from kiosk.core import compression, kept, postgres, terminal, trace
from kiosk.core.body import StrictRequest
from kiosk.core.config import ROOT, Instance
from kiosk.core.db import session, transaction
from kiosk.core.errors import Busy, Damaged, Forbidden, NotFound, Problem, SignInNeeded, StorageFull
from kiosk.core.i18n import LANGUAGE_TAGS, LOCALES, lazy
from kiosk.core.room import Room

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
MACHINE_PREFIXES = ("/api/", "/data/", "/office/live", "/healthz", "/readyz", "/metrics")
LANGUAGE_COOKIE = "lang"
NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""What every answer says."""
HSTS = ("Strict-Transport-Security", "max-age=31536000")


class Whole(IntegerConverter):
    """A number in an address: plain digits that every column can hold."""

    regex = "[0-9]{1,15}"


csrf = CSRFProtect()
babel = Babel()
log = logging.getLogger("kiosk")


Environ = dict[str, Any]
"""What WSGI tells of a request."""

Lane = Callable[["KioskApp", Environ], bytes | None]
"""Answers a request by itself (201, JSON), or gives None to let it go the usual way."""


class KioskApp(Flask):
    """Flask, with one transaction around each writing request, and a quick lane for the one that matters."""

    request_class = StrictRequest

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lanes: dict[tuple[str, str], Lane] = {}
        self.rooms: tuple[Room, ...] = ()
        self.instance: Instance
        self.account: Callable[[], Any] = lambda: None
        """Gives the signed-in account of the request; the room of accounts names it."""

    def wsgi_app(self, environ: Environ, start_response: Any) -> Any:
        """Answer a request: in its quick lane where it has one and the lane can, by Flask otherwise."""
        lane = self.lanes.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        body = lane(self, environ) if lane else None
        if body is None:
            return super().wsgi_app(environ, start_response)
        head = [("Content-Type", "application/json"), ("Content-Length", str(len(body))), *HEADERS.items()]
        if environ["wsgi.url_scheme"] == "https" or self.config["SESSION_COOKIE_SECURE"]:
            head.append(HSTS)
        start_response("201 CREATED", [*head, ("Cache-Control", "no-cache")])
        return [body]

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """The way of a request. A Host that is no name is refused, with a page that can still be drawn."""
        try:
            return super().create_url_adapter(request)
        except HTTPException as refusal:
            if request is None:
                raise
            request.routing_exception = refusal
            return self.url_map.bind("localhost")

    def dispatch_request(self) -> Response:
        """Run the view. A writing view that answers below 400 is kept; one that raises or refuses is undone.

        Views that open their own transaction (marked by `@own_transaction`) are left to it. What the office
        writes without a trace is undone, too.
        """
        view = self.view_functions.get(request.endpoint or "")
        if request.method in SAFE_METHODS or getattr(view, "own_transaction", False):
            return make_response(super().dispatch_request())
        try:
            with transaction(), trace.required() if _in_office() else nullcontext():
                answer = make_response(super().dispatch_request())
                if answer.status_code >= 400:
                    raise _Refused(answer)
                session.flush()
        except _Refused as refused:
            return refused.answer
        return answer


def _in_office() -> bool:
    return (request.endpoint or "").startswith("office.")


class _Refused(Exception):
    def __init__(self, answer: Response) -> None:
        self.answer = answer


def own_transaction(view: Any) -> Any:
    """Mark a writing view that opens `transaction()` itself: part of its work must not hold the lock."""
    view.own_transaction = True
    return view


def running() -> KioskApp:
    """The application that runs here."""
    return cast("KioskApp", current_app._get_current_object())  # type: ignore[attr-defined]


def account() -> Any:
    """The signed-in account of this request, or None."""
    return running().account()


def user() -> str:
    """The user name of the signed-in account, as services take it in `by`."""
    found = account()
    if found is None:
        raise SignInNeeded
    return str(found.username)


def is_machine() -> bool:
    """Whether the request came to an address made for machines, which gets problem+json."""
    return request.path.startswith(MACHINE_PREFIXES)


def wants_json() -> bool:
    """Whether a machine asks, or a script of a page."""
    return is_machine() or request.accept_mimetypes.best == "application/json"


def locale() -> str:
    """The language of this request: chosen by ?lang=, remembered in a cookie; Chinese otherwise.

    The command line speaks the terminal's.
    """
    if not has_request_context():
        return terminal.spoken() or LOCALES[0]
    tags = (
        {tag: name for name, tag in LANGUAGE_TAGS.items()}
        | {name: name for name in LOCALES}
        | {"zh": LOCALES[0]}
    )
    for wish in (request.args.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if wish in tags:
            return tags[wish]
    return LOCALES[0]


def is_english() -> bool:
    """Whether this request speaks English; data with an English name then shows it."""
    return locale() == "en"


def named(thing: Any) -> str:
    """The name of a canteen, counter, reason or meal in the language of the request."""
    return str((is_english() and thing.name_en) or thing.name)


@lru_cache(maxsize=1000)
def _asset_hash(path: Path, _changed: float) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def asset(name: str) -> str:
    """The address of a file in static/, with a hash of its content, so that it may be cached for ever."""
    path = ROOT / "static" / name
    return url_for("static", filename=name, v=_asset_hash(path, path.stat().st_mtime))


BUNDLED = re.compile(r"(css|js)/([a-z0-9_]+(?:/[a-z0-9_]+)*(?:\+[a-z0-9_]+(?:/[a-z0-9_]+)*)*)\.\1")
VENDOR = "vendor"
"""The folder of static/ with what others wrote; it is served as they published it."""


def bundle_files(names: str) -> list[Path]:
    """The files in static/ that a bundle named like `css/tokens+tablet.css` stands for, or NotFound."""
    found = BUNDLED.fullmatch(names)
    if found is None:
        raise NotFound
    kind = found[1]
    parts = [(name if name.startswith(f"{VENDOR}/") else f"{kind}/{name}") for name in found[2].split("+")]
    files = [ROOT / "static" / f"{part}.{kind}" for part in parts]
    if not all(file.is_file() for file in files):
        raise NotFound
    return files


def _small(file: Path) -> str:
    """A file without comments and the spaces it can do without; what others wrote keeps its licence."""
    text = file.read_text("utf-8")
    if file.parent.name == VENDOR:
        return text
    return str(rjsmin.jsmin(text) if file.suffix == ".js" else rcssmin.cssmin(text))


@lru_cache(maxsize=50)
def _bundle(files: tuple[Path, ...], _changed: tuple[float, ...]) -> tuple[str, str]:
    """The files one after the other, made small, and the hash of that."""
    text = "".join(f"{_small(file).strip()}\n" for file in files)
    return text, hashlib.sha256(text.encode()).hexdigest()[:10]


def _bundled(names: str) -> tuple[str, str]:
    files = tuple(bundle_files(names))
    return _bundle(files, tuple(file.stat().st_mtime for file in files))


def asset_bundle(names: str) -> str:
    """The address of several files of static/ in one answer: `css/tokens+tablet.css`, with their hash."""
    return url_for("bundle", names=names, v=_bundled(names)[1])


def bundle(names: str) -> Response:
    """Several style sheets or scripts in one answer: a page on a slow line should ask only three times."""
    answer = Response(_bundled(names)[0], mimetype=mimetypes.types_map[f".{names.rsplit('.', 1)[1]}"])
    if "v" in request.args:
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


def switch_language_url() -> str:
    """This page in the other language."""
    other = "zh" if is_english() else "en"
    args = {**request.args.to_dict(), "lang": other}
    return f"{request.path}?{urlencode(args)}"


def safe_next(target: str | None, fallback: str) -> str:
    """A relative address to go on to; anything that could lead elsewhere gives the fallback."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return fallback
    if any(ord(character) < 32 or character == "\\" for character in target):
        return fallback
    return target


def relative(url: str) -> str:
    """An address of ours without its host."""
    parts = urlsplit(url)
    return urlunsplit(("", "", "/" + parts.path.lstrip("/"), parts.query, ""))


def answer_problem(problem: Problem) -> Response:
    """A failure as a page, or as problem+json on the addresses of machines."""
    if wants_json():
        body = {
            "type": f"/problems/{problem.code}",
            "title": str(problem),
            "status": problem.status,
            "code": problem.code,
            **({"field": problem.field} if problem.field else {}),
        }
        answer = jsonify(body)
        answer.content_type = "application/problem+json"
    else:
        answer = make_response(_problem_page(problem))
    answer.status_code = problem.status
    if problem.retry_after is not None:
        answer.headers["Retry-After"] = str(problem.retry_after)
    return answer


def _problem_page(problem: Problem) -> str:
    """The page of a failure; without the school's name where the database that knows it is away."""
    try:
        typed = kept.typed(problem, who.username if (who := account()) else None)
        if typed is not None:
            return render_template("kept.html", problem=problem, typed=typed)
        return render_template("error.html", problem=problem)
    except (DatabaseError, PoolTimeout):
        page = current_app.jinja_env.get_template("lost.html")
        return page.render(problem=problem, lang_tag=LANGUAGE_TAGS[locale()])


class PageProblem(Problem):
    """An HTTP refusal by the framework, in our words."""

    WORDS = {
        400: lazy("The request could not be understood."),
        404: NotFound.message,
        405: lazy("This is not possible at this address."),
        413: lazy("This is too large."),
        415: lazy("This kind of content is not accepted here."),
        429: lazy("Too many requests. Please try again in a moment."),
    }

    def __init__(self, status: int) -> None:
        super().__init__(self.WORDS.get(status, self.WORDS[400]))
        self.status = status
        self.code = {400: "bad-request", 404: "not-found", 405: "method-not-allowed", 413: "too-large"}.get(
            status, f"http-{status}"
        )


def database_problem(error: DatabaseError) -> Problem | None:
    """The failure of a database that is taken, full or damaged, in our words; None for anything else."""
    if isinstance(error.orig, psycopg.Error):
        return postgres.problem(error)
    text = str(error.orig).lower()
    if "locked" in text or "busy" in text:
        return Busy()
    if "full" in text or "disk i/o" in text or "readonly" in text or "unable to open" in text:
        return StorageFull()
    if "malformed" in text or "not a database" in text:
        return Damaged(lazy("The database is damaged. Please restore the last backup: kiosk restore FILE"))
    return None


def _answer_database(error: DatabaseError) -> Response:
    problem = database_problem(error)
    if problem is None:
        return _answer_unforeseen(error)
    return answer_problem(problem)


def traced(error: BaseException) -> str:
    """Where a failure came from, for the log: its own text, which a request may have made, is one line."""
    earlier = error.__cause__ or error.__context__
    return "".join(
        [
            f"{traced(earlier)}\nwhich led to:\n" if earlier else "",
            *traceback.format_tb(error.__traceback__),
            f"{type(error).__name__}: {str(error)!r}",
        ]
    )


def _answer_unforeseen(error: Exception) -> Response:
    if isinstance(error, OSError) and error.errno in NO_SPACE:
        return answer_problem(StorageFull())
    log.error("unforeseen failure:\n%s", traced(error))
    problem = Problem(
        lazy("Something went wrong on the server. What you typed was not stored; please try again.")
    )
    problem.status, problem.code = 500, "internal"
    try:
        return answer_problem(problem)
    except Exception:  # the error page itself fails only if the templates are broken
        return Response("500", 500, content_type="text/plain")


def _answer_out_of_range(_error: Exception) -> Response:
    """A number or a day that no column holds, or half a character: it can only have come with the request."""
    return answer_problem(PageProblem(400))


def _answer_http(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return make_response(error)
    answer = answer_problem(PageProblem(error.code))
    for name, value in error.get_headers():
        if name.lower() == "allow":
            answer.headers[name] = value
    return answer


def behind_https() -> bool:
    """Whether browsers reach us by https: the public address says so, or this very request came that way.

    A proxy on another machine that nobody named is not believed; the configuration is.
    """
    return request.is_secure or bool(current_app.config["SESSION_COOKIE_SECURE"])


def _set_headers(answer: Response) -> Response:
    head = answer.headers
    if isinstance(request.routing_exception, RequestRedirect):  # names the Host that was sent
        head["Location"] = relative(request.routing_exception.new_url)
    for name, value in HEADERS.items():
        head.setdefault(name, value)
    if behind_https():
        head.setdefault(*HSTS)
    if request.endpoint == "static":
        if "v" in request.args:
            head["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        head.setdefault("Cache-Control", "no-store" if request.path.startswith("/office") else "no-cache")
    wish = request.args.get("lang")
    if wish in ("zh", "en"):
        answer.set_cookie(
            LANGUAGE_COOKIE, wish, max_age=31536000, samesite="Lax", httponly=True, secure=behind_https()
        )
    return answer


def _guard() -> Response | None:
    """Deny by default: every office view names its permission, and the account that asks must have it.

    A stranger is sent to sign in, or refused where a machine asks.
    """
    if not (request.endpoint or "").startswith("office."):
        return None
    who = account()
    if who is None:
        if (
            is_machine()
            or request.method not in SAFE_METHODS
            or "event-stream" in request.headers.get("Accept", "")
        ):
            raise SignInNeeded
        return make_response(redirect(url_for("auth.sign_in", next=request.full_path.rstrip("?"))))
    permission = getattr(current_app.view_functions[request.endpoint or ""], "permission", None)
    if permission is None or not who.may(permission):
        problem = Forbidden()
        problem.permission = permission
        raise problem
    return None


def speak(app: Flask) -> None:
    """Give an app its languages."""
    babel.init_app(
        app, locale_selector=locale, default_translation_directories=str(ROOT / "kiosk/translations")
    )


def install(app: Flask) -> None:
    """Put the edge on an app: transactions, languages, errors, headers and the guard."""
    app.url_map.converters["int"] = Whole
    csrf.init_app(app)
    speak(app)
    app.before_request(_guard)
    compression.install(app)  # runs last
    app.after_request(_set_headers)
    app.after_request(kept.note_arrival)
    app.register_error_handler(Problem, answer_problem)
    app.register_error_handler(CSRFError, lambda _error: answer_problem(kept.FormExpired()))
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(OperationalError, _answer_database)
    app.register_error_handler(DatabaseError, _answer_database)
    app.register_error_handler(PoolTimeout, lambda _error: answer_problem(Busy()))
    app.register_error_handler(DataError, _answer_out_of_range)
    app.register_error_handler(OverflowError, _answer_out_of_range)
    app.register_error_handler(UnicodeEncodeError, _answer_out_of_range)
    app.register_error_handler(Exception, _answer_unforeseen)
    app.add_url_rule("/bundle/<path:names>", "bundle", bundle)
    app.jinja_env.globals.update(
        asset=asset,
        asset_bundle=asset_bundle,
        named=named,
        switch_language_url=switch_language_url,
        whose=kept.whose,
        arrived=kept.arrived,
    )

    @app.context_processor
    def language() -> dict[str, Any]:
        name = locale()
        return {"locale": name, "lang_tag": LANGUAGE_TAGS[name], "other_tag": "zh" if name == "en" else "en"}

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        session.remove()

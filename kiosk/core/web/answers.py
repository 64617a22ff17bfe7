"""How a failure is answered: as a page, or as problem+json on the addresses of machines."""

import errno
import logging
import traceback

import psycopg
from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DatabaseError, DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from kiosk.core import postgres
from kiosk.core.errors import Busy, Damaged, NotFound, Problem, StorageFull
from kiosk.core.i18n import LANGUAGE_TAGS, lazy
from kiosk.core.web import kept
from kiosk.core.web.application import account, running
from kiosk.core.web.language import locale

NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)

log = logging.getLogger("kiosk")


def is_machine() -> bool:
    """Whether the request came to an address made for machines, which gets problem+json."""
    return request.path.startswith(running().machines())


def wants_json() -> bool:
    """Whether a machine asks, or a script of a page."""
    return is_machine() or request.accept_mimetypes.best == "application/json"


def answer_problem(problem: Problem) -> Response:
    """A failure as a page, or as problem+json on the addresses of machines."""
    if wants_json():
        body = {
            "type": f"/problems/{problem.code}",
            "title": str(problem),
            "status": problem.status,
            "code": problem.code,
            **({"field": problem.field} if problem.field else {}),
            **problem.facts,
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


def install(app: Flask) -> None:
    """Answer every failure in our words."""
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

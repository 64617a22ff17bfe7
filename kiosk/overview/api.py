"""What is due, for calendars."""

from flask import Blueprint, Response, request

from kiosk.auth import queries as auth
from kiosk.core.errors import NotFound
from kiosk.overview import due

blueprint = Blueprint("overview_api", __name__)


@blueprint.get("/due.ics")
def due_ics() -> Response:
    """The public duties as a calendar; with `?key=…` the inbox of the account that made the key."""
    key = request.args.get("key")
    if key is None:
        return _answer(due.public(), "public, max-age=300")
    account = auth.account_of_calendar(key)
    if account is None:
        raise NotFound
    return _answer(due.personal(account.actor), "private, no-store")


def _answer(calendar: bytes, kept: str) -> Response:
    answer = Response(calendar, content_type="text/calendar; charset=utf-8")
    answer.headers["Cache-Control"] = kept
    answer.headers["Content-Disposition"] = 'inline; filename="due.ics"'
    return answer

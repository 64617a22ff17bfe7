"""What was typed outlives a sign-in: it can be sent once more, and a browser hears what arrived."""

import re
from typing import NamedTuple

from flask import Flask, Response, request, session

from kiosk.core.errors import Problem, SignInNeeded
from kiosk.core.i18n import lazy
from kiosk.core.security import sign, unsign
from kiosk.core.web.addresses import in_office

WHOSE = "of"
"""The field of a form that says, signed, whose page it stood on."""
NUMBER = "kept"
"""The field with the number under which the browser keeps what stands in the form."""
ARRIVED = "arrived"
"""Where the session remembers the numbers of forms that were taken."""
MOST_ARRIVED = 20
PASSWORDS = {"password", "again", "current", "pin"}
NOT_TYPED = {"csrf_token", WHOSE, NUMBER, *PASSWORDS}


def whose(username: str) -> str:
    """The mark of an account's forms. Nobody else can make it: no page elsewhere gets a form sent again."""
    return sign("whose form", username.encode())


def _owner() -> str | None:
    try:
        return unsign("whose form", request.form.get(WHOSE, "")).decode()
    except ValueError:
        return None


class FormExpired(Problem):
    """A form without its token, or with one of another session."""

    code = "form-expired"
    status = 400
    message = lazy("This form has expired. Please go back, reload the page and send it again.")


class Typed(NamedTuple):
    """What stood in a form that came too late.

    `fields` can be sent once more by whoever it belongs to; else there is only `text`, to be read and copied.
    """

    fields: list[tuple[str, str]]
    text: str


def typed(problem: Problem, username: str | None) -> Typed | None:
    """What a page of the office sent without a sign-in or with an old token; None where there is nothing.

    Somebody else than the form's owner is shown nothing of it. A password is typed anew.
    """
    late = isinstance(problem, SignInNeeded | FormExpired) and request.method == "POST"
    if not late or not in_office():
        return None
    owner = _owner()
    fields = [pair for pair in request.form.items(multi=True) if pair[0] not in NOT_TYPED]
    if owner and username not in (None, owner):
        return None
    if not any(value.strip() for _name, value in fields):
        return None
    again = owner is not None and not PASSWORDS & request.form.keys()
    return Typed(fields if again else [], "" if again else _as_text())


def _as_text() -> str:
    """The fields as lines; those that are there often as a table that a spreadsheet or the grid takes."""
    lists = {name: values for name, values in request.form.lists() if name not in NOT_TYPED}
    lines = [values[0] for values in lists.values() if len(values) == 1 and values[0].strip()]
    tables: dict[int, list[list[str]]] = {}
    for values in lists.values():
        if len(values) > 1:
            tables.setdefault(len(values), []).append([re.sub(r"[\t\r\n]", " ", value) for value in values])
    for columns in tables.values():
        rows = ["\t".join(row) for row in zip(*columns, strict=True)]
        lines += [row for row in rows if row.strip()]
    return "\n".join(lines)


def note_arrival(answer: Response) -> Response:
    """Remember the number of a form that was taken: the next page tells the browser to forget its text."""
    if in_office() and request.method == "POST" and answer.status_code < 400:
        number = request.form.get(NUMBER, "")
        if re.fullmatch(r"[0-9a-f]{16}", number):
            session[ARRIVED] = [*session.get(ARRIVED, []), number][-MOST_ARRIVED:]
    return answer


def take_arrivals() -> list[str]:
    """The numbers of the forms that arrived since the last page; each is handed out once."""
    return list(session.pop(ARRIVED, []))


def answered_number() -> str:
    """The number of the form that this page answers: what stands in it now is what was typed."""
    return request.form.get(NUMBER, "") if request.method == "POST" else ""


def install(app: Flask) -> None:
    """Note which forms arrived, and let pages mark theirs."""
    app.after_request(note_arrival)
    app.jinja_env.globals.update(whose=whose, take_arrivals=take_arrivals, answered_number=answered_number)

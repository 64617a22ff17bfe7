"""/ask: complain, wish, report a repair or a good deed. No account, no script, and one clear action."""

import secrets
import struct
from collections.abc import Iterator

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kiosk.attachments.services import check_room
from kiosk.cases import queries, services
from kiosk.cases.forms import AskForm, ask_form
from kiosk.core import clock, pictures, uploads
from kiosk.core.edit import save
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.forms import at_field
from kiosk.core.i18n import lazy
from kiosk.core.masking import clean, mask
from kiosk.core.pictures import upright
from kiosk.core.security import fingerprint, sign, unsign
from kiosk.core.web import csrf

blueprint = Blueprint("cases_ask", __name__)

COOKIE = "asked"
"""Where a browser keeps when it sent something, signed; nothing of it is stored here."""
AN_HOUR = 3600
MOST_AN_HOUR = 10
MOST_BYTES = 24 * 2**20
SIDE = 1600
"""Pixels of a photo that is kept, each way."""
MOMENT = struct.Struct(">I")


@blueprint.route("/ask", methods=["GET", "POST"])
def ask() -> AnyResponse:
    """The form; what was taken leads to its private receipt. What cannot be taken comes back as it was typed.

    ?at= is the code of a counter or canteen, as its printed QR says it; ?kind= what it is.
    """
    request.max_content_length = MOST_BYTES  # what is too large for us is read, so that the text is not lost
    form = ask_form(request.args.get("kind", ""))
    subject = queries.subject_at(request.form.get("subject") or request.args.get("at", ""))
    form.subject.data = subject
    if request.method != "POST":
        form.sent.data = secrets.token_urlsafe(16)
        return _page(form, subject)
    earlier = _moments()
    if len(earlier) >= MOST_AN_HOUR:
        return _page(form, subject, status=429, minutes=-(-(earlier[0] + AN_HOUR - _now()) // 60))
    masked = _not_shown_yet(form)
    if not _is_whole(form) or masked:
        return _page(form, subject, status=422, masked=masked)
    saved = save(form, lambda: _hand_in(form))
    if saved is None:
        return _page(form, subject, status=422)
    answer = redirect(url_for("cases_mine.mine", key=saved.result.key, sent=1), 303)
    if saved.result.is_new:
        _remember(answer, [*earlier, _now()])
    return answer


csrf.exempt(ask)  # nobody's authority is used: whoever asks has none, and no cookie gives any


def _hand_in(form: AskForm) -> services.Asked:
    sent = form.sent.data or secrets.token_urlsafe(16)
    return services.ask(
        sent=sent,
        kind=form.kind.data or "",
        subject=form.subject.data or "",
        text=form.text.data or "",
        photo=_photo(form),
    )


def _is_whole(form: AskForm) -> bool:
    """Whether nothing is missing. What is, is said at every field at once."""
    problems = [*_take_photo(form), *services.lacking(form.kind.data or "", form.subject.data or "")]
    whole = form.validate() and not problems
    for problem in problems:
        at_field(form, problem)
    return whole


def _take_photo(form: AskForm) -> Iterator[Invalid | Conflict]:
    """Let the chosen photo wait for its form, drawn anew, so that it is chosen once; why it cannot."""
    if "without" in request.form:
        form.kept.data = ""
    chosen = request.files.get("photo")
    if chosen is None or not chosen.filename:
        return
    try:
        check_room()
        form.kept.data = sign("asked photo", bytes.fromhex(uploads.wait(upright(chosen.read(), SIDE))))
    except (Invalid, Conflict) as problem:
        problem.field = "photo"
        yield problem


def _photo(form: AskForm) -> bytes | None:
    """The photo that waits, or None. Invalid where it waited too long and is gone."""
    if not form.kept.data:
        return None
    try:
        found = uploads.waiting(unsign("asked photo", form.kept.data).hex())
    except ValueError:
        found = None
    if found is None:
        form.kept.data = ""
        raise Invalid(lazy("The photo is not here any more; please choose it again."), field="photo")
    return found


def _not_shown_yet(form: AskForm) -> str:
    """The text as everybody would read it, where it differs from what was typed and was not looked at yet.

    Whoever chooses it (`masked`) sends that, and not what was typed.
    """
    text = clean(form.text.data or "")
    masked, mark = mask(text), fingerprint(text)
    if masked == text or form.looked.data == mark:
        form.text.data = masked if "masked" in request.form else form.text.data
        return ""
    form.looked.data = mark
    return masked


def _page(form: AskForm, subject: str, *, status: int = 200, masked: str = "", minutes: int = 0) -> Response:
    page = render_template(
        "cases/ask.html",
        form=form,
        subject=subject,
        place=queries.public_label(subject) if subject else "",
        unknown=bool(request.args.get("at")) and not subject,
        masked=masked,
        minutes=minutes,
        most_photo=pictures.MOST_BYTES,
    )
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"  # a form that is kept has a number that was used
    if minutes:
        answer.headers["Retry-After"] = str(minutes * 60)
    return answer


def _now() -> int:
    return int(clock.now().timestamp())


def _moments() -> list[int]:
    """When this browser sent something within the last hour, the earliest first."""
    try:
        raw = unsign("asked", request.cookies.get(COOKIE, ""))
    except ValueError:
        return []
    found = (moment for (moment,) in MOMENT.iter_unpack(raw[: len(raw) // MOMENT.size * MOMENT.size]))
    return sorted(moment for moment in found if 0 <= _now() - moment < AN_HOUR)


def _remember(answer: AnyResponse, moments: list[int]) -> None:
    value = sign("asked", b"".join(MOMENT.pack(moment) for moment in moments[-MOST_AN_HOUR:]))
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    answer.set_cookie(
        COOKIE, value, max_age=AN_HOUR, path="/ask", httponly=True, samesite="Lax", secure=secure
    )

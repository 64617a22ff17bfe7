"""A round on the phone: the page that is walked with, and where it is handed in, once."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.cases import queries as cases
from kiosk.core import json_input, pictures
from kiosk.core.errors import Forbidden, Invalid
from kiosk.core.formats import whole
from kiosk.core.i18n import _
from kiosk.core.json_input import Fields, wrong
from kiosk.core.security import requires
from kiosk.core.web import account, actor
from kiosk.inspections import proofs, queries, services
from kiosk.inspections.lines import tenths_of
from kiosk.inspections.models import ChecklistVersion, Finding, RoundPlan, RoundPlanVersion
from kiosk.inspections.permissions import WALK_ROUNDS
from kiosk.inspections.queries import MISSED
from kiosk.inspections.questions import questions_of
from kiosk.inspections.services import Answer, Voice
from kiosk.ratings.models import LEVELS
from kiosk.school import queries as school

blueprint = Blueprint("walk", __name__, url_prefix="/inspections/walk")

MOST_BYTES = 24 * 2**20
SIDE = 1600
"""Pixels of a photo that is kept, each way."""
MOST_PHOTOS = 3
"""Of a line."""
MOST_OPEN = 12
"""So many old findings are shown first; the page stays small."""
LONGEST_WORDS = 1200


@blueprint.get("/<int:number>")
@requires(WALK_ROUNDS)
def show(number: int) -> str:
    """The round: check-in, what was open, the list, the questions. ?day= and ?slot= say which one."""
    plan = queries.plan(number)
    day = _day(request.args.get("day"))
    ruling = queries.ruling(plan, day) or queries.current(plan)
    if not queries.may_walk(actor(), ruling, day):
        raise Forbidden
    slot = _slot(plan, ruling, day)
    version = ruling.checklist.current
    open_now = queries.open_findings(ruling.subject, MOST_OPEN)
    return render_template(
        "office/walk/show.html",
        plan=plan,
        ruling=ruling,
        day=day,
        today=school.today(),
        slot=slot,
        slot_label=queries.slot_label(slot),
        made=queries.made_for(plan, day, slot),
        place=cases.subject_label(ruling.subject),
        version=version,
        lines=version.read,
        questions=version.questions,
        asked=_asked(version),
        findings=[_told(one) for one in reversed(open_now)],
        further=queries.count_open(ruling.subject) - len(open_now),
        most_photo=pictures.MOST_BYTES,
        who=account(),
    )


def _asked(version: ChecklistVersion) -> dict[str, Any]:
    """The questions to people in the queue, as the page's script asks them."""
    return {
        "asked": [list(one) for one in questions_of(version.questions)],
        "levels": [[level, str(words)] for level, words in sorted(LEVELS.items(), reverse=True)],
        "yes_no": [[1, _("Yes")], [0, _("No")]],
    }


def _told(found: Finding) -> dict[str, Any]:
    """An old finding as the page shows it; whoever put it right is not asked to confirm it."""
    return {
        "finding": found,
        "words": queries.words_of([found])[found.id],
        "standing": queries.standing(found),
        "is_own": bool(queries.menders(found) & cases.numbers(actor())),
    }


def _day(text: str | None) -> date:
    """The day of an address: today, or one that is past."""
    today = school.today()
    try:
        return min(date.fromisoformat(text or ""), today)
    except ValueError:
        return today


def _slot(plan: RoundPlan, ruling: RoundPlanVersion, day: date) -> str:
    """Which of the day's times is meant: as the address says, else what is due, else what was missed."""
    if (asked := request.args.get("slot")) is not None:
        return asked if asked in ruling.slots else ""
    entries = queries.calendar([plan], day, day)
    order = (queries.DUE, MISSED)
    waiting = sorted((one for one in entries if one.state in order), key=lambda one: order.index(one.state))
    return waiting[0].occurrence.slot if waiting else ""


@blueprint.get("/sw.js")
@requires(WALK_ROUNDS)
def worker() -> Response:
    """What opens a round's page again without a network, where https allows it."""
    answer = current_app.send_static_file("js/office/walk/sw.js")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@blueprint.post("/")
@requires(WALK_ROUNDS)
def send() -> tuple[Response, int]:
    """Take a round in, as the phone has kept it: JSON in the field `round`, photos beside it by line.

    201 the first time, 200 when it comes again, 409 for the same number with other content, 422 by field.
    """
    request.max_content_length = MOST_BYTES
    given = json_input.read(request.form.get("round", "").encode())
    plan = queries.plan(given.whole("plan"))
    day = _read_day(given)
    handed = services.hand_in(
        by=actor(),
        id=_uuid(given.values.get("id"), "id"),
        plan=plan,
        version=queries.version(given.whole("version")),
        day=day,
        slot=given.text("slot", 20),
        answers=_answers(given.thing("answers")),
        begun_at=_moment(given, "begun_at"),
        ended_at=_moment(given, "ended_at"),
        check_in=proofs.read(actor(), given.text("proof", 400), day),
        seen=_seen(given),
        voices=list(_voices(given)),
    )
    number = handed.made.checked_id
    told = {
        "number": number,
        "url": url_for("office.inspections.show", number=number),
        "presence": handed.made.presence,
        "own": handed.own,
    }
    return jsonify(told), 201 if handed.is_new else 200


def _read_day(given: Fields) -> date:
    try:
        return date.fromisoformat(given.text("day", 10))
    except ValueError:
        raise wrong("day") from None


def _moment(given: Fields, name: str) -> datetime:
    try:
        found = datetime.fromisoformat(given.text(name, 40).replace("Z", "+00:00"))
    except ValueError:
        raise wrong(name) from None
    if found.tzinfo is None or not 2000 < found.year < 2100:
        raise wrong(name)
    return found


def _uuid(value: Any, name: str) -> UUID:
    try:
        return UUID(value) if isinstance(value, str) else UUID("")
    except ValueError:
        raise wrong(name) from None


def _answers(given: dict[str, Any]) -> dict[str, Answer]:
    photos = _photos()
    if strange := photos.keys() - given.keys():
        raise wrong(min(strange))
    return {key: _answer(key, said, photos.get(key, ())) for key, said in given.items()}


def _answer(key: str, said: Any, photos: tuple[bytes, ...]) -> Answer:
    if not isinstance(said, dict):
        raise wrong(key)
    fields = Fields({name: value for name, value in said.items() if value is not None})
    words = said.get("words") or ""
    if not isinstance(words, str) or len(words) > LONGEST_WORDS:
        raise wrong(key)
    number = fields.text("number", 10)
    return Answer(fields.text("state", 10), tenths_of(number, key) if number else None, words, photos)


def _photos() -> dict[str, tuple[bytes, ...]]:
    """The photos by line, drawn anew; Invalid at the line for what is no picture, whatever its name says."""
    found: dict[str, tuple[bytes, ...]] = {}
    for name in request.files:
        key = name.removeprefix("photo-")
        files = request.files.getlist(name)
        if len(files) > MOST_PHOTOS:
            raise wrong(key)
        try:
            found[key] = tuple(pictures.upright(one.read(), SIDE) for one in files)
        except Invalid as problem:
            problem.field = key
            raise
    return found


def _seen(given: Fields) -> dict[int, str]:
    said = given.values.get("seen", {})
    if not isinstance(said, dict) or any(value not in ("still", "verified") for value in said.values()):
        raise wrong("seen")
    found = {whole(key): value for key, value in said.items()}
    if None in found:
        raise wrong("seen")
    return {number: value for number, value in found.items() if number is not None}


def _voices(given: Fields) -> Iterator[Voice]:
    said = given.values.get("voices", [])
    if not isinstance(said, list):
        raise wrong("voices")
    for one in said:
        if not isinstance(one, dict) or type(one.get("value")) is not int:
            raise wrong("voices")
        yield Voice(_uuid(one.get("id"), "voices"), Fields(one).text("key", 20), one["value"])

"""Is everything all right? The page for the IT teacher, and the alarm that the whole office shows him."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.chain import queries as chain
from kiosk.core import config
from kiosk.core.edit import done
from kiosk.core.errors import NotFound
from kiosk.core.i18n import LazyString, _, lazy
from kiosk.core.room import rooms
from kiosk.core.security import requires
from kiosk.core.trace import record
from kiosk.core.web import account, actor
from kiosk.core.web.navigation import below
from kiosk.operation import notes, signs
from kiosk.operation import stored as storage
from kiosk.operation.first_steps import Step, steps
from kiosk.operation.permissions import ERASE_COMMENT, EXPORT_STORED, VIEW_OPERATION
from kiosk.operation.settings import SETUP_SETTLED
from kiosk.ratings.services import erase_comment
from kiosk.school import queries as school
from kiosk.school.services import change_settings
from kiosk.school.settings import SAMPLE

blueprint = Blueprint("operation", __name__, url_prefix="/operation")
blueprint.before_request(below("office.school.index"))


@blueprint.app_context_processor
def alarms() -> dict[str, Any]:
    """Whoever can mend it sees on every page of the office that something must be mended at once."""
    reader = account() if request.path.startswith("/office") else None
    if reader is None or not reader.may(VIEW_OPERATION) or request.path.startswith(blueprint_path()):
        return {"alarms": []}
    return {"alarms": signs.alarms(config.current())}


@blueprint.app_context_processor
def setting_up() -> dict[str, Any]:
    """The live view shows whoever may the steps of setting up, until all are done."""
    return {"setup_steps": open_steps()} if request.endpoint == "office.overview.index" else {}


def open_steps() -> list[Step]:
    """Every step, while one is open; none in the sample school, and none for whom they are not."""
    reader = account()
    if reader is None or not reader.may(VIEW_OPERATION) or school.settings()[SAMPLE]:
        return []
    all_steps = steps(config.current())
    return all_steps if any(not step.is_settled for step in all_steps) else []


def blueprint_path() -> str:
    """Where this room's pages lie; they tell more than the alarm does."""
    return url_for("office.operation.index")


@blueprint.get("/")
@requires(VIEW_OPERATION)
def index() -> str:
    """Every sign, the worst first, above them a sentence."""
    instance = config.current()
    all_signs = signs.signs(instance)
    busy = notes.read(instance, "busy")
    return render_template(
        "office/operation/index.html",
        signs=all_signs,
        bad=[sign for sign in all_signs if sign.state in (signs.WARN, signs.ALERT)],
        alert=any(sign.state == signs.ALERT for sign in all_signs),
        still_to_do=signs.still_to_do([str(sign.title) for sign in all_signs if sign.state == signs.WARN]),
        jobs=wishes(),
        waiting=[name for name in wishes() if notes.wished(instance, name)],
        doing=busy.facts.get("doing") if busy else "",
    )


@blueprint.get("/how")
@requires(VIEW_OPERATION)
def how() -> str:
    """How to do at the machine what no page of the office can do."""
    instance = config.current()
    return render_template(
        "office/operation/how.html", folder=instance.folder, fetched=signs.FETCHED, url=instance.public_url
    )


@blueprint.post("/steps/<code>")
@requires(VIEW_OPERATION)
def settle(code: str) -> Response:
    """The school does without a step of setting up, or leaves it as it is."""
    step = next((step for step in steps(config.current()) if step.code == code and step.settle), None)
    if step is None:
        raise NotFound
    settled = sorted({*school.settings()[SETUP_SETTLED], code})
    change_settings(by=actor(), **{SETUP_SETTLED.name: settled})
    return redirect(url_for("office.overview.index"))


def wishes() -> dict[str, LazyString]:
    """The work that may be asked for at once, and what its button says."""
    buttons = {job.name: job.button for room in rooms() for job in room.jobs if job.button}
    return {"backup": lazy("Back up now"), **buttons}


@blueprint.get("/stored")
@requires(EXPORT_STORED)
def stored() -> str:
    """What is stored, how much, how long, and who looked: for the yearly audit."""
    return render_template(
        "office/operation/stored.html",
        tables=storage.tables(),
        people=storage.accesses(),
        head=chain.head(),
        may_erase=account().may(ERASE_COMMENT),
    )


@blueprint.post("/stored")
@requires(EXPORT_STORED)
def export() -> Response:
    """The same as files; that somebody took them is itself in the record."""
    record("stored.exported", "operation:stored", by=actor())
    answer = Response(storage.as_zip(config.current()), content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="audit-{school.today()}.zip"'
    return answer


@blueprint.post("/sentence")
@requires(ERASE_COMMENT)
def erase() -> Response:
    """Erase what was said with a rating, for whoever shows its receipt's code."""
    try:
        erase_comment(by=actor(), code=request.form.get("code", ""))
    except NotFound as problem:
        flash(str(problem), "warn")
        return redirect(url_for(".stored"))
    return done(_("The comment was erased. The rating itself stays."), url_for(".stored"))


@blueprint.post("/<job>")
@requires(VIEW_OPERATION)
def ask(job: str) -> Response:
    """Ask the server to do now what it does by itself."""
    if job not in wishes():
        raise NotFound
    notes.wish(config.current(), job)
    record("operation.asked", f"operation:{job}", by=actor())
    return done(_("It starts within half a minute. Reload this page to see the result."), url_for(".index"))

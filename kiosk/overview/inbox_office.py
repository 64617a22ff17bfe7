"""The inbox: what waits for whoever is signed in, as a page and for machines."""

from flask import Blueprint, Response, jsonify, render_template

from kiosk.core import clock
from kiosk.core.security import requires
from kiosk.core.web import actor
from kiosk.overview.inbox import inbox, told
from kiosk.overview.permissions import ENTER
from kiosk.school import queries as school

blueprint = Blueprint("inbox", __name__)


@blueprint.get("/inbox")
@requires(ENTER)
def index() -> str:
    """What waits for me, and what waits for others and I may see to."""
    duties = inbox(actor())
    return render_template(
        "office/inbox/index.html",
        mine=[duty for duty in duties if duty.mine],
        others=[duty for duty in duties if not duty.mine],
        now=clock.now(),
    )


@blueprint.get("/inbox.json")
@requires(ENTER)
def index_json() -> Response:
    """The same: {at, mine, items: [{key, kind, text, url, due, late, mine, place, detail}]}."""
    duties, now, zone = inbox(actor()), clock.now(), school.zone()
    answer = jsonify(
        at=now.astimezone(zone).isoformat(timespec="seconds"),
        mine=sum(duty.mine for duty in duties),
        items=[told(duty, now, zone) for duty in duties],
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer

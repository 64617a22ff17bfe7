"""The live view: the day's purchases beside the ratings of every counter, as a page, a snapshot, a stream."""

from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as BaseResponse

from kiosk.core.db import give_back_connection
from kiosk.core.i18n import _
from kiosk.core.security import requires
from kiosk.core.snapshots import etag
from kiosk.core.web import account, locale
from kiosk.overview.feed import edition, feed
from kiosk.overview.permissions import ENTER, OFFER_ACKNOWLEDGE, OFFER_WRITE, VIEW_LIVE
from kiosk.ratings.models import LEVELS
from kiosk.school import queries as school
from kiosk.school.settings import TIMEZONE

blueprint = Blueprint("overview", __name__)


@blueprint.get("/")
@requires(ENTER)
def index() -> str | BaseResponse:
    """The live view, complete without JavaScript; with it, it stays up to date. Others see their inbox."""
    if not account().may(VIEW_LIVE):
        return redirect(url_for("office.inbox.index"))
    give_back_connection()
    snapshot = feed().snapshot(edition())
    content = {name: current_app.json.loads(text) for name, text in snapshot.parts.items()}
    by_score = request.args.get("sort") == "score"
    if by_score:
        content["counters"].sort(key=lambda row: row["rank"] or len(content["counters"]) + 1)
    return render_template(
        "office/overview/index.html",
        parts=content,
        by_score=by_score,
        levels=LEVELS,
        comma=_(", "),
        now=school.now(),
        zone=school.settings()[TIMEZONE],
        group=f"{locale()}-{g.sign_in.id}",
        stream=url_for(".live"),
        snapshot=url_for(".live_json"),
        may_acknowledge=account().may_somewhere(OFFER_ACKNOWLEDGE),
        may_write=account().may_somewhere(OFFER_WRITE),
    )


@blueprint.get("/live.json")
@requires(VIEW_LIVE)
def live_json() -> Response:
    """The snapshot; 304 while nothing has changed."""
    give_back_connection()
    snapshot = feed().snapshot(edition())
    answer = make_response(snapshot.text())
    answer.content_type = "application/json"
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Vary"] = "Cookie"
    answer.set_etag(etag(snapshot.token, edition()))
    answer.make_conditional(request)
    return answer


@blueprint.get("/live")
@requires(VIEW_LIVE)
def live() -> Response:
    """The event stream: `snapshot`, then `changed` with the parts that did; `over` when signed out."""
    stream = feed().open(edition(), owner=int(g.sign_in.id))
    answer = Response(stream.body(request.environ), content_type="text/event-stream")
    answer.call_on_close(stream.close)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Accel-Buffering"] = "no"
    return answer

"""The sample school's lunch hour, for everybody who looks at it for the first time."""

from datetime import datetime, timedelta

from flask import Blueprint, Response, jsonify, render_template, request, url_for

from kiosk.core import clock
from kiosk.core.actor import NOBODY
from kiosk.core.errors import NotFound
from kiosk.core.i18n import _
from kiosk.core.web import locale
from kiosk.overview import lunch_hour
from kiosk.overview.parts import parts
from kiosk.overview.queries import Live
from kiosk.ratings.models import LEVELS
from kiosk.school import queries as school
from kiosk.school.settings import SAMPLE, TIMEZONE

blueprint = Blueprint("overview", __name__)


@blueprint.get("/lunch-hour")
def play() -> str:
    """The last school day's lunch in the live view, ten times as fast, marked as a play."""
    began = _milliseconds(clock.now())
    live = _played(began)
    return render_template(
        "overview/play.html",
        parts=parts(live, NOBODY),
        by_score=False,
        levels=LEVELS,
        comma=_(", "),
        now=live.now,
        zone=school.settings()[TIMEZONE],
        group=f"play-{began}",
        stream="",
        snapshot=url_for(".play_json", began=began, lang=locale()),
        speed=lunch_hour.SPEED,
    )


@blueprint.get("/lunch-hour.json")
def play_json() -> Response:
    """How it stands for somebody who began to watch at `began` (milliseconds)."""
    live = _played(request.args.get("began", type=int) or _milliseconds(clock.now()))
    answer = jsonify({"token": "", "at": live.now.isoformat(), "parts": parts(live, NOBODY)})
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _played(began: int) -> Live:
    day = lunch_hour.lunch_day(school.today()) if school.settings()[SAMPLE] else None
    if day is None:
        raise NotFound
    watched = max(0, _milliseconds(clock.now()) - began)
    end = lunch_hour.ends(day)
    moment = lunch_hour.starts(day) + timedelta(milliseconds=min(watched, 86_400_000) * lunch_hour.SPEED)
    return lunch_hour.live(day, min(moment, end))

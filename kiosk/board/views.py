"""The public board: what was bought, how the counters are rated, what is due; what explains it."""

from datetime import date, timedelta

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from kiosk.board import queries
from kiosk.chain import queries as chain
from kiosk.core import clock
from kiosk.core.config import current
from kiosk.core.qr import svg
from kiosk.core.room import is_on
from kiosk.core.web import asset, asset_bundle, behind_https, safe_next
from kiosk.postings import queries as postings
from kiosk.school import queries as school

blueprint = Blueprint("board", __name__)
blueprint.add_app_template_filter(queries.posted_when)
blueprint.add_app_template_filter(queries.at_sight)

WALL_STYLE, WALL_SCRIPT = "css/tokens+base+components+wall.css", "js/board/wall.js"
DAYS_SHOWN = 30
"""Days of the examples on the page of open data."""
THEMES = ("auto", "light", "dark")


def chosen_day() -> date:
    """The day of ?day=, today if it is missing, unreadable or still to come."""
    today = school.today()
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today
    return min(max(day, date(2000, 1, 1)), today)


@blueprint.get("/")
def index() -> str:
    """The board of a day: each section of the rooms above, and what is due."""
    day, today = chosen_day(), school.today()
    is_school_day = school.is_school_day(day)
    return render_template(
        "board/index.html",
        due=[one for one in postings.due(day) if one.posted_at is None],
        late=postings.gathered(postings.late(today)) if day == today else [],
        now=clock.now(),
        head=chain.head(),
        earlier=day - timedelta(days=1),
        later=day + timedelta(days=1) if day < today else None,
        day=day,
        today=today,
        is_today=day == today,
        is_school_day=is_school_day,
    )


@blueprint.get("/wall")
def wall() -> str:
    """The screen on the wall: what every room puts up for today, which turns its pages by itself."""
    day, now, base = school.today(), clock.now(), current().public_url
    offset = school.local(now).utcoffset() or timedelta()
    return render_template(
        "board/wall.html",
        at=now,
        now=int(now.timestamp() * 1000),
        offset=int(offset.total_seconds() // 60),
        version=_wall_version(),
        address=base,
        code=svg(base + url_for("board.index")) if base else None,
        day=day,
        today=day,
        is_today=True,
        is_school_day=school.is_school_day(day),
    )


def _wall_version() -> str:
    """Changes when what a wall's browser holds changes: it then loads the page anew."""
    return f"{asset_bundle(WALL_STYLE)} {asset(WALL_SCRIPT)}"


@blueprint.get("/about-scores")
def about_scores() -> str:
    """How a score is counted, in plain words."""
    counts_meals = is_on(school.MEALS_SERVED)
    return render_template(
        "board/about_scores.html",
        settings=school.settings(),
        counts_meals=counts_meals,
        meals_data=url_for("school_api.table") if counts_meals else "",
    )


@blueprint.get("/privacy")
def privacy() -> str:
    """The notice for pupils and guardians."""
    return render_template("board/privacy.html", settings=school.settings())


@blueprint.get("/data/")
def data() -> str:
    """What is open data, and how to read it."""
    today, base = school.today(), current().public_url or request.host_url.rstrip("/")
    first = today - timedelta(days=DAYS_SHOWN - 1)
    return render_template("board/data.html", today=today, first=first, base=base)


@blueprint.post("/theme")
def theme() -> Response:
    """Choose light, dark or the device's own way, and go back to the page it was chosen on."""
    wish = request.form.get("theme", "auto")
    answer = make_response(redirect(safe_next(request.form.get("next"), url_for("board.index"))))
    answer.set_cookie(
        "theme",
        wish if wish in THEMES else "auto",
        max_age=31536000,
        samesite="Lax",
        httponly=True,
        secure=behind_https(),
    )
    return answer

"""Public pages of purchases: a sheet with its versions, wall posters."""

from datetime import date

from flask import Blueprint, render_template, request, url_for

from kiosk.chain import queries as chain
from kiosk.core.config import current
from kiosk.core.errors import NotFound
from kiosk.core.qr import svg
from kiosk.counters import queries as counters
from kiosk.purchasing import queries
from kiosk.purchasing.corrections import changes_of
from kiosk.purchasing.grid import LABELS
from kiosk.school import queries as school

blueprint = Blueprint("purchasing", __name__)
blueprint.add_app_template_filter(queries.beside)

SIZES = ("a4", "a3")


@blueprint.get("/sheets/<int:sheet_id>")
def sheet(sheet_id: int) -> str:
    """A posted sheet with all its versions; the newest stands first."""
    found = queries.sheet(sheet_id)
    versions = queries.posted_versions(found)
    if not versions:
        raise NotFound
    return render_template(
        "purchasing/sheet.html",
        sheet=found,
        times=queries.times_of([found.id])[found.id],
        versions=[(version, queries.priced(version.lines, found.day)) for version in versions],
        corrections={change.version.id: change for change in changes_of(versions)},
        labels=LABELS,
    )


@blueprint.get("/print/day")
def poster() -> str:
    """A day's purchases of a canteen as a wall poster, A4 or A3."""
    day = _day(request.args.get("day"))
    canteen = counters.canteen(request.args["canteen"]) if request.args.get("canteen") else None
    sheets = queries.posted(day, canteen.id if canteen else None)
    base = current().public_url
    address = base + url_for("board.index", day=day) if base else None
    return render_template(
        "purchasing/poster.html",
        day=day,
        sheets=sheets,
        corrections={posted.sheet.id: changes_of(queries.posted_versions(posted.sheet)) for posted in sheets},
        labels=LABELS,
        is_school_day=school.is_school_day(day),
        canteen=canteen,
        size=request.args.get("size") if request.args.get("size") in SIZES else "a4",
        head=chain.head(),
        address=address,
        record_url=base + url_for("chain.index") if base else None,
        code=svg(address) if address else None,
    )


def _day(text: str | None) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return school.today()

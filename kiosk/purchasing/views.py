"""Public pages of purchases: a day's poster for the wall."""

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.chain import queries as chain
from kiosk.core.config import current
from kiosk.core.errors import NotFound
from kiosk.core.qr import svg
from kiosk.counters import queries as counters
from kiosk.postings import queries as postings
from kiosk.purchasing import queries
from kiosk.school import queries as school

blueprint = Blueprint("purchasing", __name__)
blueprint.add_app_template_filter(queries.beside)
blueprint.add_app_template_filter(queries.beside_contract)

SIZES = ("a4", "a3")


@blueprint.get("/sheets/<int:number>")
def sheet(number: int) -> Response:
    """The address of a sheet on posters printed before it was a posting."""
    posting = queries.led_to(number)
    if not posting.versions:
        raise NotFound
    return redirect(url_for("postings.posting", number=posting.id))


@blueprint.get("/print/day")
def poster() -> str:
    """A day's purchases of a canteen as a wall poster, A4 or A3."""
    day = _day(request.args.get("day"))
    canteen = counters.canteen(request.args["canteen"]) if request.args.get("canteen") else None
    sheets = queries.posted(day, *([canteen.id] if canteen else []))
    base = current().public_url
    address = base + url_for("board.index", day=day) if base else None
    return render_template(
        "purchasing/poster.html",
        day=day,
        sheets=sheets,
        asked={one.sheet.id: postings.questions_on(postings.posted(one.sheet.id)) for one in sheets},
        changes={
            one.sheet.id: postings.differences(postings.posted(one.sheet.id).versions) for one in sheets
        },
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

"""Figures of one's own canteens and counters as files for Excel and WPS."""

from typing import Any

from flask import Blueprint, Response, render_template

from kiosk.commitments import queries as commitments
from kiosk.core import actor as core
from kiosk.core import open_data as edge
from kiosk.core.errors import NotFound
from kiosk.core.security import SOMEWHERE, requires
from kiosk.core.tabular import write_csv, write_xlsx
from kiosk.core.web import actor
from kiosk.counters.queries import places
from kiosk.overview import figures
from kiosk.overview.permissions import EXPORT_FIGURES
from kiosk.school import queries as school

blueprint = Blueprint("figures", __name__, url_prefix="/figures")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _at(place: str, **_file: str) -> core.Place:
    return commitments.where(commitments.place_named(place))


@blueprint.get("/")
@requires(EXPORT_FIGURES, SOMEWHERE)
def index() -> str:
    """The places whose figures the account may fetch; ?from= and ?to= are asked with the file."""
    own = [(code, label) for code, at, label in places() if actor().may(EXPORT_FIGURES, at)]
    first, last = edge.span(school.today())
    return render_template(
        "office/figures/index.html", places=own, kinds=figures.kinds(), first=first, last=last
    )


@blueprint.get("/<place>/<any(ratings, cases, commitments):what>.<any(csv, xlsx):form>")
@requires(EXPORT_FIGURES, _at)
def file(place: str, what: str, form: str) -> Response:
    """One kind of figures of one place, from a day to a day. Another's place is refused (403)."""
    kind = figures.kinds().get(what)
    if kind is None:
        raise NotFound
    first, last = edge.span(school.today())
    heads = [str(head) for head in kind.heads]
    rows: list[list[Any]] = list(kind.rows(commitments.place_named(place), first, last))
    if form == "csv":
        answer = Response(write_csv(heads, rows), content_type="text/csv; charset=utf-8")
    else:
        answer = Response(write_xlsx(str(kind.label), heads, rows), content_type=XLSX)
    name = f"{what}_{place.replace(':', '-')}_{first}_{last}.{form}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer

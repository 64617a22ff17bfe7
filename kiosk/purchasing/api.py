"""Open data of purchases."""

from typing import Any

from flask import Blueprint, Response

from kiosk.core import open_data as edge
from kiosk.purchasing.open_data import COLUMNS, posted_lines
from kiosk.school import queries as school

blueprint = Blueprint("purchasing_api", __name__)


@blueprint.get("/data/purchases.csv")
def purchases_csv() -> Response | str:
    """Posted lines of ?from= … ?to= as CSV."""
    first, last = edge.span(school.today())
    rows = ([_cell(line[name]) for name, _ in COLUMNS] for line in posted_lines(first, last))
    return edge.answer_csv(f"purchases_{first}_{last}", [label for _, label in COLUMNS], rows)


@blueprint.get("/data/purchases.json")
def purchases_json() -> Response:
    """The same as JSON."""
    first, last = edge.span(school.today())
    return edge.answer_json(first, last, "purchases", posted_lines(first, last))


def _cell(value: Any) -> Any:
    """In a table yes is 是, and no is nothing, so that what was posted later catches the eye."""
    return ("是" if value else "") if isinstance(value, bool) else value

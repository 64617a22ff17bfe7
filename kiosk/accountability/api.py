"""Open data of accountability: /data/accountability.csv and .json. Counts, and nobody's name."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import Blueprint, Response

from kiosk.accountability import queries
from kiosk.core import open_data as edge
from kiosk.school import queries as school

blueprint = Blueprint("accountability_api", __name__)

COLUMNS = (("term", "学期"), ("post", "岗位"), ("entries", "责任追究条数"), ("decided", "其中已处理"))
"""Names of the columns in JSON and CSV."""
YEAR = 366


@blueprint.get("/data/accountability.csv")
def table() -> Response | str:
    """Entries by term and post, of what was due from ?from= to ?to=; without dates of the last year."""
    first, last = edge.span(school.today(), default_days=YEAR)
    rows = (list(row.values()) for row in _rows(first, last))
    return edge.answer_csv(f"accountability_{first}_{last}", [label for _name, label in COLUMNS], rows)


@blueprint.get("/data/accountability.json")
def objects() -> Response:
    """The same as JSON."""
    first, last = edge.span(school.today(), default_days=YEAR)
    return edge.answer_json(first, last, "accountability", _rows(first, last))


def _rows(first: date, last: date) -> Iterator[dict[str, Any]]:
    for one in queries.counts(first, last):
        cells = (one.term, str(one.post), one.entries, one.decided)
        yield {name: cell for (name, _label), cell in zip(COLUMNS, cells, strict=True)}

"""Open data of the budget: /data/budget.csv and .json."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, request

from kiosk.budgets import queries
from kiosk.budgets.models import PLANNED
from kiosk.core import open_data as edge
from kiosk.school import queries as school
from kiosk.school.models import Term

blueprint = Blueprint("budgets_api", __name__)

COLUMNS = (
    ("term", "学期"),
    ("line", "项目编号"),
    ("name", "预算项目"),
    ("name_en", "英文名"),
    ("class", "品类"),
    ("earmarked", "专款专用"),
    ("purpose", "用途"),
    ("planned", "预算数（元）"),
    ("committed", "占用（元）"),
    ("spent", "支出（元）"),
    ("available", "可用（元）"),
    ("allowed", "例外准许（元）"),
    ("exceptions", "例外及理由"),
)
"""Names of the columns in JSON and CSV."""


@blueprint.get("/data/budget.csv")
def table() -> Response | str:
    """Each line of a term's budget (?term=) with its figures and exceptions."""
    term = queries.shown_term(request.args.get("term"))
    rows = (list(row.values()) for row in _rows(term))
    name = f"budget_{term.starts}" if term else "budget"
    return edge.answer_csv(name, [label for _name, label in COLUMNS], rows)


@blueprint.get("/data/budget.json")
def objects() -> Response:
    """The same as JSON."""
    term = queries.shown_term(request.args.get("term"))
    first, last = (term.starts, term.ends) if term else (school.today(), school.today())
    return edge.answer_json(first, last, "budget", _rows(term))


def _rows(term: Term | None) -> Iterator[dict[str, Any]]:
    exceptions: dict[int, list[str]] = {}
    for one in queries.told_exceptions(term.id) if term else ():
        said = f"{one.row.title} {PLANNED.plain(one.row.amount)} {one.row.reason}"
        exceptions.setdefault(one.row.line_id, []).append(said)
    for line in queries.positions(term.id) if term else ():
        figures = (getattr(line, name) for name in ("planned", "committed", "spent", "available", "allowed"))
        cells = (
            term.name if term else "",
            line.line,
            line.name,
            line.name_en,
            line.item_class,
            line.earmarked,
            line.purpose,
            *map(PLANNED.plain, figures),
            "；".join(exceptions.get(line.line, ())),
        )
        yield dict(zip((name for name, _label in COLUMNS), cells, strict=True))

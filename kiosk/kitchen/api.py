"""Open data of the kitchen: /data/daily-control.csv and .json."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response

from kiosk.core import open_data as edge
from kiosk.counters import queries as counters
from kiosk.kitchen import queries
from kiosk.kitchen.doors import gate
from kiosk.school import queries as school

blueprint = Blueprint("kitchen_api", __name__)
blueprint.before_request(gate(queries.DAILY_CONTROL))

COLUMNS = (
    ("canteen", "食堂编号"),
    ("name", "食堂"),
    ("day", "日期"),
    ("state", "状态"),
    ("entered_at", "登记时间"),
    ("post", "登记岗位"),
    ("entries", "登记次数"),
    ("found", "发现问题数"),
)
"""Names of the columns in JSON and CSV."""
MOST = timedelta(days=366 * 3)


@blueprint.get("/data/daily-control.csv")
def table() -> Response | str:
    """A row for each canteen and day that was due from ?from= to ?to=."""
    first, last = edge.span(school.today())
    rows = (["" if cell is None else cell for cell in row.values()] for row in _rows(first, last))
    return edge.answer_csv(f"daily-control_{first}_{last}", [label for _name, label in COLUMNS], rows)


@blueprint.get("/data/daily-control.json")
def objects() -> Response:
    """The same as JSON."""
    first, last = edge.span(school.today())
    return edge.answer_json(first, last, "daily_control", _rows(first, last))


def _rows(first: date, last: date) -> Iterator[dict[str, Any]]:
    last = min(last, school.today())
    first = max(first, last - MOST)
    for canteen in counters.canteens(everything=True):
        for one in queries.days(canteen, first, last):
            if one.state == "rest":
                continue
            entry = one.first
            at = school.local(entry.at).isoformat(timespec="seconds") if entry else None
            cells = (
                canteen.code,
                canteen.name,
                one.day.isoformat(),
                one.state,
                at,
                queries.post_of(entry.person, one.day) if entry else None,
                len(one.entries),
                one.found,
            )
            yield dict(zip((name for name, _label in COLUMNS), cells, strict=True))

"""Open data of meals served: /data/meals.csv and .json."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response

from kiosk.core import open_data as edge
from kiosk.core.errors import NotFound
from kiosk.core.room import is_on
from kiosk.school import queries

blueprint = Blueprint("school_api", __name__)

COLUMNS = (
    ("day", "日期"),
    ("canteen", "食堂编号"),
    ("canteen_name", "食堂"),
    ("meal", "餐次编号"),
    ("meal_name", "餐次"),
    ("number", "供餐份数"),
    ("source", "来源"),
    ("version", "版本"),
    ("entered_at", "录入时间"),
    ("earlier", "此前录入"),
)
"""Names of the columns in JSON and CSV; `earlier` are the numbers that were entered before."""


@blueprint.get("/data/meals.csv")
def table() -> Response | str:
    """How many meals were served on the days from ?from= to ?to=."""
    first, last, rows = _asked()
    cells = (
        [" ".join(map(str, cell)) if isinstance(cell, list) else cell for cell in row.values()]
        for row in rows
    )
    return edge.answer_csv(f"meals_{first}_{last}", [label for _name, label in COLUMNS], cells)


@blueprint.get("/data/meals.json")
def objects() -> Response:
    """The same as JSON."""
    first, last, rows = _asked()
    return edge.answer_json(first, last, "meals", rows)


def _asked() -> tuple[Any, Any, Iterator[dict[str, Any]]]:
    if not is_on(queries.MEALS_SERVED):
        raise NotFound
    first, last = edge.span(queries.today())
    return first, last, _rows(first, last)


def _rows(first: Any, last: Any) -> Iterator[dict[str, Any]]:
    canteens = {one.code: one.label for one in queries.canteens()}
    meals = {meal.code: meal.name for meal in queries.meals()}
    for slot, versions in queries.served_versions(first, last).items():
        *before, now = versions
        cells = (
            slot.day.isoformat(),
            slot.canteen,
            canteens.get(slot.canteen, slot.canteen),
            slot.meal,
            meals.get(slot.meal, slot.meal),
            now.number,
            now.source,
            now.version,
            queries.local(now.entered_at).isoformat(timespec="seconds"),
            ["-" if one.number is None else one.number for one in before],
        )
        yield dict(zip((name for name, _label in COLUMNS), cells, strict=True))

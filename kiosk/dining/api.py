"""Open data of shared meals: /data/shared-meals.csv and .json, and the feed."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from flask import Blueprint, Response, render_template

from kiosk.core import feeds
from kiosk.core import open_data as edge
from kiosk.core.config import current
from kiosk.dining import queries
from kiosk.dining.models import MARKS
from kiosk.dining.queries import Entry, Sitting
from kiosk.school import queries as school
from kiosk.school.settings import INSTANCE_ID

blueprint = Blueprint("dining_api", __name__)

COLUMNS = (
    ("day", "日期"),
    ("canteen", "食堂编号"),
    ("canteen_name", "食堂"),
    ("meal", "餐次编号"),
    ("meal_name", "餐次"),
    ("state", "情况"),
    ("rostered", "轮值"),
    ("rostered_before", "原轮值"),
    ("role", "身份"),
    ("who", "陪餐人"),
    ("dishes", "菜品"),
    ("looks", "色形"),
    ("taste", "口味"),
    ("portion", "份量"),
    ("temperature", "温度"),
    ("hygiene", "卫生"),
    ("words", "学生意见"),
    ("paid", "付费（元）"),
    ("entered_at", "录入时间"),
    ("late", "补登"),
    ("amended_at", "更正时间"),
)
"""Names of the columns in JSON and CSV. A meal without an entry has one row, one with several has as many."""

FED = timedelta(days=14)
"""So far back the feed goes."""
MOST, AHEAD = timedelta(days=366 * 3), timedelta(days=366)
"""So many days are answered at once, and so far ahead the roster can reach."""


@blueprint.get("/data/shared-meals.csv")
def table() -> Response | str:
    """Every meal from ?from= to ?to=: whose turn it was, who came, and where nobody did."""
    first, last = _span()
    rows = (["" if cell is None else cell for cell in row.values()] for row in _rows(first, last))
    return edge.answer_csv(f"shared-meals_{first}_{last}", [label for _name, label in COLUMNS], rows)


@blueprint.get("/data/shared-meals.json")
def objects() -> Response:
    """The same as JSON."""
    first, last = _span()
    return edge.answer_json(first, last, "shared_meals", _rows(first, last))


def _span() -> tuple[date, date]:
    """The days asked for, of so many years at once: nobody keeps the school busy with all the others."""
    first, last = edge.span(school.today())
    last = min(last, max(first, school.today() + AHEAD))
    return (first if last - first <= MOST else last - MOST), last


def _rows(first: date, last: date) -> Iterator[dict[str, Any]]:
    for one in queries.sittings(first, last):
        for entry in one.entries or [None]:  # type: ignore[list-item]
            cells = (*_of_meal(one), *(_of_entry(entry) if entry else (None,) * 13))
            yield dict(zip((name for name, _label in COLUMNS), cells, strict=True))


def _of_meal(one: Sitting) -> tuple[Any, ...]:
    slot = one.slot
    return (
        slot.day.isoformat(),
        one.canteen.code,
        one.canteen.name,
        slot.meal,
        one.meal,
        one.state,
        queries.face(one.turn),
        " ".join(map(queries.face, one.replaced)),
    )


def _of_entry(entry: Entry) -> tuple[Any, ...]:
    row, zone = entry.row, school.local
    return (
        row.role,
        entry.name,
        entry.dishes,
        *(getattr(row, name) for name in MARKS),
        entry.words,
        None if row.paid is None else f"{row.paid / 100:.2f}",
        zone(entry.first_at).isoformat(timespec="seconds"),
        entry.is_late,
        zone(row.written_at).isoformat(timespec="seconds") if entry.before else None,
    )


@blueprint.get("/feeds/shared-meals.atom")
def feed() -> Response:
    """What was entered at the table in two weeks, and the meals at which nobody ate with the pupils."""
    today = school.today()
    found = sorted(queries.entries(today - FED, today), key=lambda entry: entry.row.written_at, reverse=True)
    text = render_template(
        "dining/feed.xml",
        entries=found,
        gaps=queries.gaps(today - FED, today),
        meal_name=queries.meal_name,
        urn=partial(feeds.urn, school.settings()[INSTANCE_ID]),
        midnight=lambda day: datetime.combine(day, time.max, school.zone()).isoformat(timespec="seconds"),
        base=current().public_url or "",
    )
    return feeds.answer(text)

"""Open data of rounds: /data/rounds.csv and .json. Nobody is named: a round has the post whose it is."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response

from kiosk.cases import queries as cases
from kiosk.core import open_data as edge
from kiosk.inspections import queries
from kiosk.inspections.lines import CELSIUS, MINUTES, PEOPLE
from kiosk.inspections.models import RoundPlanVersion
from kiosk.inspections.queries import STANDINGS, Entry, Told
from kiosk.school import queries as school

blueprint = Blueprint("inspections_api", __name__)

FOUND = ("未整改", "已整改待核实", "已核实", "不属实")
COLUMNS = (
    ("day", "日期"),
    ("plan", "计划编号"),
    ("round", "巡查"),
    ("place", "地点编号"),
    ("place_name", "地点"),
    ("slot", "时段编号"),
    ("slot_name", "时段"),
    ("post", "岗位"),
    ("state", "情况"),
    ("arrived_at", "送达时间"),
    ("minutes", "用时（分钟）"),
    ("presence", "到场"),
    ("on_duty", "当班人员自查"),
    ("queue", "排队人数"),
    ("wait", "等候（分钟）"),
    ("temperature", "水温（℃）"),
    ("findings", "发现问题"),
    *((f"findings_{code}", label) for code, label in zip(STANDINGS, FOUND, strict=True)),
)
"""Names of the columns in JSON and CSV. Each round that was due has a row, and each that was made besides."""

MOST = timedelta(days=366)
"""So many days are answered at once."""


@blueprint.get("/data/rounds.csv")
def table() -> Response | str:
    """Every round from ?from= to ?to=: made, late, missed or besides; what was counted and found."""
    first, last = _span()
    rows = (["" if cell is None else cell for cell in row.values()] for row in _rows(first, last))
    return edge.answer_csv(f"rounds_{first}_{last}", [label for _name, label in COLUMNS], rows)


@blueprint.get("/data/rounds.json")
def objects() -> Response:
    """The same as JSON."""
    first, last = _span()
    return edge.answer_json(first, last, "rounds", _rows(first, last))


def _span() -> tuple[date, date]:
    first, last = edge.span(school.today())
    last = min(last, max(first, school.today()))
    return (first if last - first <= MOST else last - MOST), last


def _rows(first: date, last: date) -> Iterator[dict[str, Any]]:
    entries = queries.with_besides(first, last)
    told = queries.told_of([one.made.checked_id for one in entries if one.made])
    for one in entries:
        made = told[one.made.checked_id] if one.made else None
        cells = (*_of_plan(one), *(_of_made(made) if made else (None,) * 12))
        yield dict(zip((name for name, _label in COLUMNS), cells, strict=True))


def _of_plan(one: Entry) -> tuple[Any, ...]:
    due = one.occurrence
    return (
        due.day.isoformat(),
        due.version.plan_id,
        due.version.name,
        due.version.subject,
        cases.public_label(due.version.subject),
        due.slot,
        queries.slot_label(due.slot),
        _post(due.version),
        one.state,
    )


def _post(version: RoundPlanVersion) -> str | None:
    """The post or team whose round it is, or the code of the role; of a person nothing."""
    return None if version.person_id else queries.who_label(version, {})


def _of_made(made: Told) -> tuple[Any, ...]:
    return (
        school.local(made.received_at).isoformat(timespec="seconds"),
        None if made.seconds is None else round(made.seconds / 60, 1),
        made.presence,
        made.on_duty,
        *(
            None if (most := made.numbers.get(unit)) is None else most / 10
            for unit in (PEOPLE, MINUTES, CELSIUS)
        ),
        sum(made.findings.values()),
        *(made.findings.get(code, 0) for code in STANDINGS),
    )

"""Open data of cases: /data/cases.csv and .json."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, url_for

from kiosk.cases import queries
from kiosk.cases.queries import Public
from kiosk.core import open_data as edge
from kiosk.core.config import current
from kiosk.core.i18n import Text, lazy
from kiosk.school import queries as school

blueprint = Blueprint("cases_api", __name__)

COLUMNS: dict[str, Text] = {
    "number": lazy("Case no."),
    "kind": lazy("Kind"),
    "subject": lazy("What it is about"),
    "subject_code": lazy("Code"),
    "day": lazy("Day"),
    "meal": lazy("Meal"),
    "state": lazy("State"),
    "severity": lazy("How grave"),
    "due": lazy("Due"),
    "late": lazy("Late"),
    "was_late": lazy("Late before it was opened again"),
    "answered": lazy("Answered"),
    "told": lazy("Asker told"),
    "closed": lazy("Closed"),
    "outcome": lazy("How it ended"),
    "planned": lazy("Planned until"),
    "reopened": lazy("Reopened"),
    "voices": lazy("Voices"),
    "again_of": lazy("Again after"),
    "asked": lazy("What was asked"),
    "answer": lazy("Answer"),
    "corrections": lazy("Corrections"),
    "url": lazy("Address"),
    "asked_by": lazy("In whose words"),
}


@blueprint.get("/data/cases.csv")
def table() -> Response | str:
    """The cases about the days ?from= to ?to=, as CSV."""
    first, last = edge.span(school.today())
    rows = ([_cell(value) for value in row.values()] for row in _rows(queries.between(first, last)))
    return edge.answer_csv(f"cases_{first}_{last}", [str(label) for label in COLUMNS.values()], rows)


@blueprint.get("/data/cases.json")
def objects() -> Response:
    """The same as JSON."""
    first, last = edge.span(school.today())
    return edge.answer_json(first, last, "cases", _rows(queries.between(first, last)))


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "是" if value else ""
    if isinstance(value, list):
        return "\n".join(value)
    return "" if value is None else value


def _rows(found: Iterator[Public]) -> Iterator[dict[str, Any]]:
    base = current().public_url or ""
    for one in found:
        case = one.case
        yield {
            "number": case.id,
            "kind": case.kind,
            "subject": queries.public_label(case.subject),
            "subject_code": case.subject,
            "day": case.day.isoformat(),
            "meal": case.meal,
            "state": case.state,
            "severity": case.severity,
            "due": case.due_on.isoformat() if case.due_on else None,
            "late": queries.is_late(case),
            "was_late": any(before.late for before in one.earlier),
            "answered": _day(case.answered_at),
            "told": _day(case.told_at),
            "closed": _day(case.closed_at),
            "outcome": case.outcome or None,
            "planned": case.planned_on.isoformat() if case.planned_on else None,
            "reopened": case.reopened,
            "voices": case.voices,
            "again_of": case.again_of_id,
            "asked": one.asked or None,
            "answer": one.answer or None,
            "corrections": list(one.corrections),
            "url": base + url_for("cases.case", number=case.id),
            "asked_by": one.asked_by or None,
        }


def _day(moment: datetime | None) -> str | None:
    return school.local(moment).date().isoformat() if moment else None

"""Open data of postings: /data/<kind>.csv and .json."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response

from kiosk.core import open_data as edge
from kiosk.core.i18n import Text, lazy
from kiosk.postings import queries
from kiosk.postings.queries import Kind, Posted
from kiosk.postings.queries.contents import data_of
from kiosk.school import queries as school

blueprint = Blueprint("postings_api", __name__)

BEFORE: dict[str, Text] = {
    "posting": lazy("Posting no."),
    "version": lazy("Version"),
    "canteen": lazy("Canteen"),
    "counter": lazy("Counter"),
    "period": lazy("For"),
}
AFTER: dict[str, Text] = {
    "posted_at": lazy("In force since"),
    "first_posted_at": lazy("First posted"),
    "posted_later": lazy("Posted later"),
    "withdrawn_at": lazy("Withdrawn"),
    "withdrawn_because": lazy("Withdrawn because"),
}


@blueprint.get("/data/<slug>.csv")
def table(slug: str) -> Response | str:
    """What was first posted from ?from= to ?to=, each row of the version in force, as CSV."""
    kind = queries.kind_in_use(slug)
    first, last = edge.span(school.today())
    labels = kind.data.columns if kind.data else _labels(kind)
    rows = ([_cell(row[name]) for name in labels] for row in _of_days(kind, first, last))
    return edge.answer_csv(f"{slug}_{first}_{last}", [str(label) for label in labels.values()], rows)


@blueprint.get("/data/<slug>.json")
def objects(slug: str) -> Response:
    """The same as JSON."""
    kind = queries.kind_in_use(slug)
    first, last = edge.span(school.today())
    return edge.answer_json(first, last, slug, _of_days(kind, first, last))


def _of_days(kind: Kind, first: date, last: date) -> Iterator[dict[str, Any]]:
    return kind.data.rows(first, last) if kind.data else _rows(kind, queries.of_days(kind, first, last))


def _labels(kind: Kind) -> dict[str, Text]:
    own = {one.name: one.label for one in (*kind.facts, *kind.shown_columns)}
    nothing = {"nothing": lazy("Nothing to post")} if kind.may_be_nothing else {}
    return {**BEFORE, **own, **nothing, **AFTER}


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "是" if value else ""
    return "" if value is None else value


def _rows(kind: Kind, found: list[Posted]) -> Iterator[dict[str, Any]]:
    for posted in found:
        around = _around(posted)
        if posted.posting.withdrawal:
            yield dict.fromkeys(_labels(kind)) | around
            continue
        fields = {one.name: data_of(one, value) for one, value in posted.in_force.fields}
        if posted.kind.may_be_nothing:
            fields["nothing"] = posted.in_force.is_nothing
        for row in posted.in_force.rows or [{}]:
            cells = {one.name: data_of(one, row.get(one.name)) for one in kind.shown_columns}
            yield {**dict.fromkeys(_labels(kind)), **around, **fields, **cells}


def _around(posted: Posted) -> dict[str, Any]:
    posting, gone = posted.posting, posted.posting.withdrawal
    return {
        "posting": posting.id,
        "version": posted.in_force.row.version,
        "canteen": posting.canteen.name if posting.canteen else None,
        "counter": posting.counter.name if posting.counter else None,
        "period": posting.period or None,
        "posted_at": _iso(posted.in_force.row.posted_at),
        "first_posted_at": _iso(posted.first_at),
        "posted_later": posted.times.is_later,
        "withdrawn_at": _iso(gone.withdrawn_at) if gone else None,
        "withdrawn_because": gone.reason if gone else None,
    }


def _iso(moment: datetime) -> str:
    return school.local(moment).isoformat(timespec="seconds")

"""Open data of postings: /data/<kind>.csv and .json."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, url_for

from kiosk.core import open_data as edge
from kiosk.core.config import current
from kiosk.postings import queries
from kiosk.postings.attached import address_of
from kiosk.postings.data_columns import labels_of
from kiosk.postings.queries import Kind, Posted
from kiosk.postings.queries.contents import data_of
from kiosk.school import queries as school

blueprint = Blueprint("postings_api", __name__)


@blueprint.get("/data/<slug>.csv")
def table(slug: str) -> Response | str:
    """What was first posted from ?from= to ?to=, each row of the version in force, as CSV."""
    kind = queries.kind_in_use(slug)
    first, last = edge.span(school.today())
    labels = labels_of(kind)
    rows = ([_cell(row[name]) for name in labels] for row in _of_days(kind, first, last))
    heads = [str(label) for label in labels.values()]
    return edge.answer_csv(f"{slug}_{first}_{last}", heads, rows, changed=queries.changed_at([kind]))


@blueprint.get("/data/<slug>.json")
def objects(slug: str) -> Response:
    """The same as JSON."""
    kind = queries.kind_in_use(slug)
    first, last = edge.span(school.today())
    return edge.answer_json(
        first, last, slug, _of_days(kind, first, last), changed=queries.changed_at([kind])
    )


def _of_days(kind: Kind, first: date, last: date) -> Iterator[dict[str, Any]]:
    if kind.data:
        return kind.data.rows(first, last)
    return _rows(kind, queries.each_of_days(kind, first, last))


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "是" if value else ""
    if isinstance(value, list):
        return "\n".join(f"{one['name'] or '—'} {one['url'] or ''}".strip() for one in value)
    return "" if value is None else value


def _rows(kind: Kind, found: Iterable[Posted]) -> Iterator[dict[str, Any]]:
    for posted in found:
        around = _around(posted)
        if posted.posting.withdrawal:
            around["attachments"] = []
            yield dict.fromkeys(labels_of(kind)) | around
            continue
        fields = {one.name: data_of(one, value) for one, value in posted.in_force.fields}
        if posted.kind.may_be_nothing:
            fields["nothing"] = posted.in_force.is_nothing
        for number, row in enumerate(posted.in_force.rows or [{}], 1):
            cells = {one.name: data_of(one, row.get(one.name)) for one in kind.shown_columns}
            yield {
                **dict.fromkeys(labels_of(kind)),
                **around,
                **fields,
                **cells,
                **({"line": number} if kind.columns else {}),
            }


def _around(posted: Posted) -> dict[str, Any]:
    posting, gone = posted.posting, posted.posting.withdrawal
    return {
        "posting": posting.id,
        "version": posted.in_force.row.version,
        "canteen": posting.canteen.name if posting.canteen else None,
        "counter": posting.counter.name if posting.counter else None,
        "period": posting.period or None,
        "attachments": [_attachment(posted, one) for one in posted.in_force.attachments],
        "posted_at": _iso(posted.in_force.row.posted_at),
        "first_posted_at": _iso(posted.first_at),
        "posted_later": posted.times.is_later,
        "withdrawn_at": _iso(gone.withdrawn_at) if gone else None,
        "withdrawn_because": gone.reason if gone else None,
        "url": (current().public_url or "") + url_for("postings.posting", number=posting.id),
    }


def _attachment(posted: Posted, one: queries.Attached) -> dict[str, Any]:
    return {
        "name": one.name or None,
        "url": address_of(posted, one) if one.name else None,
        "sha256": one.digest,
    }


def _iso(moment: datetime) -> str:
    return school.local(moment).isoformat(timespec="seconds")

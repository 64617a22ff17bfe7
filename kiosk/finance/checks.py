"""Whether fees stand as the record, and what is posted of them, say."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select

from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import Finding, KnownHead, read_body
from kiosk.core.db import session
from kiosk.finance.models import AgencyClosing, AgencyItem, FeeCollection, FeeItem
from kiosk.finance.names import AGENCY_FEES, FEES, key_of
from kiosk.finance.services.typed import FIGURES
from kiosk.postings.models import Posting

MARKS: dict[Any, tuple[str, tuple[str, ...]]] = {
    FeeCollection: ("fee.collected", ("version", "standard", "times", "amount", "day")),
    AgencyClosing: ("agency.closed", ("version", *FIGURES, "carried")),
}
"""By table: the action of its entries, and the columns that an entry tells."""
LISTS = {FeeItem: (FEES, {"standard": "amount"}), AgencyItem: (AGENCY_FEES, dict.fromkeys(FIGURES, ""))}
"""By table: the kind whose versions it repeats, and its figures with what a version calls them otherwise."""


def recount() -> Iterator[Finding]:
    """Marks and closings against their entries, lists against the versions in force."""
    for table in MARKS:
        yield from _of_marks(table)
    for table in LISTS:
        yield from _of_list(table)


def _of_marks(table: Any) -> Iterator[Finding]:
    action, columns = MARKS[table]
    for row in session.scalars(select(table).order_by(table.id)):
        entry = session.get(ChainEntry, row.chain_seq)
        body = read_body(entry.body) if entry else {}
        told = body.get("after") or {}
        if (body.get("subject"), body.get("action")) != (f"posting:{row.posting_id}", action):
            yield Finding(table.__tablename__, str(row.id), "unknown")
            continue
        stored = {"item": row.name, "whom": row.whom, **{name: getattr(row, name) for name in columns}}
        wrong = [name for name, value in stored.items() if _plain(value) != _plain(told.get(name))]
        if wrong:
            yield Finding(table.__tablename__, str(row.id), "altered", ", ".join(wrong))


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def _of_list(table: Any) -> Iterator[Finding]:
    slug, figures = LISTS[table]
    stored: dict[int, dict[str, list[Any]]] = {}
    for row in session.scalars(select(table)):
        stored.setdefault(row.posting_id, {})[row.key] = [getattr(row, name) for name in figures]
    for posting in session.scalars(select(Posting).where(Posting.kind == slug).order_by(Posting.id)):
        content = json.loads(posting.versions[0].content) if posting.versions else {"rows": []}
        rows = [] if posting.withdrawal else content["rows"]
        told = {
            key_of(row["item"], row["whom"]): [row[other or name] for name, other in figures.items()]
            for row in rows
        }
        if stored.get(posting.id, {}) != told:
            yield Finding(
                table.__tablename__, str(posting.id), "altered", _differing(stored.get(posting.id, {}), told)
            )


def _differing(own: Mapping[str, Any], told: Mapping[str, Any]) -> str:
    return ", ".join(sorted(key for key in {*own, *told} if own.get(key) != told.get(key)))


def heads() -> Iterator[KnownHead]:
    """The entries that marks and closings point to."""
    for table in MARKS:
        for number, seq in session.execute(select(table.id, table.chain_seq)):
            yield KnownHead(seq, "", f"{table.__tablename__} {number}")

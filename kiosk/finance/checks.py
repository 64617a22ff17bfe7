"""Whether fees stand as the record, and what is posted of them, say."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import select

from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import Finding, KnownHead, read_body, texts_of
from kiosk.core.db import session
from kiosk.finance.models import AgencyClosing, AgencyItem, FeeCollection, FeeItem, FeeName
from kiosk.finance.names import AGENCY_FEES, FEES, key_of, plain
from kiosk.finance.services.typed import FIGURES
from kiosk.postings.models import Posting

COLLECTED, TAKEN_BACK, NAMED = "fee.collected", "fee.taken_back", "fee.named"
CLOSED, REOPENED = "agency.closed", "agency.reopened"
ACTIONS = (COLLECTED, TAKEN_BACK, NAMED, CLOSED, REOPENED)
MARKS: dict[Any, tuple[str, tuple[str, ...]]] = {
    FeeCollection: (COLLECTED, ("version", "standard", "times", "amount", "day")),
    AgencyClosing: (CLOSED, ("version", *FIGURES, "carried")),
}
"""By table: the action of its entries, and the columns that an entry tells."""
LISTS = {FeeItem: (FEES, {"standard": "amount"}), AgencyItem: (AGENCY_FEES, dict.fromkeys(FIGURES, ""))}
"""By table: the kind whose versions it repeats, and its figures with what a version calls them otherwise."""


def recount() -> Iterator[Finding]:
    """Marks and closings against their entries, lists against the versions in force, names as last said."""
    told = _told()
    for table in MARKS:
        yield from _of_marks(table, told)
    for table in LISTS:
        yield from _of_list(table)
    yield from _of_names(told)


class Told(NamedTuple):
    """An entry of the record about fees."""

    seq: int
    subject: str
    action: str
    before: dict[str, Any]
    after: dict[str, Any]

    @property
    def which(self) -> tuple[str, str, str]:
        """Of which item of which posting it tells."""
        return self.subject, str(self.after.get("item")), str(self.after.get("whom"))


def _told() -> list[Told]:
    """Everything that the record tells of fees, in order."""
    query = select(ChainEntry.seq, ChainEntry.subject, ChainEntry.action, ChainEntry.body)
    query = query.where(ChainEntry.action.in_(ACTIONS)).order_by(ChainEntry.seq)
    found = []
    for seq, subject, action, body in session.execute(query):
        said = read_body(body)
        found.append(Told(seq, subject, action, said.get("before") or {}, said.get("after") or {}))
    return found


def _of_marks(table: Any, told: list[Told]) -> Iterator[Finding]:
    action, columns = MARKS[table]
    entries = {one.seq: one for one in told if one.action == action}
    ended = _taken_back(told) if table is FeeCollection else _reopened(told)
    accounts = {seq: {one.text for one in texts} for seq, texts in texts_of(entries).items()}
    for row in session.scalars(select(table).order_by(table.id)):
        entry = entries.pop(row.chain_seq, None)
        if entry is None or entry.subject != f"posting:{row.posting_id}":
            yield Finding(table.__tablename__, str(row.id), "unknown")
            continue
        stored = {"item": row.name, "whom": row.whom, **{name: getattr(row, name) for name in columns}}
        wrong = [name for name, value in stored.items() if _plain(value) != _plain(entry.after.get(name))]
        wrong += ["key"] * (row.key != key_of(row.name, row.whom))
        wrong += [name for name, value in _end_of(row).items() if value != ended.get(row.chain_seq)]
        wrong += ["by"] * (not {_who(row), None} & accounts.get(row.chain_seq, {None}))
        if wrong:
            yield Finding(table.__tablename__, str(row.id), "altered", ", ".join(wrong))
    for seq in entries:
        yield Finding(table.__tablename__, "—", "missing", f"entry {seq}")


def _who(row: Any) -> str:
    """The account that made a mark or closed."""
    return str(row.closed_by if isinstance(row, AgencyClosing) else row.collected_by)


def _end_of(row: Any) -> dict[str, int | None]:
    """What a row says of its end: the entry that took a mark back, the version that opened it again."""
    if isinstance(row, AgencyClosing):
        return {"reopened_version": row.reopened_version}
    return {
        "taken_back_seq": row.taken_back_seq,
        "taken_back_at": (row.taken_back_seq or 0) if row.taken_back_at else None,
    }


def _taken_back(told: list[Told]) -> dict[int, int]:
    """By the entry of a mark: the entry that took it back."""
    return {one.before.get("mark", 0): one.seq for one in told if one.action == TAKEN_BACK}


def _reopened(told: list[Told]) -> dict[int, int]:
    """By the entry of a closing: the version that opened it again."""
    closed: dict[tuple[str, str, str], int] = {}
    found: dict[int, int] = {}
    for one in told:
        if one.action == CLOSED:
            closed[one.which] = one.seq
        elif one.action == REOPENED and one.which in closed:
            found[closed.pop(one.which)] = one.after.get("version", 0)
    return found


def _of_names(told: list[Told]) -> Iterator[Finding]:
    said = {
        (f"T{one.subject.partition(':')[2]}", plain(str(one.after.get("item")))): one.after.get("charged")
        for one in told
        if one.action == NAMED
    }
    for row in session.scalars(select(FeeName).order_by(FeeName.id)):
        if said.pop((row.period, row.key), None) != ("yes" if row.is_charged else "no"):
            yield Finding("fee_name", str(row.id), "altered")
    for period, key in said:
        yield Finding("fee_name", f"{period} {key}", "missing")


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

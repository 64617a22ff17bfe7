"""`kiosk check`: everything that must always hold, looked at once more from the stored rows."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select, text

from kiosk.chain import queries as chain
from kiosk.chain.models import ChainEntry
from kiosk.core.db import db, session
from kiosk.core.formats import amount_of
from kiosk.counters.models import Canteen
from kiosk.purchasing.models import Line, Sheet, SheetVersion
from kiosk.purchasing.services import public_content
from kiosk.ratings import queries as ratings

SEVERAL = 500


@dataclass(frozen=True)
class Report:
    """What was found. `ratings`: stored; `tallied`: counted by the tallies; `problems`: one line each."""

    ok: bool
    ratings: int
    tallied: int
    chain_entries: int
    problems: list[str]

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self)


def check() -> Report:
    """Look at one moment of the data: integrity, foreign keys, the chain, tallies and seals, money."""
    problems = [*_database(), *_chain(), *ratings.recount(), *_money()]
    return Report(not problems, ratings.stored(), ratings.tallied(), chain.count(), problems)


def broken(reason: str) -> Report:
    """The report on a database that cannot even be opened."""
    return Report(ok=False, ratings=0, tallied=0, chain_entries=0, problems=[reason])


def _database() -> Iterator[str]:
    if db.engine.dialect.name != "sqlite":
        return
    for (answer,) in session.execute(text("PRAGMA integrity_check(20)")):
        if answer != "ok":
            yield f"database: {answer}"
    for table, row, parent, _number in session.execute(text("PRAGMA foreign_key_check")):
        yield f"foreign key: row {row} of {table} points to nothing in {parent}"


def _chain() -> Iterator[str]:
    found = chain.first_break()
    if found is not None:
        yield str(found)


def _money() -> Iterator[str]:
    """Amounts are quantity times price to the fen, totals their sum, and postings what was posted."""
    lines = _lines()
    versions = session.execute(
        select(SheetVersion, Sheet, Canteen.code)
        .join(Sheet, Sheet.id == SheetVersion.sheet_id)
        .join(Canteen, Canteen.id == Sheet.canteen_id)
        .where(SheetVersion.posted_at.is_not(None))
        .order_by(SheetVersion.sheet_id, SheetVersion.version)
    ).all()
    posted = _posted_entries([version.chain_seq for version, _sheet, _code in versions])
    newest: dict[int, int] = {}
    pointers: dict[int, int | None] = {}
    for version, sheet, code in versions:
        newest[sheet.id], pointers[sheet.id] = version.id, sheet.posted_version_id
        yield from _version(version, sheet, code, lines[version.id], posted.get(version.chain_seq))
    for sheet_id, version_id in newest.items():
        if pointers[sheet_id] != version_id:
            yield f"sheet {sheet_id}: the version in force is not the newest that was posted"
    known = {version.chain_seq for version, _sheet, _code in versions}
    told = select(ChainEntry.seq, ChainEntry.subject).where(
        ChainEntry.action.in_(("sheet.posted", "sheet.corrected"))
    )
    for seq, subject in session.execute(told.order_by(ChainEntry.seq)):
        if seq not in known:
            yield f"chain: entry {seq} tells of a posting of {subject}, which is not there"
    with_pointer = select(Sheet.id).where(Sheet.posted_version_id.is_not(None))
    for sheet_id in sorted(set(session.scalars(with_pointer)) - newest.keys()):
        yield f"sheet {sheet_id}: the version in force was never posted"


def _lines() -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    query = select(
        Line.version_id,
        Line.position,
        Line.item,
        Line.specification,
        Line.unit,
        Line.quantity,
        Line.unit_price,
        Line.amount,
        Line.supplier,
    ).order_by(Line.version_id, Line.position)
    for row in session.execute(query.execution_options(yield_per=2000)):
        found[row.version_id].append(row)
    return found


def _posted_entries(seqs: list[int | None]) -> dict[int | None, dict[str, Any]]:
    """The chain's entries of postings: what each said was posted."""
    found: dict[int | None, dict[str, Any]] = {}
    for start in range(0, len(seqs), SEVERAL):
        query = select(ChainEntry.seq, ChainEntry.body).where(
            ChainEntry.seq.in_(seqs[start : start + SEVERAL])
        )
        found.update({seq: json.loads(body) for seq, body in session.execute(query)})
    return found


def _version(
    version: SheetVersion, sheet: Sheet, code: str, lines: list[Any], entry: dict[str, Any] | None
) -> Iterator[str]:
    name = f"sheet {sheet.id}, version {version.version}"
    for line in lines:
        if line.amount != amount_of(line.quantity, line.unit_price):
            yield f"{name}, line {line.position + 1}: the amount is not quantity times price"
    if version.total != sum(line.amount for line in lines):
        yield f"{name}: the total is not the sum of its lines"
    if bool(lines) == version.nothing_bought:
        yield f"{name}: it has no lines, or lines although nothing was bought"
    told = (entry or {}).get("after") or {}
    if entry is None or entry["subject"] != f"sheet:{sheet.id}":
        yield f"{name}: the chain does not know it"
    elif _differs(public_content(version, sheet, code, lines), told):
        yield f"{name}: it is not what was posted"


def _differs(stored: dict[str, Any], told: dict[str, Any]) -> bool:
    """Whether anything but the paper form's number differs: that one a correction may mend on the sheet."""
    return any(told.get(name) != value for name, value in stored.items() if name != "number")

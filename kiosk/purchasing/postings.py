"""Whether what is posted is still what was posted: money, versions and lines, each against the chain."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import Erased, Finding, KnownHead, opened
from kiosk.core.db import session
from kiosk.core.formats import amount_of
from kiosk.counters.models import Canteen
from kiosk.purchasing.models import Line, Sheet, SheetVersion
from kiosk.purchasing.services import public_content

SEVERAL = 500
POSTINGS = ("sheet.posted", "sheet.corrected")


def recount() -> Iterator[Finding]:
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
        yield from _version(version, sheet, code, lines[version.id], posted.get(version.chain_seq or 0))
    for sheet_id, version_id in newest.items():
        if pointers[sheet_id] != version_id:
            yield Finding("sheet", str(sheet_id), "altered", "the version in force is not the newest posted")
    yield from _unposted({version.chain_seq for version, _sheet, _code in versions}, set(newest))


def postings() -> Iterator[KnownHead]:
    """The chain's entries that posted versions point to: a record that ends before them was cut."""
    query = select(SheetVersion.sheet_id, SheetVersion.chain_seq).where(SheetVersion.posted_at.is_not(None))
    for sheet_id, seq in session.execute(query):
        yield KnownHead(seq or 0, "", f"sheet {sheet_id}")


def _unposted(known: set[int | None], sheets: set[int]) -> Iterator[Finding]:
    """What the chain says was posted and is not there; what is in force and was never posted."""
    entries = select(ChainEntry.seq, ChainEntry.subject).where(ChainEntry.action.in_(POSTINGS))
    for seq, subject in session.execute(entries.order_by(ChainEntry.seq)):
        if seq not in known:
            yield Finding("sheet", subject.partition(":")[2], "missing", f"posted in entry {seq}")
    with_pointer = select(Sheet.id).where(Sheet.posted_version_id.is_not(None))
    for sheet_id in sorted(set(session.scalars(with_pointer)) - sheets):
        yield Finding("sheet", str(sheet_id), "unknown", "the version in force was never posted")


def _lines() -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    query = select(
        Line.version_id,
        Line.position,
        Line.item,
        Line.item_class,
        Line.specification,
        Line.unit,
        Line.quantity,
        Line.unit_price,
        Line.amount,
        Line.supplier,
        Line.batch,
        Line.shelf_life,
        Line.remark,
    ).order_by(Line.version_id, Line.position)
    for row in session.execute(query.execution_options(yield_per=2000)):
        found[row.version_id].append(row)
    return found


def _posted_entries(seqs: list[int | None]) -> dict[int, dict[str, Any]]:
    """The chain's entries of postings: what each said was posted."""
    found: dict[int, dict[str, Any]] = {}
    for start in range(0, len(seqs), SEVERAL):
        query = select(ChainEntry).where(ChainEntry.seq.in_(seqs[start : start + SEVERAL]))
        found.update(opened(session.scalars(query)))
    return found


def _version(
    version: SheetVersion, sheet: Sheet, code: str, lines: list[Any], entry: dict[str, Any] | None
) -> Iterator[Finding]:
    name = f"{sheet.id}, version {version.version}"
    for line in lines:
        if line.amount != amount_of(line.quantity, line.unit_price):
            place = f"{name}, line {line.position + 1}"
            yield Finding("sheet", place, "altered", "the amount is not quantity times price")
    if version.total != sum(line.amount for line in lines):
        yield Finding("sheet", name, "altered", "the total is not the sum of its lines")
    if bool(lines) == version.nothing_bought:
        yield Finding("sheet", name, "altered", "no lines, or lines although nothing was bought")
    if not entry or entry.get("subject") != f"sheet:{sheet.id}":
        yield Finding("sheet", name, "unknown")
    else:
        stored = public_content(version, sheet, code, lines)
        yield from _differences(name, stored, dict(entry.get("after") or {}))


def _differences(name: str, stored: dict[str, Any], entry: dict[str, Any]) -> Iterator[Finding]:
    """The first that is not as it was posted; only the paper form's number may be mended on the sheet."""
    before, now = entry.get("lines") or [], stored["lines"]
    for number in range(max(len(before), len(now))):
        place = f"{name}, line {number + 1}"
        if number >= len(now):
            yield Finding("sheet", place, "missing")
        elif number >= len(before):
            yield Finding("sheet", place, "inserted")
        elif not all(map(_agree, before[number], now[number])):  # 0.1.0 posted fewer columns
            yield Finding("sheet", place, "altered")
        else:
            continue
        return
    heads = {key: value for key, value in stored.items() if key not in ("number", "lines")}
    changed = [key for key, value in heads.items() if not _agree(entry.get(key), value)]
    if changed:
        yield Finding("sheet", name, "altered", ", ".join(changed))


def _agree(told: Any, stored: Any) -> bool:
    """Whether a value is what was posted; of one that was erased from the record nobody can say more."""
    return isinstance(told, Erased) or told == stored

"""What is there already: lines posted or drafted before, by a file or by hand, and files that came before."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from kiosk.catalogue.queries.units import base
from kiosk.core.db import session
from kiosk.purchasing.checks import check_lines
from kiosk.purchasing.ledger import LedgerLine
from kiosk.purchasing.models import PurchaseImport, Sheet, SheetVersion

LineKey = tuple[str, str, Fraction, int]
"""What makes two lines the same purchase: item, base unit, quantity in it (thousandths), amount in fen."""


@dataclass(frozen=True)
class PriorSheet:
    """A sheet that is there: posted, or a draft that was never posted."""

    sheet: Sheet
    version: SheetVersion
    lines: Counter[LineKey]

    @property
    def is_posted(self) -> bool:
        """Whether the public reads it already."""
        return self.version.posted_at is not None


def digest(content: bytes) -> str:
    """What tells a file from every other, whatever it is called."""
    return hashlib.sha256(content).hexdigest()


def line_key(item: str, unit: str, quantity: int, amount: int) -> LineKey:
    """The key of a line; quantity in thousandths, amount in fen."""
    name, factor = base(unit)
    return item, name, quantity * factor, amount


def keys_of(lines: Iterable[LedgerLine]) -> Counter[LineKey]:
    """The keys of lines that were read."""
    return Counter(
        line_key(line.item, line.unit, int(line.quantity * 1000), int(line.amount * 100)) for line in lines
    )


def prior_sheets(days: set[date]) -> dict[tuple[int, date], list[PriorSheet]]:
    """The sheets of these days by canteen and day, oldest first; two queries for all of them."""
    query = (
        select(SheetVersion)
        .join(Sheet, Sheet.id == SheetVersion.sheet_id)
        .where(Sheet.day.in_(days))
        .where(or_(SheetVersion.id == Sheet.posted_version_id, Sheet.posted_version_id.is_(None)))
        .options(selectinload(SheetVersion.lines))
        .order_by(Sheet.id)
    )
    sheets: dict[tuple[int, date], list[PriorSheet]] = defaultdict(list)
    for version in session.scalars(query) if days else ():
        sheet = version.sheet
        sheets[sheet.canteen_id, sheet.day].append(PriorSheet(sheet, version, _keys(version)))
    return sheets


def _keys(version: SheetVersion) -> Counter[LineKey]:
    if version.posted_at is not None:
        return Counter(line_key(line.item, line.unit, line.quantity, line.amount) for line in version.lines)
    drafted = check_lines(version.draft or []).lines
    return Counter(
        line_key(line.texts["item"], line.texts.get("unit", ""), line.quantity, line.amount)
        for line in drafted
    )


def brought_before(waiting: PurchaseImport) -> PurchaseImport | None:
    """The last import of the very same file that made sheets which are still there."""
    query = (
        select(PurchaseImport)
        .where(PurchaseImport.digest == waiting.digest, PurchaseImport.confirmed_at.is_not(None))
        .order_by(PurchaseImport.id.desc())
        .limit(20)
    )
    earlier = session.scalars(query) if waiting.digest else ()
    return next((before for before in earlier if sheets_of(before)), None)


def waits_elsewhere(waiting: PurchaseImport) -> PurchaseImport | None:
    """Another import of the very same file that nobody has confirmed yet."""
    if not waiting.digest:
        return None
    return session.scalar(
        select(PurchaseImport)
        .where(
            PurchaseImport.digest == waiting.digest,
            PurchaseImport.confirmed_at.is_(None),
            PurchaseImport.id != waiting.id,
        )
        .order_by(PurchaseImport.id.desc())
        .limit(1)
    )


def sheets_of(done: PurchaseImport) -> list[Sheet]:
    """The sheets that a confirmed import made, without drafts that were discarded since."""
    made = done.preview.get("made") or []
    return list(session.scalars(select(Sheet).where(Sheet.id.in_(made)).order_by(Sheet.day, Sheet.id)))

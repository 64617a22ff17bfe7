"""What is there already: lines posted or drafted before, by a file or by hand, and files that came before."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import select

from kiosk.catalogue.queries.units import base
from kiosk.core.db import session
from kiosk.counters.models import Canteen
from kiosk.postings.models import Posting, PostingDraft
from kiosk.postings.queries import version
from kiosk.purchasing.checks import check_lines
from kiosk.purchasing.ledger import LedgerLine
from kiosk.purchasing.models import PurchaseImport, Sheet
from kiosk.purchasing.queries import SLUG, day_of, lines_of, new_drafts

LineKey = tuple[str, str, Fraction, int]
"""What makes two lines the same purchase: item, base unit, quantity in it (thousandths), amount in fen."""


@dataclass(frozen=True)
class PriorSheet:
    """A sheet that is there: posted, or a draft that was never posted; `total` in fen."""

    posting: Posting
    number: str
    total: int
    lines: Counter[LineKey]
    version_id: int | None = None
    """What is in force; None: the draft was never posted."""
    nothing_bought: bool = False

    @property
    def is_posted(self) -> bool:
        """Whether the public reads it already."""
        return self.version_id is not None


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
    """The sheets of these days by canteen and day, oldest first; a few queries for all of them."""
    sheets: dict[tuple[int, date], list[PriorSheet]] = defaultdict(list)
    if not days:
        return sheets
    query = select(Sheet, Posting).join(Posting, Posting.id == Sheet.id).where(Sheet.day.in_(days))
    posted = session.execute(query).all()
    lines = lines_of(sheet.version_id for sheet, _posting in posted)
    for sheet, posting in posted:
        keys = Counter(
            line_key(line.item, line.unit, line.quantity, line.amount)
            for line in lines.get(sheet.version_id, [])
        )
        prior = PriorSheet(posting, sheet.number, sheet.total, keys, sheet.version_id, sheet.nothing_bought)
        sheets[sheet.canteen_id, sheet.day].append(prior)
    for draft in new_drafts(min(days), max(days)):
        canteen_id, day = draft.posting.canteen_id, day_of(draft.posting)
        if canteen_id is not None and day in days:
            sheets[canteen_id, day].append(_drafted(draft))
    return {key: sorted(found, key=lambda one: one.posting.id) for key, found in sheets.items()}


def _drafted(draft: PostingDraft) -> PriorSheet:
    checked = check_lines(draft.rows)
    keys = Counter(
        line_key(line.texts["item"], line.texts.get("unit", ""), line.quantity, line.amount)
        for line in checked.lines
    )
    return PriorSheet(draft.posting, draft.fields.get("number", ""), checked.total, keys)


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


@dataclass(frozen=True)
class Made:
    """A sheet that an import made, as it stands now; `total` in fen."""

    id: int
    day: date
    number: str
    canteen: Canteen | None
    total: int
    is_posted: bool


def sheets_of(done: PurchaseImport) -> list[Made]:
    """The sheets that a confirmed import made, without drafts that were discarded since."""
    numbers = done.preview.get("made") or []
    query = select(Posting).where(Posting.id.in_(numbers), Posting.kind == SLUG)
    return [made_of(one) for one in session.scalars(query.order_by(Posting.period, Posting.id))]


def made_of(posting: Posting) -> Made:
    """A sheet that an import made: its draft, or else what was posted last."""
    if posting.draft:
        number, total = posting.draft.fields.get("number", ""), check_lines(posting.draft.rows).total
    else:
        fields = version(posting.versions[0]).content["fields"]
        number, total = fields["number"], fields["total"]
    return Made(posting.id, day_of(posting), number, posting.canteen, total, posting.draft is None)

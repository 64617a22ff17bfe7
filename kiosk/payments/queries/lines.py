"""Posted lines and what is paid of them: accepted quantity times price, never more."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select

from kiosk.catalogue.models import Supplier
from kiosk.core.db import session
from kiosk.core.formats import amount_of
from kiosk.core.room import on_since
from kiosk.counters.models import Canteen
from kiosk.payments.models import WITHDRAWN, Payment, PaymentLine, PaymentVersion
from kiosk.payments.queries.weighed import weighed
from kiosk.payments.switch import SWITCH
from kiosk.postings import queries as postings
from kiosk.postings.models import PostingVersion
from kiosk.postings.queries.lines import Lines
from kiosk.purchasing.models import Line, Sheet
from kiosk.school import queries as school

BEFORE = timedelta(days=31)
"""So long before the room was switched on lines are offered: what was bought before was paid before."""

CURRENT = PaymentVersion.number == Payment.version
GONE = 0
"""The row of a line that no later version of its sheet has any more."""


class Claim(NamedTuple):
    """What a payment that is not taken back takes of a posted line."""

    payment: int
    state: str
    line: PaymentLine
    supplier: int | None
    row: int
    """Which line of the version in force it is now; GONE where there is none."""


@dataclass(frozen=True)
class OpenLine:
    """A line of a sheet in force, and how it is paid."""

    posting: int
    version: int
    day: date
    canteen: Canteen
    line: Line
    accepted: int
    """How much of it counts, in thousandths: what is posted, and no more than receivers accepted."""
    claims: Sequence[Claim]

    @property
    def row(self) -> int:
        """Its number on the sheet."""
        return self.line.position + 1

    @property
    def key(self) -> str:
        """What a form calls it."""
        return f"{self.posting}-{self.version}-{self.row}"

    @property
    def owed(self) -> int:
        """Accepted quantity times price."""
        return owed(self.line, self.accepted)

    @property
    def claimed(self) -> int:
        """What is paid of it or under way."""
        return sum(one.line.amount for one in self.claims)

    @property
    def open(self) -> int:
        """What can still be asked for."""
        return max(self.owed - self.claimed, 0)


def owed(line: Line, accepted: int) -> int:
    """What is owed for a posted line of which so much counts, in fen."""
    return line.amount if accepted == line.quantity else amount_of(accepted, line.unit_price)


class Excess(NamedTuple):
    """A posted line of which more is paid, or under way, than it says since it was corrected."""

    posting: int
    row: int
    item: str
    claimed: int
    owed: int
    payments: tuple[int, ...]

    @property
    def more(self) -> int:
        """By how much."""
        return self.claimed - self.owed


def claims(posting_ids: Iterable[int], *, but: int | None = None) -> dict[int, list[Claim]]:
    """What payments take of these sheets, by sheet; without those of the payment `but`."""
    numbers = set(posting_ids)
    query = (
        select(Payment.id, Payment.state, PaymentVersion.supplier_id, PaymentLine)
        .join(PaymentVersion, PaymentVersion.id == PaymentLine.version_id)
        .join(Payment, (Payment.id == PaymentVersion.payment_id) & CURRENT)
        .where(PaymentLine.posting_id.in_(numbers), Payment.state != WITHDRAWN)
        .order_by(PaymentLine.id)
    )
    if but is not None:
        query = query.where(Payment.id != but)
    rows = session.execute(query).all() if numbers else []
    newest = in_force({line.posting_id for *_, line in rows})
    moved: dict[int, Moved] = {}
    found: dict[int, list[Claim]] = defaultdict(list)
    for payment, state, supplier, line in rows:
        now = _now(line, newest.get(line.posting_id), moved)
        found[line.posting_id].append(Claim(payment, state, line, supplier, now))
    return dict(found)


def in_force(posting_ids: Iterable[int]) -> dict[int, int]:
    """The number of the version in force of each of these sheets; none for one that was withdrawn."""
    query = select(Sheet.id, PostingVersion.version).join(
        PostingVersion, PostingVersion.id == Sheet.version_id
    )
    found = session.execute(query.where(Sheet.id.in_(set(posting_ids))))
    return {number: version for number, version in found}


class Moved:
    """Where the lines of earlier versions of a sheet stand in the version in force.

    A line is the one of the same thing, the first by the first; else the one that took its place
    (`postings.queries.lines`).
    """

    def __init__(self, posting_id: int) -> None:
        self._lines = Lines(postings.posted(posting_id))
        query = select(PostingVersion.version, Line).join(Line, Line.version_id == PostingVersion.id)
        query = query.where(PostingVersion.posting_id == posting_id)
        self._things: dict[int, list[tuple[object, ...]]] = defaultdict(list)
        for version, line in session.execute(query.order_by(Line.version_id, Line.position)):
            things = self._things[version]
            thing = (line.item, line.specification, line.unit, line.supplier_id)
            things.append((*thing, sum(one[:4] == thing for one in things)))

    def now(self, version: int, row: int, newest: int) -> int:
        """The number that a line of a version has in the newest, or GONE."""
        old, new = self._things[version], self._things[newest]
        if row <= len(old) and old[row - 1] in new:
            return new.index(old[row - 1]) + 1
        return self._lines.now(version, row) or GONE


def _now(line: PaymentLine, newest: int | None, moved: dict[int, Moved]) -> int:
    """The number that a paid line has in the version in force of its sheet."""
    if newest is None:
        return GONE
    if newest == line.sheet_version:
        return line.row
    if line.posting_id not in moved:
        moved[line.posting_id] = Moved(line.posting_id)
    return moved[line.posting_id].now(line.sheet_version, line.row, newest)


def lines_of(*conditions: Any, but: int | None = None) -> list[OpenLine]:
    """The lines in force that cost anything and meet the conditions, by day, and how each is paid."""
    query = (
        select(Sheet.id, PostingVersion.version, Sheet.day, Canteen, Line)
        .join(Line, Line.version_id == Sheet.version_id)
        .join(PostingVersion, PostingVersion.id == Sheet.version_id)
        .join(Canteen, Canteen.id == Sheet.canteen_id)
        .where(Line.amount > 0, *conditions)
        .order_by(Sheet.day, Sheet.id, Line.position)
    )
    rows = session.execute(query).all()
    numbers = {row[0] for row in rows}
    taken, counts = claims(numbers, but=but), weighed(numbers)
    by_row: dict[tuple[int, int], list[Claim]] = defaultdict(list)
    for number, those in taken.items():
        for one in those:
            by_row[number, one.row].append(one)
    return [
        OpenLine(number, version, day, canteen, line, counts.get(place, line.quantity), by_row[place])
        for number, version, day, canteen, line in rows
        for place in ((number, line.position + 1),)
    ]


def open_lines(supplier: int | None, *, but: int | None = None) -> list[OpenLine]:
    """What a supplier delivered, or with None what was bought without one, and is not paid in full."""
    whose = Line.supplier_id.is_(None) if supplier is None else Line.supplier_id == supplier
    return [one for one in lines_of(whose, _since(), but=but) if one.open]


def _since() -> Any:
    began = on_since(SWITCH) or school.today()
    return Sheet.day >= began - BEFORE


@dataclass(frozen=True)
class Creditor:
    """A supplier to whom something is open."""

    supplier: Supplier
    open: int
    lines: int
    first: date


def creditors() -> list[Creditor]:
    """The suppliers to whom something is open, whoever waits longest first."""
    found: dict[int, list[OpenLine]] = defaultdict(list)
    for one in lines_of(Line.supplier_id.is_not(None), _since()):
        if one.open and one.line.supplier_id:
            found[one.line.supplier_id].append(one)
    suppliers = session.scalars(select(Supplier).where(Supplier.id.in_(found)))
    made = [
        Creditor(one, sum(line.open for line in lines), len(lines), lines[0].day)
        for one in suppliers
        if (lines := found[one.id])
    ]
    return sorted(made, key=lambda one: (one.first, one.supplier.name))


def of_supplier(posting: int, supplier: int | None) -> int:
    """What is owed for all lines in force of a sheet that are of a supplier."""
    whose = Line.supplier_id.is_(None) if supplier is None else Line.supplier_id == supplier
    query = select(Line).join(Sheet, Sheet.version_id == Line.version_id).where(Sheet.id == posting, whose)
    counts = weighed([posting])
    return sum(
        owed(line, counts.get((posting, line.position + 1), line.quantity)) for line in session.scalars(query)
    )


def excesses(posting_ids: Iterable[int] | None = None) -> list[Excess]:
    """Where more is paid or under way than a line says now: its sheet was corrected or withdrawn since."""
    numbers = set(_paid_sheets() if posting_ids is None else posting_ids)
    taken = claims(numbers)
    counts = weighed(taken)
    said = {
        (number, line.position + 1): owed(line, counts.get((number, line.position + 1), line.quantity))
        for number, line in session.execute(
            select(Sheet.id, Line).join(Line, Line.version_id == Sheet.version_id).where(Sheet.id.in_(taken))
        )
    }
    found = []
    for number, those in sorted(taken.items()):
        by_row: dict[tuple[int, str], list[Claim]] = defaultdict(list)
        for one in those:
            by_row[one.row, one.line.item if one.row == GONE else ""].append(one)
        for (row, _item), alike in by_row.items():
            claimed, most = sum(one.line.amount for one in alike), said.get((number, row), 0)
            if claimed > most:
                of = tuple(sorted({one.payment for one in alike}))
                found.append(Excess(number, row, alike[0].line.item, claimed, most, of))
    return found


def _paid_sheets() -> Iterable[int]:
    """The sheets that any payment speaks of, and that were corrected or withdrawn since."""
    newest = select(func.max(PostingVersion.version)).where(
        PostingVersion.posting_id == PaymentLine.posting_id
    )
    gone = ~select(Sheet.id).where(Sheet.id == PaymentLine.posting_id).exists()
    query = select(PaymentLine.posting_id).where(
        (PaymentLine.sheet_version < newest.scalar_subquery()) | gone
    )
    return session.scalars(query.distinct())

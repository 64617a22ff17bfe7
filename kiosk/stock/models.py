"""Tables of the store. A move never changes (triggers, migration 0052); balances add them up."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.core import field
from kiosk.core.db import BigKey, Fen, Milli, Model, UnitPrice
from kiosk.core.formats import fen_to_text
from kiosk.core.i18n import LazyString, lazy
from kiosk.counters.models import Canteen
from kiosk.persons.models import Person
from kiosk.stock.units import per, shown

RECEIVED, ISSUED, STRAIGHT, LOST, OPENED, COUNTED = (
    *("received", "issued", "straight", "lost", "opened", "counted"),
)
KINDS: dict[str, LazyString] = {
    RECEIVED: lazy("Received into store"),
    ISSUED: lazy("Issued to the kitchen"),
    STRAIGHT: lazy("Straight to the kitchen"),
    LOST: lazy("Written off"),
    OPENED: lazy("Opening balance"),
    COUNTED: lazy("Difference of a count"),
}
"""What a form of the store does."""
GOES_OUT = (ISSUED, STRAIGHT, LOST)
TYPED: tuple[str, ...] = (ISSUED, LOST)
"""What is typed as an issue."""

TYPED_HERE, PAPER, SHEET, COUNT = "typed", "paper", "sheet", "count"
ORIGINS: dict[str, LazyString] = {
    TYPED_HERE: lazy("written here"),
    PAPER: lazy("from a paper form, signed there"),
    SHEET: lazy("drawn from the posted sheet"),
    COUNT: lazy("booked by a count"),
}
"""Where a form comes from."""

WAITING, DONE, BACK = "waiting", "done", "back"
STATES: dict[str, LazyString] = {
    WAITING: lazy("waits for the second person"),
    DONE: lazy("confirmed"),
    BACK: lazy("given back to the store"),
}
"""How a form stands."""

OPEN, SIGNED, CLOSED = "open", "signed", "closed"
COUNT_STATES: dict[str, LazyString] = {
    OPEN: lazy("being counted"),
    SIGNED: lazy("waits for the second signature"),
    CLOSED: lazy("count closed"),
}
"""How a count stands."""

DAY = field.Day(name="day", label=lazy("Day"), missing=lazy("Please enter a day."), back=5, ahead=0)
NUMBER = field.Line(name="number", label=lazy("Number on the paper form"), longest=40)
REASON = field.Line(
    name="reason",
    label=lazy("Reason"),
    longest=200,
    missing=lazy("Please say why."),
    least=field.A_WORD,
)
LATE = field.Line(
    name="reason",
    label=lazy("Why it is written off, or entered late"),
    longest=200,
    hint=lazy("Needed for what is written off, and for a day before the last count."),
)
ITEM = field.Line(name="item", label=lazy("Item"), longest=60, missing=lazy("Which item is this?"))
SPECIFICATION = field.Line(name="specification", label=lazy("Specification"), longest=60)
UNIT = field.Line(name="unit", label=lazy("Unit"), longest=20)
QUANTITY = field.Quantity(name="quantity", label=lazy("Quantity"), missing=lazy("How much of it?"))
UNIT_PRICE = field.UnitPrice(
    name="unit_price", label=lazy("Unit price"), missing=lazy("At what price, about?")
)
BATCH = field.Line(name="batch", label=lazy("Batch or production date"), longest=40)
EXPIRES = field.Day(name="expires", label=lazy("Last day"), back=5, ahead=20)
REMARK = field.Line(name="remark", label=lazy("Remark"), longest=200)
COUNTED_QUANTITY = field.Quantity(name="counted", label=lazy("Quantity counted"))
MOST_LINES = 300


class StockItem(Model):
    """A thing in a canteen's store: its balance in the base unit and what it is worth, sums of its moves.

    Units with a known factor are one (`base` is g or ml); what has another unit or specification is another.
    """

    __tablename__ = "stock_item"
    __table_args__ = (
        UniqueConstraint("canteen_id", "item", "specification", "base"),
        CheckConstraint("balance >= 0", name="not_below_zero"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteen.id"))
    item: Mapped[str] = ITEM.column()
    specification: Mapped[str] = SPECIFICATION.column()
    base: Mapped[str] = UNIT.column()
    unit: Mapped[str] = UNIT.column()
    """The unit in which it is shown: that of its first move."""
    balance: Mapped[int] = mapped_column(Milli, default=0)
    worth: Mapped[int] = mapped_column(Fen, default=0)

    canteen: Mapped[Canteen] = relationship(lazy="joined")

    def in_unit(self, quantity: int) -> int:
        """A quantity of the base unit in the unit that is shown, both in thousandths."""
        return shown(quantity, self.unit)

    @property
    def label(self) -> str:
        """Item and specification."""
        return f"{self.item} {self.specification}".strip()


class StockForm(Model):
    """A form of the store: what came in or went out on a day, who wrote it and who confirmed it."""

    __tablename__ = "stock_form"
    __table_args__ = (
        UniqueConstraint("posting_id", "version"),
        Index(None, "canteen_id", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sent: Mapped[str] = mapped_column(String(64), unique=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteen.id"))
    kind: Mapped[str] = mapped_column(String(10))
    origin: Mapped[str] = mapped_column(String(10))
    day: Mapped[date]
    number: Mapped[str] = NUMBER.column()
    reason: Mapped[str] = mapped_column(String(200), default="")
    digest: Mapped[str] = mapped_column(String(64))
    """Of what it says, so that the same is noticed when it comes again."""
    posting_id: Mapped[int | None] = mapped_column(ForeignKey("posting.id"))
    version: Mapped[int | None]
    """Of which version of a sheet it was drawn; 0 for its withdrawal."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    chain_seq: Mapped[int] = mapped_column(BigKey)
    state: Mapped[str] = mapped_column(String(10), index=True)
    second_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    second_at: Mapped[datetime | None]

    canteen: Mapped[Canteen] = relationship(lazy="joined")
    person: Mapped[Person | None] = relationship(foreign_keys=person_id, lazy="joined")
    second: Mapped[Person | None] = relationship(foreign_keys=second_id, lazy="joined")
    lines: Mapped[list["StockLine"]] = relationship(order_by="StockLine.position")

    @property
    def kind_label(self) -> LazyString:
        """What it does, in words."""
        return KINDS[self.kind]

    @property
    def state_label(self) -> LazyString:
        """How it stands, in words."""
        return (
            ORIGINS[self.origin] if self.origin != TYPED_HERE and self.state == DONE else STATES[self.state]
        )

    @property
    def amount(self) -> int:
        """What its lines come to, in fen."""
        return sum(line.amount for line in self.lines)

    @property
    def title(self) -> str:
        """Its number on paper, else its own."""
        return self.number or f"#{self.id}"


class StockLine(Model):
    """A line of a form, as it was written. Never changed.

    `short` is what of it could not be moved, in thousandths of the base unit: it was not there any more.
    """

    __tablename__ = "stock_line"
    __table_args__ = (UniqueConstraint("form_id", "position"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("stock_form.id"))
    position: Mapped[int]
    item_id: Mapped[int | None] = mapped_column(ForeignKey("stock_item.id"), index=True)
    item: Mapped[str] = ITEM.column()
    specification: Mapped[str] = SPECIFICATION.column()
    unit: Mapped[str] = UNIT.column()
    quantity: Mapped[int] = mapped_column(Milli)
    amount: Mapped[int] = mapped_column(Fen)
    short: Mapped[int] = mapped_column(Milli, default=0)
    remark: Mapped[str] = REMARK.column()

    @property
    def short_shown(self) -> int:
        """What could not be moved, in the line's unit."""
        return shown(self.short, self.unit)


class StockBatch(Model):
    """What came in at once and is left of it; taken first is what ends first, then what came first."""

    __tablename__ = "stock_batch"
    __table_args__ = (
        CheckConstraint("quantity >= 0", name="not_below_zero"),
        Index(None, "item_id", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("stock_item.id"))
    posting_id: Mapped[int | None] = mapped_column(ForeignKey("posting.id"), index=True)
    day: Mapped[date]
    unit: Mapped[str] = UNIT.column()
    unit_price: Mapped[int] = mapped_column(UnitPrice)
    supplier: Mapped[str] = mapped_column(String(80), default="")
    batch: Mapped[str] = BATCH.column()
    expires: Mapped[date | None] = mapped_column(index=True)
    quantity: Mapped[int] = mapped_column(Milli, default=0)
    """What is left, in thousandths of the base unit."""
    worth: Mapped[int] = mapped_column(Fen, default=0)

    item: Mapped[StockItem] = relationship(lazy="joined")


class StockMove(Model):
    """So much of a batch came or went by a line of a form. Never changed."""

    __tablename__ = "stock_move"
    __table_args__ = (Index(None, "item_id", "day"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("stock_item.id"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("stock_batch.id"), index=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("stock_form.id"), index=True)
    position: Mapped[int]
    quantity: Mapped[int] = mapped_column(Milli)
    """In thousandths of the base unit; below zero for what went."""
    amount: Mapped[int] = mapped_column(Fen)
    day: Mapped[date] = mapped_column(index=True)
    at: Mapped[datetime]

    form: Mapped[StockForm] = relationship(lazy="joined")
    batch: Mapped[StockBatch] = relationship()


class StockCount(Model):
    """A count of a canteen's store (盘存): begun, counted and signed by one, closed by another."""

    __tablename__ = "stock_count"

    id: Mapped[int] = mapped_column(primary_key=True)
    sent: Mapped[str] = mapped_column(String(64), unique=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteen.id"), index=True)
    day: Mapped[date]
    state: Mapped[str] = mapped_column(String(10), index=True)
    revision: Mapped[int] = mapped_column(default=0)
    begun_at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """Who counts; whoever signed it, once it is signed."""
    signed_at: Mapped[datetime | None]
    second_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None]
    form_id: Mapped[int | None] = mapped_column(ForeignKey("stock_form.id"))
    chain_seq: Mapped[int | None] = mapped_column(BigKey)
    """The entry of its closing."""

    canteen: Mapped[Canteen] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(foreign_keys=person_id, lazy="joined")
    second: Mapped[Person | None] = relationship(foreign_keys=second_id, lazy="joined")
    lines: Mapped[list["StockCountLine"]] = relationship(order_by="StockCountLine.id", back_populates="count")

    @property
    def state_label(self) -> LazyString:
        """How it stands, in words."""
        return COUNT_STATES[self.state]


class StockCountLine(Model):
    """A thing that is counted: what the books say and what lies there, in thousandths of the base unit."""

    __tablename__ = "stock_count_line"
    __table_args__ = (UniqueConstraint("count_id", "item_id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    count_id: Mapped[int] = mapped_column(ForeignKey("stock_count.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("stock_item.id"), index=True)
    expected: Mapped[int | None] = mapped_column(Milli)
    """What the books said when it was signed; None before."""
    counted: Mapped[int | None] = mapped_column(Milli)
    reason: Mapped[str] = mapped_column(String(200), default="")

    count: Mapped[StockCount] = relationship(back_populates="lines")
    item: Mapped[StockItem] = relationship(lazy="joined")

    @property
    def difference(self) -> int:
        """Counted less booked, 0 before it is counted; until it is signed the books are the present."""
        booked = self.item.balance if self.expected is None else self.expected
        return self.counted - booked if self.counted is not None else 0


def price_of(amount: int, quantity: int, unit: str) -> str:
    """About what one unit costs, for people; empty for nothing."""
    return fen_to_text(round(amount * 1000 * per(unit) / quantity)) if quantity else ""

"""Tables of purchases. Lines and printed names of what is posted never change (triggers, migration 0025)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.core import field
from kiosk.core.db import BigKey, Fen, Milli, Model, UnitPrice
from kiosk.core.i18n import lazy
from kiosk.counters.models import Canteen

NUMBER = field.Line(name="number", label=lazy("Number on the paper form"), longest=40)
PURCHASER = field.Line(name="purchaser", label=lazy("Purchaser"), longest=40)
CUSTODIAN = field.Line(name="custodian", label=lazy("Custodian"), longest=40)
RECEIVER1 = field.Line(name="receiver1", label=lazy("Receiver 1"), longest=40)
RECEIVER2 = field.Line(name="receiver2", label=lazy("Receiver 2"), longest=40)


class Sheet(Model):
    """What is in force of a purchase sheet (采购公示单), where SQL adds up: whose, for which day, how much.

    A sheet is a posting, whose versions say all of it; here it stands from its first version until it is
    withdrawn, always with the newest, so that lines can be found and added up by canteen and day.
    """

    __tablename__ = "sheet"
    __table_args__ = (Index(None, "canteen_id", "day"),)

    id: Mapped[int] = mapped_column(ForeignKey("posting.id"), primary_key=True, autoincrement=False)
    """The number of its posting."""
    version_id: Mapped[int] = mapped_column(BigKey, ForeignKey("posting_version.id"), index=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteen.id"))
    day: Mapped[date] = mapped_column(index=True)
    number: Mapped[str] = NUMBER.column()
    """The number on the paper form, where there is one."""
    total: Mapped[int] = mapped_column(Fen)
    nothing_bought: Mapped[bool]

    canteen: Mapped[Canteen] = relationship(lazy="joined")


class EarlierSheet(Model):
    """The number that a sheet had before it was a posting, where that is another than its posting's."""

    __tablename__ = "earlier_sheet"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"), unique=True)


class Line(Model):
    """One line (明细) of a version. Names are copied: renaming an item later changes nothing posted."""

    __tablename__ = "line"
    __table_args__ = (Index(None, "item_id", "specification", "unit"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    version_id: Mapped[int] = mapped_column(BigKey, ForeignKey("posting_version.id"), index=True)
    position: Mapped[int]
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    item: Mapped[str] = mapped_column(String(60))
    item_class: Mapped[str] = mapped_column(String(30), default="")
    specification: Mapped[str] = mapped_column(String(60), default="")
    unit: Mapped[str] = mapped_column(String(20), default="")
    quantity: Mapped[int] = mapped_column(Milli)
    unit_price: Mapped[int] = mapped_column(UnitPrice)
    amount: Mapped[int] = mapped_column(Fen)
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("supplier.id"), index=True)
    supplier: Mapped[str] = mapped_column(String(80), default="")
    batch: Mapped[str] = mapped_column(String(40), default="")
    """Batch number or date of production, as on the package."""
    shelf_life: Mapped[str] = mapped_column(String(40), default="")
    remark: Mapped[str] = mapped_column(String(200), default="")

    @property
    def is_gift(self) -> bool:
        """Whether it was given: it cost nothing, and says so."""
        return self.unit_price == 0


class SheetPerson(Model):
    """A name as it is printed on a posted version, and who that is; of old sheets it may be said later."""

    __tablename__ = "sheet_person"

    version_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("posting_version.id"), primary_key=True, autoincrement=False
    )
    part: Mapped[str] = mapped_column(String(10), primary_key=True)
    """purchaser, custodian, receiver1 or receiver2."""
    name: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)


class PurchaseImport(Model):
    """A file that was read and waits to be confirmed; nothing of it is a purchase until then."""

    __tablename__ = "purchase_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str] = mapped_column(String(120))
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteen.id"))
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The file itself, so that another of its tables can be chosen; removed when the import ends."""
    digest: Mapped[str] = mapped_column(String(64), default="", server_default="", index=True)
    """The SHA-256 of the file, so that the same file is noticed when it comes again."""
    preview: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What was recognised and mended since (see `imports`); once it is over, which sheets it made."""
    created_by: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]

    canteen: Mapped[Canteen] = relationship(lazy="joined")


class MarketPrice(Model):
    """A wholesale reference price of a market and day: lowest, highest and average, in 0.0001 yuan a unit."""

    __tablename__ = "market_price"
    __table_args__ = (UniqueConstraint("day", "item", "unit", "origin"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    day: Mapped[date] = mapped_column(index=True)
    item: Mapped[str] = mapped_column(String(60), index=True)
    item_class: Mapped[str] = mapped_column(String(30), default="")
    unit: Mapped[str] = mapped_column(String(20))
    origin: Mapped[str] = mapped_column(String(60), default="")
    lowest: Mapped[int] = mapped_column(UnitPrice)
    highest: Mapped[int] = mapped_column(UnitPrice)
    average: Mapped[int] = mapped_column(UnitPrice)

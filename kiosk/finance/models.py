"""Tables of fees. What is posted of them stands in the versions; here is what SQL adds up and compares."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.core import field
from kiosk.core.db import BigKey, Fen, Model
from kiosk.core.i18n import lazy

LONGEST = 60
"""Characters of an item's name, and of whom it is charged."""
ITEM = field.Line(name="item", label=lazy("Fee item"), longest=LONGEST, missing=lazy("Which item is this?"))
TAKEN_BACK = field.Line(
    name="reason",
    label=lazy("Why is the mark taken back?"),
    longest=200,
    missing=lazy("Please say why. It stands in the record."),
)


class FeeItem(Model):
    """A fee (收费项目) of the list in force of a term; `key` is its item and payers however spaced.

    The rows go when the list is withdrawn, and are written anew with each version.
    """

    __tablename__ = "fee_item"
    __table_args__ = (UniqueConstraint("posting_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"))
    period: Mapped[str] = mapped_column(String(20), index=True)
    """The term, as its posting calls it: T3."""
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(2 * LONGEST + 1))
    name: Mapped[str] = mapped_column(String(LONGEST))
    whom: Mapped[str] = mapped_column(String(LONGEST), default="")
    unit: Mapped[str] = mapped_column(String(40), default="")
    standard: Mapped[int | None] = mapped_column(Fen)
    """What is charged for each unit; None where the unit says how it is charged (按实际支出)."""


class FeeCollection(Model):
    """That a posted fee was marked collected, so many times, so much in all. Taken back, never changed."""

    __tablename__ = "fee_collection"
    __table_args__ = (Index(None, "posting_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"))
    key: Mapped[str] = mapped_column(String(2 * LONGEST + 1))
    name: Mapped[str] = mapped_column(String(LONGEST))
    whom: Mapped[str] = mapped_column(String(LONGEST), default="")
    version: Mapped[int]
    """The version of the list that was in force."""
    standard: Mapped[int | None] = mapped_column(Fen)
    times: Mapped[int]
    amount: Mapped[int] = mapped_column(Fen)
    day: Mapped[date]
    collected_by: Mapped[str] = mapped_column(String(40))
    collected_name: Mapped[str] = mapped_column(String(40), default="")
    collected_at: Mapped[datetime]
    chain_seq: Mapped[int] = mapped_column(BigKey)
    taken_back_at: Mapped[datetime | None]
    taken_back_because: Mapped[str] = mapped_column(String(200), default="")
    taken_back_seq: Mapped[int | None] = mapped_column(BigKey)


class FeeName(Model):
    """What a school says of a fee in a term beside its lists: that it is charged, or is not any more."""

    __tablename__ = "fee_name"
    __table_args__ = (UniqueConstraint("period", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(LONGEST))
    name: Mapped[str] = mapped_column(String(LONGEST))
    is_charged: Mapped[bool]
    said_by: Mapped[str] = mapped_column(String(40))
    said_at: Mapped[datetime]


class AgencyItem(Model):
    """An agency fee (代办费) of the account in force of a term: what came in, was spent and was paid back."""

    __tablename__ = "agency_item"
    __table_args__ = (UniqueConstraint("posting_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"))
    period: Mapped[str] = mapped_column(String(20), index=True)
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(2 * LONGEST + 1))
    name: Mapped[str] = mapped_column(String(LONGEST))
    whom: Mapped[str] = mapped_column(String(LONGEST), default="")
    received: Mapped[int] = mapped_column(Fen)
    spent: Mapped[int] = mapped_column(Fen)
    refunded: Mapped[int] = mapped_column(Fen)


class AgencyClosing(Model):
    """That an agency fee was closed with these figures; a correction of one of them opens it again."""

    __tablename__ = "agency_closing"
    __table_args__ = (Index(None, "posting_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"))
    key: Mapped[str] = mapped_column(String(2 * LONGEST + 1))
    name: Mapped[str] = mapped_column(String(LONGEST))
    whom: Mapped[str] = mapped_column(String(LONGEST), default="")
    version: Mapped[int]
    received: Mapped[int] = mapped_column(Fen)
    spent: Mapped[int] = mapped_column(Fen)
    refunded: Mapped[int] = mapped_column(Fen)
    closed_by: Mapped[str] = mapped_column(String(40))
    closed_name: Mapped[str] = mapped_column(String(40), default="")
    closed_at: Mapped[datetime]
    chain_seq: Mapped[int] = mapped_column(BigKey)
    reopened_version: Mapped[int | None]
    """The version that changed a figure; None while it is closed."""

    @property
    def carried(self) -> int:
        """What the school carries, in fen: pupils are never charged what was spent beyond what came in."""
        return max(0, self.spent + self.refunded - self.received)

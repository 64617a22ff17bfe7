"""Tables of payments. What was asked, paid and entered never changes (triggers, migration 0047).

What the bank calls a payment, and the books, stands in the record's entry alone.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.core import field
from kiosk.core.db import BigKey, Fen, Milli, Model, UnitPrice
from kiosk.core.i18n import LazyString, lazy
from kiosk.persons.models import Person

REQUESTED, RETURNED, APPROVED = "requested", "returned", "approved"
PAID, ENTERED, WITHDRAWN = "paid", "entered", "withdrawn"
STATES: dict[str, LazyString] = {
    REQUESTED: lazy("waits for approval"),
    RETURNED: lazy("sent back"),
    APPROVED: lazy("to be paid"),
    PAID: lazy("paid, to be entered"),
    ENTERED: lazy("paid and entered"),
    WITHDRAWN: lazy("taken back"),
}
"""How a payment can stand."""
UNDER_WAY = (REQUESTED, RETURNED, APPROVED)
DONE = (PAID, ENTERED)

FOOD = "food"
PURPOSES: dict[str, LazyString] = {
    FOOD: lazy("Food for the canteens"),
    "energy": lazy("Water, electricity and gas"),
    "repair": lazy("Repairs"),
    "equipment": lazy("Buying equipment"),
    "goods": lazy("Materials and consumables"),
    "services": lazy("Cleaning, transport and other services"),
    "other": lazy("Other purposes"),
}
WAYS: dict[str, LazyString] = {
    "transfer": lazy("Bank transfer"),
    "card": lazy("Official card"),
    "cheque": lazy("Cheque"),
    "cash": lazy("Cash"),
}

PAYEE = field.Line(name="payee", label=lazy("Paid to"), longest=80, missing=lazy("Who is to be paid?"))
INVOICE = field.Line(
    name="invoice",
    label=lazy("Number of the invoice"),
    longest=40,
    missing=lazy("Please enter the number on the invoice: it is paid once only."),
)
ABOUT = field.Line(
    name="about",
    label=lazy("What is being paid for"),
    longest=120,
    missing=lazy("Please say in a word what is paid for."),
    least=field.A_WORD,
    hint=lazy("Everybody reads this once it is paid."),
)
PURPOSE = field.Choice(name="purpose", label=lazy("Purpose of spending"), options=PURPOSES)
AMOUNT = field.Money(name="amount", label=lazy("Amount to be paid (yuan)"))
DAY = field.Day(name="day", label=lazy("Paid on"), missing=lazy("Please enter a day."), back=1, ahead=0)
WAY = field.Choice(name="way", label=lazy("How it was paid"), options=WAYS)
REFERENCE = field.Line(
    name="reference",
    label=lazy("The bank's number of the payment"),
    longest=60,
    hint=lazy("Seen by cashier, accountant, head and principal alone; never in public."),
)
BOOKED = field.Line(
    name="booked",
    label=lazy("Number of the entry in the books"),
    longest=40,
    missing=lazy("Under which number does it stand in the books?"),
)
REASON = field.Line(
    name="reason",
    label=lazy("Why it is taken back"),
    longest=120,
    missing=lazy("Please say why. It stands in the record."),
    least=field.A_WORD,
)
THERE = text("invoice_key <> '' AND state <> 'withdrawn'")


class Payment(Model):
    """A payment, from the request to the books; how it stands follows from its facts (`checks`)."""

    __tablename__ = "payment"
    __table_args__ = (
        Index(
            "uq_payment_invoice",
            "payee_key",
            "invoice_key",
            unique=True,
            sqlite_where=THERE,
            postgresql_where=THERE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sent: Mapped[str] = mapped_column(String(64), unique=True)
    """The form's own number: the same form is the same payment, however often it arrives."""
    version: Mapped[int]
    """The number of the version that is decided about."""
    state: Mapped[str] = mapped_column(String(10), index=True)
    """One of STATES."""
    payee_key: Mapped[str] = mapped_column(String(90))
    """Who is paid, however the name is spaced; a supplier by its number."""
    invoice_key: Mapped[str] = mapped_column(String(40))
    """The invoice's number, however it is spaced; empty without one. One payee's is paid once."""
    asked_at: Mapped[datetime]
    withdrawn_seq: Mapped[int | None] = mapped_column(BigKey)

    versions: Mapped[list["PaymentVersion"]] = relationship(
        order_by="PaymentVersion.number", back_populates="payment"
    )
    steps: Mapped[list["PaymentStep"]] = relationship(order_by="PaymentStep.id")

    @property
    def subject(self) -> str:
        """What it is in the record, and for those who decide."""
        return f"payment:{self.id}"

    @property
    def now(self) -> "PaymentVersion":
        """What is decided about, or was paid."""
        return self.versions[-1]

    @property
    def label(self) -> LazyString:
        """How it stands, in words."""
        return STATES[self.state]

    def step(self, what: str) -> "PaymentStep | None":
        """That it was paid, or entered; None while it is not."""
        return next((one for one in self.steps if one.what == what), None)


class PaymentVersion(Model):
    """What was asked: the first time, and at every change. Never changed."""

    __tablename__ = "payment_version"
    __table_args__ = (UniqueConstraint("payment_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"))
    number: Mapped[int]
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("supplier.id"), index=True)
    """None for a payee that is no supplier of the catalogue."""
    payee: Mapped[str] = PAYEE.column()
    invoice: Mapped[str] = INVOICE.column()
    purpose: Mapped[str] = PURPOSE.column()
    about: Mapped[str] = ABOUT.column()
    amount: Mapped[int] = mapped_column(Fen)
    budget_line: Mapped[int | None]
    """The line of the budget that was chosen; None where none is kept."""
    vouchers: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """The attachments, each with its number and its file's hash."""
    hash: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(20))
    """As what whoever wrote it asked."""
    written_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    account: Mapped[str] = mapped_column(String(40))
    written_at: Mapped[datetime]
    chain_seq: Mapped[int] = mapped_column(BigKey, unique=True)

    payment: Mapped[Payment] = relationship(back_populates="versions")
    person: Mapped[Person] = relationship(lazy="joined")
    lines: Mapped[list["PaymentLine"]] = relationship(order_by="PaymentLine.id", back_populates="version")


class PaymentLine(Model):
    """A posted line that is paid, in full or in part: which, as it was, and how much. Never changed."""

    __tablename__ = "payment_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("payment_version.id"), index=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"), index=True)
    sheet_version: Mapped[int]
    """The version of the sheet that was in force."""
    row: Mapped[int]
    """Which line of it, from 1."""
    item: Mapped[str] = mapped_column(String(60))
    specification: Mapped[str] = mapped_column(String(60))
    unit: Mapped[str] = mapped_column(String(20))
    quantity: Mapped[int] = mapped_column(Milli)
    unit_price: Mapped[int] = mapped_column(UnitPrice)
    amount: Mapped[int] = mapped_column(Fen)

    version: Mapped[PaymentVersion] = relationship(back_populates="lines")


class PaymentStep(Model):
    """That it was paid, or entered in the books: by whom and when. Each once; never changed."""

    __tablename__ = "payment_step"
    __table_args__ = (UniqueConstraint("payment_id", "what"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"))
    what: Mapped[str] = mapped_column(String(10))
    """PAID or ENTERED."""
    day: Mapped[date] = mapped_column(index=True)
    way: Mapped[str] = mapped_column(String(20), default="")
    hash: Mapped[str] = mapped_column(String(64))
    """Of the version that was paid."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    account: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    chain_seq: Mapped[int] = mapped_column(BigKey, unique=True)

    person: Mapped[Person] = relationship(lazy="joined")

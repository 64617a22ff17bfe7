"""Tables of accounts and of their audit. What was laid open, drawn and found never changes (migration 0050).

A voucher of an account counts from the version `since` on, until the version `until`, so that a correction
with one voucher writes one row.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.core import field
from kiosk.core.db import BigKey, Fen, Model
from kiosk.core.i18n import LazyString, lazy
from kiosk.persons.models import Person

WRITING, LAID, CLOSED = "writing", "laid", "closed"
STATES: dict[str, LazyString] = {
    WRITING: lazy("still being entered"),
    LAID: lazy("laid open, not audited yet"),
    CLOSED: lazy("audited and closed"),
}
"""How an account can stand."""
CONVENED, DRAWN, ENDED, DROPPED = "convened", "drawn", "ended", "dropped"
SESSION_STATES: dict[str, LazyString] = {
    CONVENED: lazy("called, sample not drawn yet"),
    DRAWN: lazy("sample drawn"),
    ENDED: lazy("session ended"),
    DROPPED: lazy("called off"),
}
"""How a session of the congress can stand."""
SITTING = (CONVENED, DRAWN)
INCOME, SPENDING = "income", "spending"
SIDES: dict[str, LazyString] = {INCOME: lazy("Income"), SPENDING: lazy("Spending")}
SUPPLIER, OTHER = "supplier", "other"
PAYEES: dict[str, LazyString] = {
    SUPPLIER: lazy("Supplier or company"),
    "authority": lazy("Authority or public service"),
    "school": lazy("School or fund of the school"),
    "staff": lazy("Teachers and staff"),
    "pupil": lazy("Pupils and parents"),
    OTHER: lazy("Somebody else"),
}
"""Whom money went to or came from, by kind; nobody's name stands in an account."""
ACCEPTED, REMARKED, REFUSED = "accepted", "remarked", "refused"
FINDINGS: dict[str, LazyString] = {
    ACCEPTED: lazy("accepted as it is"),
    REMARKED: lazy("accepted with remarks"),
    REFUSED: lazy("not accepted"),
}
FINE, REMARK = "fine", "remark"
ACCOUNT, CODE = "account", "code"

NAME = field.Line(
    name="name",
    label=lazy("What the book is called"),
    longest=40,
    missing=lazy("Please enter a name."),
    least=field.A_WORD,
)
OPENING = field.Money(
    name="opening",
    label=lazy("Balance at the beginning (yuan)"),
    missing=lazy("Please enter it; 0 if nothing was there."),
    signed=True,
    hint=lazy("It must be what the account before ended with."),
)
NUMBER = field.Line(
    name="number",
    label=lazy("Number of the voucher"),
    longest=40,
    missing=lazy("Please enter the voucher's number."),
    hint=lazy(
        "Once in a book. Where numbers begin anew each month, write the month before it, like 2026-10 记-1."
    ),
)
DAY = field.Day(name="day", label=lazy("Day of the voucher"), missing=lazy("Please enter a day."))
SIDE = field.Choice(name="side", label=lazy("Income or spending"), options=SIDES)
PURPOSE = field.Line(
    name="purpose",
    label=lazy("What it is for"),
    longest=120,
    missing=lazy("Please say what it is for."),
    least=field.A_WORD,
    hint=lazy("Everybody reads this: no names of private persons, no bank accounts."),
)
AMOUNT = field.Money(name="amount", label=lazy("Amount (yuan)"), missing=lazy("Please enter an amount."))
PAYEE = field.Choice(name="payee", label=lazy("Whom it went to or came from"), options=PAYEES)
REASON = field.Line(
    name="reason",
    label=lazy("Why? Everybody reads this."),
    longest=200,
    missing=lazy("Please say why."),
    least=field.A_WORD,
)
HELD = field.Day(name="held_on", label=lazy("Day of the session"), missing=lazy("Please enter a day."))
FIRST = field.Day(
    name="since", label=lazy("Delegate from"), missing=lazy("Please enter a day."), back=20, ahead=5
)
LAST = field.Day(
    name="until", label=lazy("Delegate until"), missing=lazy("Please enter a day."), back=20, ahead=10
)
ABSENT = field.Line(
    name="absent",
    label=lazy("Why absent"),
    longest=60,
    missing=lazy("Please say why the delegate is absent."),
    least=field.A_WORD,
)
DICE = field.Line(
    name="number",
    label=lazy("The number that the review group drew"),
    longest=12,
    missing=lazy("Please enter the number."),
    pattern=r"[0-9]{4,12}",
    wrong=lazy("Please write 4 to 12 digits and nothing else, as they were drawn."),
)
SAID = field.Line(name="text", label=lazy("What is to be remarked"), longest=300)
FINDING = field.Choice(name="finding", label=lazy("Finding of the congress"), options=FINDINGS)
FOUND = field.Paragraphs(
    name="text",
    label=lazy("The finding in words: everybody reads this"),
    longest=2_000,
    missing=lazy("Please write the finding in words."),
    least=field.SAYS_SOMETHING,
)
ASSEMBLY = field.Day(
    name="held_on", label=lazy("Day of the closing assembly"), missing=lazy("Please enter a day.")
)
IN_FORCE = text("until IS NULL")
PAID_ONCE = text("until IS NULL AND payment_id IS NOT NULL")
SITS = text("is_open")


class AccountBook(Model):
    """A book of the school: canteen, shop, work-study, agency fees, or another one."""

    __tablename__ = "account_book"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = NAME.column()
    key: Mapped[str] = mapped_column(String(40), unique=True)
    """The name, however it is spaced."""
    added_by: Mapped[str] = mapped_column(String(40))
    added_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """Since when nothing is entered in it any more."""

    accounts: Mapped[list["PeriodAccount"]] = relationship(
        order_by="PeriodAccount.starts", back_populates="book"
    )


class PeriodAccount(Model):
    """A book's account of a month or term. How it stands follows from its versions and audits (`checks`)."""

    __tablename__ = "period_account"
    __table_args__ = (UniqueConstraint("book_id", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sent: Mapped[str] = mapped_column(String(64), unique=True)
    """The form's own number: the same form is the same account, however often it arrives."""
    book_id: Mapped[int] = mapped_column(ForeignKey("account_book.id"))
    period: Mapped[str] = mapped_column(String(10))
    """2026-10, or T3 for the term with the number 3."""
    starts: Mapped[date]
    ends: Mapped[date] = mapped_column(index=True)
    opening: Mapped[int] = mapped_column(Fen)
    version: Mapped[int] = mapped_column(default=0)
    """The number of the version that everybody reads; 0 before the first."""
    state: Mapped[str] = mapped_column(String(10))
    """One of STATES."""
    begun_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    begun_at: Mapped[datetime]

    book: Mapped[AccountBook] = relationship(back_populates="accounts", lazy="joined")
    versions: Mapped[list["AccountVersion"]] = relationship(
        order_by="AccountVersion.number", back_populates="account"
    )
    audits: Mapped[list["CongressAudit"]] = relationship(
        order_by="CongressAudit.id", back_populates="account"
    )

    @property
    def subject(self) -> str:
        """What it is in the record."""
        return f"period_account:{self.id}"

    @property
    def now(self) -> "AccountVersion | None":
        """The version that everybody reads."""
        return self.versions[-1] if self.versions else None

    @property
    def label(self) -> LazyString:
        """How it stands, in words."""
        return STATES[self.state]


class AccountVersion(Model):
    """An account as it was laid open: its sums, and the hash of its vouchers' list. Never changed."""

    __tablename__ = "account_version"
    __table_args__ = (UniqueConstraint("account_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("period_account.id"))
    number: Mapped[int]
    opening: Mapped[int] = mapped_column(Fen)
    income: Mapped[int] = mapped_column(Fen)
    spending: Mapped[int] = mapped_column(Fen)
    vouchers: Mapped[int]
    root: Mapped[str] = mapped_column(String(64))
    """SHA-256 over the lines of the vouchers (`services.content`)."""
    reason: Mapped[str] = REASON.column(default="")
    laid_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    laid_at: Mapped[datetime]
    chain_seq: Mapped[int] = mapped_column(BigKey, unique=True)

    account: Mapped[PeriodAccount] = relationship(back_populates="versions")
    person: Mapped[Person] = relationship(lazy="joined")

    @property
    def closing(self) -> int:
        """What was there at the end, in fen."""
        return self.opening + self.income - self.spending


class AccountImport(Model):
    """A file whose vouchers were brought into an account. The same file is brought into a book once."""

    __tablename__ = "account_import"
    __table_args__ = (UniqueConstraint("book_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("period_account.id"))
    book_id: Mapped[int] = mapped_column(ForeignKey("account_book.id"))
    digest: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(80))
    vouchers: Mapped[int]
    brought_at: Mapped[datetime]

    account: Mapped[PeriodAccount] = relationship()


class AccountVoucher(Model):
    """A voucher of an account. Once laid open only the version changes until which it counts."""

    __tablename__ = "account_voucher"
    __table_args__ = (
        Index(None, "account_id", "day", "id"),
        Index(
            "uq_account_voucher_number",
            "book_id",
            "key",
            unique=True,
            sqlite_where=IN_FORCE,
            postgresql_where=IN_FORCE,
        ),
        Index(
            "uq_account_voucher_payment",
            "payment_id",
            unique=True,
            sqlite_where=PAID_ONCE,
            postgresql_where=PAID_ONCE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("period_account.id"))
    book_id: Mapped[int] = mapped_column(ForeignKey("account_book.id"))
    number: Mapped[str] = NUMBER.column()
    key: Mapped[str] = mapped_column(String(40))
    """The number, however it is spaced."""
    day: Mapped[date]
    side: Mapped[str] = SIDE.column()
    purpose: Mapped[str] = PURPOSE.column()
    amount: Mapped[int] = mapped_column(Fen)
    payee: Mapped[str] = PAYEE.column()
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("account_import.id"))
    since: Mapped[int | None]
    """The version from which on it counts; None while it was not laid open."""
    until: Mapped[int | None]
    """The version from which on it does not count any more."""

    account: Mapped[PeriodAccount] = relationship()


class CongressDelegate(Model):
    """Somebody of the staff who is a delegate of the congress for some years."""

    __tablename__ = "congress_delegate"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    since: Mapped[date]
    until: Mapped[date]
    named_at: Mapped[datetime]
    chain_seq: Mapped[int] = mapped_column(BigKey)

    person: Mapped[Person] = relationship(lazy="joined")


class CongressSession(Model):
    """A session of the congress about accounts: announced, with the moment whose head draws the sample."""

    __tablename__ = "congress_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    sent: Mapped[str] = mapped_column(String(64), unique=True)
    held_on: Mapped[date]
    head_at: Mapped[datetime]
    """The moment whose head counts: announced before it comes."""
    state: Mapped[str] = mapped_column(String(10))
    """One of SESSION_STATES."""
    convened_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    convened_at: Mapped[datetime]
    head_seq: Mapped[int | None] = mapped_column(BigKey)
    head: Mapped[str] = mapped_column(String(64), default="")
    number: Mapped[str] = mapped_column(String(12), default="")
    drawn_at: Mapped[datetime | None]
    drawn_chain_seq: Mapped[int | None] = mapped_column(BigKey)
    chain_seq: Mapped[int] = mapped_column(BigKey)

    seats: Mapped[list["CongressSeat"]] = relationship(order_by="CongressSeat.id", back_populates="session")
    audits: Mapped[list["CongressAudit"]] = relationship(
        order_by="CongressAudit.id", back_populates="session"
    )
    numbers: Mapped[list["CongressNumber"]] = relationship(order_by="CongressNumber.id")

    @property
    def subject(self) -> str:
        """What it is in the record."""
        return f"congress_session:{self.id}"

    @property
    def label(self) -> LazyString:
        """How it stands, in words."""
        return SESSION_STATES[self.state]

    @property
    def is_sitting(self) -> bool:
        """Whether anything is still to be done in it."""
        return self.state in SITTING

    @property
    def present(self) -> list["CongressSeat"]:
        """Who is there."""
        return [one for one in self.seats if one.present_at]

    @property
    def group(self) -> list["CongressSeat"]:
        """The review group."""
        return [one for one in self.seats if one.in_group]


class CongressSeat(Model):
    """A delegate on the roll of a session: there by the own account or by the code, or absent and why."""

    __tablename__ = "congress_seat"
    __table_args__ = (UniqueConstraint("session_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("congress_session.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    in_group: Mapped[bool] = mapped_column(default=False)
    code_hash: Mapped[str] = mapped_column(String(64), default="")
    present_at: Mapped[datetime | None]
    how: Mapped[str] = mapped_column(String(10), default="")
    absent: Mapped[str] = ABSENT.column(default="")

    session: Mapped[CongressSession] = relationship(back_populates="seats")
    person: Mapped[Person] = relationship(lazy="joined")


class CongressNumber(Model):
    """The number as a member of the review group typed it; two that say the same draw the sample."""

    __tablename__ = "congress_number"
    __table_args__ = (UniqueConstraint("session_id", "round", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("congress_session.id"))
    round: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    number: Mapped[str] = mapped_column(String(12))
    typed_at: Mapped[datetime]


class CongressAudit(Model):
    """An account before a session: the version that is looked at, the sample, votes and finding."""

    __tablename__ = "congress_audit"
    __table_args__ = (
        UniqueConstraint("session_id", "account_id"),
        Index("uq_congress_audit_open", "account_id", unique=True, sqlite_where=SITS, postgresql_where=SITS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("congress_session.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("period_account.id"))
    version: Mapped[int]
    size: Mapped[int]
    """How many vouchers are drawn."""
    is_open: Mapped[bool] = mapped_column(default=True)
    finding: Mapped[str] = mapped_column(String(10), default="")
    """One of FINDINGS; empty before it is found."""
    text: Mapped[str] = mapped_column(Text, default="")
    members: Mapped[int] = mapped_column(default=0)
    present: Mapped[int] = mapped_column(default=0)
    in_favour: Mapped[int] = mapped_column(default=0)
    against: Mapped[int] = mapped_column(default=0)
    abstained: Mapped[int] = mapped_column(default=0)
    found_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    found_at: Mapped[datetime | None]
    posting_id: Mapped[int | None] = mapped_column(ForeignKey("posting.id"))
    chain_seq: Mapped[int | None] = mapped_column(BigKey)

    session: Mapped[CongressSession] = relationship(back_populates="audits")
    account: Mapped[PeriodAccount] = relationship(back_populates="audits")
    ticks: Mapped[list["CongressTick"]] = relationship(order_by="CongressTick.place", back_populates="audit")

    @property
    def remarks(self) -> list["CongressTick"]:
        """What was remarked."""
        return [one for one in self.ticks if one.outcome == REMARK]

    @property
    def label(self) -> LazyString | str:
        """The finding in words; empty before it is found."""
        return FINDINGS.get(self.finding, "")


class CongressTick(Model):
    """A voucher of the sample: ticked, or remarked with a text; each remark becomes a case."""

    __tablename__ = "congress_tick"
    __table_args__ = (UniqueConstraint("audit_id", "place"), UniqueConstraint("audit_id", "voucher_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("congress_audit.id"))
    place: Mapped[int]
    """Its place in the sample, from 1."""
    voucher_id: Mapped[int] = mapped_column(ForeignKey("account_voucher.id"))
    outcome: Mapped[str] = mapped_column(String(10), default="")
    text: Mapped[str] = SAID.column(default="")
    ticked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ticked_at: Mapped[datetime | None]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))

    audit: Mapped[CongressAudit] = relationship(back_populates="ticks")
    voucher: Mapped[AccountVoucher] = relationship(lazy="joined")


class AccountYear(Model):
    """The closing assembly of a year, to which all findings are told."""

    __tablename__ = "account_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    held_on: Mapped[date]
    named_by: Mapped[str] = mapped_column(String(40))
    named_at: Mapped[datetime]

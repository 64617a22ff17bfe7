"""Tables of the budget. A move never changes (triggers, migration 0046); the figures add them up."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.core import field
from kiosk.core.db import BigKey, Fen, Model
from kiosk.core.i18n import LazyString, lazy
from kiosk.persons.models import Person

NAME = field.Line(
    name="name",
    label=lazy("Budget line"),
    longest=40,
    missing=lazy("Please name the line, for example: vegetables."),
)
NAME_EN = field.Line(name="name_en", label=lazy("English name of the line"), longest=60)
PURPOSE = field.Line(name="purpose", label=lazy("What the money is for"), longest=200)
ITEM_CLASS = field.Line(name="item_class", label=lazy("Class of items"), longest=30)
PLANNED = field.Money(
    name="planned", label=lazy("Planned (yuan)"), missing=lazy("Please enter how much is planned.")
)
WHY = field.Line(name="why", label=lazy("Why there is this version"), longest=200)
AMOUNT = field.Money(name="amount", label=lazy("Amount (yuan)"), missing=lazy("Please enter the amount."))
REASON = field.Line(
    name="reason",
    label=lazy("Reason, as everybody reads it"),
    longest=200,
    missing=lazy("Please give the reason: everybody reads it beside the line."),
    least=field.A_WORD,
)
TITLE = field.Line(
    name="title",
    label=lazy("Exception for what"),
    longest=60,
    missing=lazy("Please name what the exception is for."),
    least=field.A_WORD,
)
REMARK = field.Paragraphs(
    name="remark",
    label=lazy("What you remark on the check"),
    longest=500,
    hint=lazy("Everybody reads this beside the list. Empty: no remark."),
)

DRAFT, PROPOSED, RETURNED, APPROVED, DROPPED = "draft", "proposed", "returned", "approved", "dropped"
STATES: dict[str, LazyString] = {
    DRAFT: lazy("being drafted"),
    PROPOSED: lazy("waits for a decision"),
    RETURNED: lazy("sent back"),
    APPROVED: lazy("approved"),
    DROPPED: lazy("given up"),
}
"""How a version, a transfer or an exception can stand."""

PLANS, TRANSFERS, COMMITS, REPLACES, RELEASES, SPENDS, REFUNDS, ALLOWS = (
    *("planned", "transferred", "committed", "replaced", "released", "spent", "refunded", "allowed"),
)
KINDS: dict[str, LazyString] = {
    PLANS: lazy("planned by a version"),
    TRANSFERS: lazy("transferred by decision"),
    COMMITS: lazy("committed"),
    REPLACES: lazy("commitment replaced"),
    RELEASES: lazy("commitment given back"),
    SPENDS: lazy("spent"),
    REFUNDS: lazy("came back"),
    ALLOWS: lazy("exception allowed"),
}
"""What a move does."""
FIGURES = ("planned", "committed", "spent", "allowed", "over")
"""A line's figures, each the sum of what its moves say."""


class HasState:
    """What is proposed and decided."""

    state: Mapped[str] = mapped_column(String(10))

    @property
    def state_label(self) -> LazyString:
        """How it stands, in words."""
        return STATES[self.state]


class BudgetLine(Model):
    """A line of a term's budget, the same in all versions; with its figures, changed along with each move.

    `allowed` is what exceptions allow beyond what is planned, `over` what was taken of that.
    """

    __tablename__ = "budget_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    term_id: Mapped[int] = mapped_column(index=True)
    planned: Mapped[int] = mapped_column(Fen, default=0)
    committed: Mapped[int] = mapped_column(Fen, default=0)
    spent: Mapped[int] = mapped_column(Fen, default=0)
    allowed: Mapped[int] = mapped_column(Fen, default=0)
    over: Mapped[int] = mapped_column(Fen, default=0)

    @property
    def available(self) -> int:
        """What is left in fen; below zero only by an exception."""
        return self.planned - self.committed - self.spent

    @property
    def can_give(self) -> int:
        """What can still be asked of it, with what exceptions allow."""
        return max(0, self.available) + self.allowed - self.over


class BudgetVersion(HasState, Model):
    """A version of a term's budget: drafted, decided up a ladder, in force until the next one is."""

    __tablename__ = "budget_version"
    __table_args__ = (UniqueConstraint("term_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    term_id: Mapped[int]
    number: Mapped[int]
    revision: Mapped[int] = mapped_column(default=0)
    """Goes up with each saving: who saves an older one is told."""
    why: Mapped[str] = WHY.column()
    content: Mapped[str] = mapped_column(Text, default="")
    """What is decided about, as canonical JSON; "" before it is proposed."""
    writers: Mapped[list[int]] = mapped_column(JSON, default=list)
    """The numbers of those who wrote in it: none of them decides."""
    hash: Mapped[str] = mapped_column(String(64), default="")
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(40))
    approved_at: Mapped[datetime | None]
    chain_seq: Mapped[int | None] = mapped_column(BigKey)
    """The entry of its approval."""

    rows: Mapped[list["BudgetRow"]] = relationship(
        order_by="BudgetRow.place", cascade="all, delete-orphan", back_populates="version"
    )

    @property
    def total(self) -> int:
        """What it plans in all, in fen."""
        return sum(row.planned for row in self.rows)


class BudgetRow(Model):
    """A line as a version has it; `was` is what was planned when it was written."""

    __tablename__ = "budget_row"
    __table_args__ = (UniqueConstraint("version_id", "line_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("budget_version.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("budget_line.id"), index=True)
    place: Mapped[int]
    name: Mapped[str] = NAME.column()
    name_en: Mapped[str] = NAME_EN.column()
    purpose: Mapped[str] = PURPOSE.column()
    item_class: Mapped[str] = ITEM_CLASS.column()
    """The class of what may be bought from it; "" for any."""
    earmarked: Mapped[bool] = mapped_column(default=False)
    planned: Mapped[int] = mapped_column(Fen)
    was: Mapped[int] = mapped_column(Fen, default=0)

    version: Mapped[BudgetVersion] = relationship(back_populates="rows")
    line: Mapped[BudgetLine] = relationship(lazy="joined")


class BudgetMove(Model):
    """A move of a line: what it adds to the line's figures, for which source (`plan:3`). Never changed.

    `committed` comes under `source`; `taken` goes out of what `of` has committed.
    """

    __tablename__ = "budget_move"
    __table_args__ = (Index("ix_budget_move_line_id_id", "line_id", "id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("budget_line.id"))
    kind: Mapped[str] = mapped_column(String(12))
    source: Mapped[str] = mapped_column(String(60), index=True)
    of: Mapped[str] = mapped_column(String(60), index=True, default="")
    planned: Mapped[int] = mapped_column(Fen, default=0)
    committed: Mapped[int] = mapped_column(Fen, default=0)
    taken: Mapped[int] = mapped_column(Fen, default=0)
    spent: Mapped[int] = mapped_column(Fen, default=0)
    allowed: Mapped[int] = mapped_column(Fen, default=0)
    over: Mapped[int] = mapped_column(Fen, default=0)
    day: Mapped[date]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(40))
    chain_seq: Mapped[int] = mapped_column(BigKey, unique=True)


class BudgetTransfer(HasState, Model):
    """Money that is to go from one line to another, by decision; meanwhile it is committed."""

    __tablename__ = "budget_transfer"

    id: Mapped[int] = mapped_column(primary_key=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("budget_line.id"), index=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("budget_line.id"), index=True)
    amount: Mapped[int] = mapped_column(Fen)
    reason: Mapped[str] = REASON.column()
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(40))
    decided_at: Mapped[datetime | None]


class BudgetException(HasState, Model):
    """A named exception: so much beyond what a line plans, decided one level higher, read by everybody."""

    __tablename__ = "budget_exception"

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("budget_line.id"), index=True)
    amount: Mapped[int] = mapped_column(Fen)
    title: Mapped[str] = TITLE.column()
    reason: Mapped[str] = REASON.column()
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(40))
    decided_at: Mapped[datetime | None]


class BudgetCheck(Model):
    """The check at a term's end by somebody outside the chain: what lacked papers, as it was signed."""

    __tablename__ = "budget_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    term_id: Mapped[int] = mapped_column(index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    lacking: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    signed_at: Mapped[datetime]
    chain_seq: Mapped[int] = mapped_column(BigKey, unique=True)
    """What was remarked stands in the record alone."""

    person: Mapped[Person] = relationship(lazy="joined")

"""Tables of approvals. What somebody signed, or decided about, never changes (triggers, migration 0012)."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.core import field
from kiosk.core.db import BigKey, Fen, Model
from kiosk.core.i18n import LazyString, lazy
from kiosk.persons.models import Person

OPEN, APPROVED, RETURNED, WITHDRAWN = "open", "approved", "returned", "withdrawn"
STATES: dict[str, LazyString] = {
    OPEN: lazy("waits for a decision"),
    APPROVED: lazy("approved"),
    RETURNED: lazy("sent back"),
    WITHDRAWN: lazy("withdrawn"),
}
"""How an approval can stand."""

WHY = field.Line(name="comment", label=lazy("Remark, or why it is sent back"), longest=200)
REASON = field.Line(name="why", label=lazy("Why it is proposed"), longest=200)
MINUTES = field.Line(
    name="minutes",
    label=lazy("Where it stands in the minutes"),
    longest=200,
    missing=lazy("Please say which minutes these are: number, meeting, page."),
)
ABSENCE = field.Line(
    name="reason",
    label=lazy("Why you are absent"),
    longest=200,
    missing=lazy("Please say why you are absent."),
)


class Approval(Model):
    """An approval (审批): one subject on its way up a ladder.

    `declared` is the ladder it began with, as canonical JSON; `round`, `hash` and `amount` are of what is
    decided about now, `level` is the number of the level that is asked, from 1.
    """

    __tablename__ = "approval"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(60), index=True)
    ladder: Mapped[str] = mapped_column(String(40))
    declared: Mapped[str] = mapped_column(Text)
    began_at: Mapped[datetime]
    amount: Mapped[int | None] = mapped_column(Fen)
    round: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    level: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), index=True)
    since: Mapped[datetime]
    """Since when it stands as it stands: what is due is counted from here."""

    rounds: Mapped[list["Round"]] = relationship(order_by="Round.number")
    parts: Mapped[list["Part"]] = relationship(order_by="Part.id")
    decisions: Mapped[list["Decision"]] = relationship(order_by="Decision.id")

    @property
    def state_label(self) -> LazyString:
        """How it stands, in words."""
        return STATES[self.state]

    @property
    def valid(self) -> list["Decision"]:
        """The decisions about what is decided about now; those of earlier rounds are void."""
        return [one for one in self.decisions if one.round == self.round]


class Round(Model):
    """What is decided about, as its hash: the first round, and one for every change. Never changed."""

    __tablename__ = "approval_round"

    id: Mapped[int] = mapped_column(primary_key=True)
    approval_id: Mapped[int] = mapped_column(ForeignKey("approval.id"))
    number: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    amount: Mapped[int | None] = mapped_column(Fen)
    changed: Mapped[list[str]] = mapped_column(JSON)
    """The names of the fields that changed since the round before."""
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    chain_seq: Mapped[int] = mapped_column(BigKey)

    person: Mapped[Person] = relationship(lazy="joined")

    __table_args__ = (Index(None, "approval_id", "number", unique=True),)


class Part(Model):
    """A place in the chain that is filled without a decision: a purchaser, a receiver. Never changed."""

    __tablename__ = "approval_part"
    __table_args__ = (Index(None, "approval_id", "person_id", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    approval_id: Mapped[int] = mapped_column(ForeignKey("approval.id"))
    name: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(lazy="joined")


class Decision(Model):
    """A decision: who, on which level of which round, on behalf of whom, yes or back. Never changed.

    Why stands in the record alone (entry `chain_seq`), so that it can be erased there.
    """

    __tablename__ = "approval_decision"
    __table_args__ = (Index(None, "approval_id", "round", "person_id", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    approval_id: Mapped[int] = mapped_column(ForeignKey("approval.id"))
    round: Mapped[int]
    level: Mapped[int]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    absent_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """On whose behalf it was decided."""
    minuted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who entered it from the minutes of a meeting; None where it was decided by own sign-in."""
    approves: Mapped[bool]
    hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    chain_seq: Mapped[int] = mapped_column(BigKey)

    person: Mapped[Person] = relationship(foreign_keys=person_id, lazy="joined")
    absent: Mapped[Person | None] = relationship(foreign_keys=absent_id, lazy="joined")
    minuted_by: Mapped[Person | None] = relationship(foreign_keys=minuted_by_id, lazy="joined")


class Delegation(Model):
    """A delegation (代签): who signs for somebody absent. Only an early end is added later.

    Why stands in the record alone.
    """

    __tablename__ = "delegation"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    stand_in_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    first: Mapped[date]
    last: Mapped[date]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    named_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who named it for somebody else; None where the absent person did."""

    person: Mapped[Person] = relationship(foreign_keys=person_id, lazy="joined")
    named_by: Mapped[Person | None] = relationship(foreign_keys=named_by_id, lazy="joined")
    stand_in: Mapped[Person] = relationship(foreign_keys=stand_in_id, lazy="joined")

"""Tables of commitments. A commitment and its versions never change (triggers, migration 0022)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.core import field
from kiosk.core.db import BigKey, Model
from kiosk.core.i18n import lazy
from kiosk.counters.models import Canteen, Counter

ANSWER = field.Whole(
    name="answer",
    label=lazy("An answer within (school days)"),
    least=1,
    most=15,
    hint=lazy("Counted from the day on which somebody asks or complains; that day is day 0."),
)
QUEUE = field.Whole(name="queue", label=lazy("Longest queue (minutes)"), least=1, most=60)
TEMPERATURE = field.Whole(
    name="temperature", label=lazy("Water is at least this hot (°C)"), least=30, most=100
)
TEXT = field.Line(
    name="text",
    label=lazy("Another commitment, in one sentence"),
    longest=80,
    hint=lazy(
        "Only what somebody can look at and answer with yes or no. For example: second helpings are free."
    ),
)
SINCE = field.Day(name="since", label=lazy("In force from"), missing=lazy("Please say from which day."))
REASON = field.Line(
    name="reason",
    label=lazy("Why does it change?"),
    longest=100,
    missing=lazy("Please say why. Everybody reads it beside the commitment."),
    least=field.A_WORD,
    hint=lazy("Everybody reads this beside the commitment."),
)


class Commitment(Model):
    """What a counter, or a canteen for all its counters, promises; what it says stands in its versions."""

    __tablename__ = "commitment"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    """The code of its kind (`kinds.KINDS`)."""
    counter_id: Mapped[int | None] = mapped_column(ForeignKey("counter.id"), index=True)
    canteen_id: Mapped[int | None] = mapped_column(ForeignKey("canteen.id"), index=True)
    created_at: Mapped[datetime]

    counter: Mapped[Counter | None] = relationship(lazy="joined")
    canteen: Mapped[Canteen | None] = relationship(lazy="joined")
    versions: Mapped[list["CommitmentVersion"]] = relationship(
        back_populates="commitment", order_by="CommitmentVersion.version", lazy="selectin"
    )

    @property
    def place(self) -> Counter | Canteen:
        """Whose it is."""
        found = self.counter or self.canteen
        assert found
        return found


class CommitmentVersion(Model):
    """What was promised from a day on, or that nothing was any more, and why it changed."""

    __tablename__ = "commitment_version"
    __table_args__ = (UniqueConstraint("commitment_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitment.id"))
    version: Mapped[int]
    value: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    """Hours as [["11:20", "13:00"], …], a whole number in the kind's unit, or None for a sentence."""
    text: Mapped[str] = TEXT.column()
    since: Mapped[date]
    stands: Mapped[bool]
    """Something is promised; False: it was given up."""
    reason: Mapped[str] = mapped_column(String(REASON.longest))
    """Why it changed; empty in the first version."""
    set_by: Mapped[str] = mapped_column(String(40))
    set_at: Mapped[datetime]
    chain_seq: Mapped[int] = mapped_column(BigKey)

    commitment: Mapped[Commitment] = relationship(back_populates="versions")

"""Tables of accountability. Entries, statements and decisions never change (triggers, migration 0027)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.core import field
from kiosk.core.db import BigKey, Model
from kiosk.core.i18n import LazyString, _, lazy
from kiosk.persons.models import Person

HEAD, COUNCIL = "head", "council"
NO_FAULT, TALK, CRITICISM, APPRAISAL = "no_fault", "talk", "criticism", "appraisal"
OUTCOMES: dict[str, LazyString] = {
    NO_FAULT: lazy("No fault"),
    TALK: lazy("A talk"),
    CRITICISM: lazy("Criticism"),
    APPRAISAL: lazy("Counts in the appraisal"),
}
"""What can be decided about an entry."""

RUNNING, DONE, ENTERED, LAPSED = "", "done", "entered", "lapsed"
ENDS: dict[str, LazyString] = {
    DONE: lazy("done late, without an entry"),
    ENTERED: lazy("entered"),
    LAPSED: lazy("no entry: accountability was switched off"),
}
"""How a reminder can end."""

CONFIRMED, BACK = "real", "back"
JUMP_ENDS: dict[str, LazyString] = {
    CONFIRMED: lazy("the days are real"),
    BACK: lazy("the clock was set right"),
}
"""How the doubt about a jump of the clock can end."""

STATEMENT = field.Paragraphs(
    name="text",
    label=lazy("What do you say to it?"),
    longest=2000,
    missing=lazy("Please write what you say to it."),
    least=field.SAYS_SOMETHING,
)
REASON = field.Paragraphs(
    name="reason",
    label=lazy("Why?"),
    longest=1000,
    missing=lazy("Please say why it is decided so."),
    least=field.SAYS_SOMETHING,
)
OUTCOME = field.Choice(name="outcome", label=lazy("What is decided?"), options=OUTCOMES)


class Chase(Model):
    """A reminder: something was due and not done on the day after. Only how it ends is added later.

    `due_on` and `falls_on` follow the school's calendar while it runs; each move stands in the record.
    """

    __tablename__ = "chase"
    __table_args__ = (Index(None, "key", "number", unique=True), Index(None, "ended", "falls_on"))

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120))
    number: Mapped[int]
    """How often it was chased: again if a new calendar gave it time and it was late once more."""
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(120))
    duty: Mapped[str] = mapped_column(String(20))
    days: Mapped[int]
    """The school days that the rule gave from the due day to the entry, when it was chased."""
    people: Mapped[list[int]] = mapped_column(JSON)
    """Whose it was, by the numbers of persons."""
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    at: Mapped[datetime]
    """When it was to be chased: the first moment of a day."""
    made_at: Mapped[datetime]
    """When the clock came to it: later, if the server was off."""
    chain_seq: Mapped[int] = mapped_column(BigKey)
    due_on: Mapped[date]
    falls_on: Mapped[date | None]
    """The last day to do it without an entry; None: the calendar ends before."""
    ended: Mapped[str] = mapped_column(String(8), default=RUNNING)
    ended_at: Mapped[datetime | None]


class Entry(Model):
    """An entry (责任追究), made by the clock: what was due, whose it was then, and how it was counted."""

    __tablename__ = "accountability"
    __table_args__ = (Index(None, "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(120))
    duty: Mapped[str] = mapped_column(String(20))
    due_on: Mapped[date] = mapped_column(index=True)
    chased_at: Mapped[datetime]
    at: Mapped[datetime]
    """The moment of which it is: the first one after the days that the rule gives."""
    made_at: Mapped[datetime]
    """When the clock came to it: later, if the server was off or a jump of the clock had to be confirmed."""
    counted: Mapped[dict[str, Any]] = mapped_column(JSON)
    """{"days": […], "left_out": [[day, why], …]} from the due day on, by the calendar of then."""
    term: Mapped[str] = mapped_column(String(60))
    """The term of the due day as it was called then; empty outside of the terms."""
    level: Mapped[str] = mapped_column(String(10))
    """One level above whoever answers for it: the head, or the council."""
    chain_seq: Mapped[int] = mapped_column(BigKey)

    named: Mapped[list["Named"]] = relationship(order_by="Named.person_id")
    statements: Mapped[list["Statement"]] = relationship(order_by="Statement.id")
    decision: Mapped["Verdict | None"] = relationship()

    @property
    def days(self) -> list[date]:
        """The school days that counted from the due day on."""
        return [date.fromisoformat(day) for day in self.counted["days"]]

    @property
    def left_out(self) -> list[tuple[date, str]]:
        """The days between that did not count, and why."""
        return [(date.fromisoformat(day), str(_(why))) for day, why in self.counted["left_out"]]

    @property
    def late_made(self) -> bool:
        """Whether the clock came to it on a later day than it is of."""
        return (self.made_at - self.at).days >= 1


class Named(Model):
    """Who answers for an entry: the person, and the post held then."""

    __tablename__ = "accountability_person"

    entry_id: Mapped[int] = mapped_column(ForeignKey("accountability.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    post: Mapped[str] = mapped_column(String(40))
    """What the post was called; empty where the person held none."""
    office: Mapped[str] = mapped_column(String(20))
    """The role that the person held then, the council's or the head's first; empty without any."""

    person: Mapped[Person] = relationship(lazy="joined")


class Statement(Model):
    """What somebody who is named says to an entry. The text stands in the record alone."""

    __tablename__ = "accountability_statement"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("accountability.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    chain_seq: Mapped[int] = mapped_column(BigKey)

    person: Mapped[Person] = relationship(lazy="joined")


class Verdict(Model):
    """What was decided about an entry, once, and by whom. Why stands in the record alone."""

    __tablename__ = "accountability_decision"

    entry_id: Mapped[int] = mapped_column(ForeignKey("accountability.id"), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(12))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    absent_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """On whose behalf it was decided."""
    statements: Mapped[int]
    """How many statements had been made."""
    at: Mapped[datetime]
    chain_seq: Mapped[int] = mapped_column(BigKey)

    person: Mapped[Person] = relationship(foreign_keys=person_id, lazy="joined")
    absent: Mapped[Person | None] = relationship(foreign_keys=absent_id, lazy="joined")

    @property
    def label(self) -> LazyString:
        """What was decided, in words."""
        return OUTCOMES[self.outcome]


class Worked(Model):
    """A day that the clock has worked through; the newest row says how far it is."""

    __tablename__ = "accountability_day"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    made_at: Mapped[datetime]


class Jump(Model):
    """A jump of the clock: nothing is chased or entered until a person says that the days are real."""

    __tablename__ = "accountability_jump"

    id: Mapped[int] = mapped_column(primary_key=True)
    before_at: Mapped[datetime]
    after_at: Mapped[datetime]
    ended: Mapped[str] = mapped_column(String(8), default="", index=True)
    ended_at: Mapped[datetime | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    @property
    def is_forward(self) -> bool:
        """Whether the clock went ahead."""
        return self.after_at > self.before_at

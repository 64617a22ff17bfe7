"""Tables of cases. How a case came in, its steps and its voices never change (triggers, migration 0020)."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.core import field
from kiosk.core.db import BigKey, Model
from kiosk.core.i18n import LazyString, lazy
from kiosk.persons.models import Person
from kiosk.school.queries import today

RECEIVED, ACKNOWLEDGED, WORK, ANSWERED, TOLD, CLOSED = (
    "received",
    "acknowledged",
    "work",
    "answered",
    "told",
    "closed",
)
STATES: dict[str, LazyString] = {
    RECEIVED: lazy("received"),
    ACKNOWLEDGED: lazy("seen by its owner"),
    WORK: lazy("in work"),
    ANSWERED: lazy("answered, asker not told yet"),
    TOLD: lazy("answered and told"),
    CLOSED: lazy("closed, with an answer"),
}
"""How a case can stand; late is no state."""
OPEN = (RECEIVED, ACKNOWLEDGED, WORK)
"""The states of a case without an answer."""
UNCLOSED = (*OPEN, ANSWERED, TOLD)
"""The states of a case of which something can still be due; named one by one, an index finds them."""

SIMPLE, ORDINARY, COMPLEX, SAFETY = "simple", "ordinary", "complex", "safety"
SEVERITIES: dict[str, LazyString] = {
    SIMPLE: lazy("Simple"),
    ORDINARY: lazy("Ordinary"),
    COMPLEX: lazy("Complex"),
    SAFETY: lazy("Food safety"),
}
"""How grave it is: it decides how long mending may take."""

MENDED, PLANNED, EXPLAINED, MISTAKEN, INVALID = "mended", "planned", "explained", "mistaken", "invalid"
OUTCOMES: dict[str, LazyString] = {
    MENDED: lazy("Put right"),
    PLANNED: lazy("Planned for a day"),
    EXPLAINED: lazy("Explained"),
    MISTAKEN: lazy("A mistake: it is not so"),
    INVALID: lazy("Invalid"),
}
"""How a case can be ended by who works on it."""
WITHDRAWN = "withdrawn"
TAKEN_BACK = lazy("withdrawn by the asker")
"""How a case stands that its asker took back: nothing is done with it any more."""
PRAISE = "praise"
"""The kind of a good deed (好人好事) that somebody reports."""
COMMENDED = "commended"
ENDINGS: dict[str, LazyString] = {
    **OUTCOMES,
    WITHDRAWN: lazy("Withdrawn by the asker"),
    COMMENDED: lazy("Commended in public"),
}
"""How a case can have ended; a reported good deed alone is commended."""
BY_ANOTHER = (MISTAKEN, INVALID)
"""Outcomes that somebody decides who neither owns the case nor is the one it is about."""

ACKNOWLEDGE, REPLY, MEND, TELL, CLOSE = "acknowledge", "reply", "mend", "tell", "close"
DUTIES: dict[str, LazyString] = {
    ACKNOWLEDGE: lazy("Acknowledge it"),
    REPLY: lazy("First reply"),
    MEND: lazy("Answer it"),
    TELL: lazy("Tell the asker"),
    CLOSE: lazy("Say how it ended"),
}
"""What can be due of a case, in this order."""

WORDS = field.Paragraphs(
    name="text",
    label=lazy("What was said?"),
    longest=2000,
    missing=lazy("Please write down what was said."),
)
ASKED = field.Paragraphs(
    name="text",
    label=lazy("What would you like to say?"),
    longest=2000,
    missing=lazy("Please write what it is about."),
)
MORE = field.Paragraphs(
    name="text", label=lazy("Add something"), longest=1000, missing=lazy("Please write what you want to add.")
)
STILL = field.Paragraphs(name="text", label=lazy("What is not better? (optional)"), longest=1000)
PUBLIC = field.Paragraphs(
    name="text",
    label=lazy("For everybody to read"),
    longest=2000,
    missing=lazy("Please write what everybody may read."),
    least=field.SAYS_SOMETHING,
)
ASKERS_WORDS = replace(PUBLIC, least=0)
"""What was asked, for everybody: an asker may be brief."""
INTERNAL = field.Paragraphs(name="reason", label=lazy("Note for colleagues"), longest=1000)
WHY = replace(INTERNAL, missing=lazy("Please say why, so that the next one knows."), least=field.A_WORD)
NOT_BETTER = replace(INTERNAL, missing=lazy("Please say what is not better."), least=field.SAYS_SOMETHING)
HOW = replace(INTERNAL, missing=lazy("Please say how the asker was told."), least=field.A_WORD)
DAY = field.Day(name="date", label=lazy("Until which day?"))


class Case(Model):
    """A case: what came in, and how it stands.

    The first columns say how it came in and never change; from `state` on each follows from its steps
    (`queries.standing`), and `duty` and `due_on` from these and the school's calendar.
    """

    __tablename__ = "case"
    __table_args__ = (
        Index(None, "state", "due_on"),
        Index(None, "owner_id", "state"),
        Index("ix_case_subject_day", "subject", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    """Its number, which names it in public and opens nothing."""
    kind: Mapped[str] = mapped_column(String(20), index=True)
    """One of the kinds that rooms declare (`Room.case_kinds`)."""
    subject: Mapped[str] = mapped_column(String(80))
    """What it is about, as `counter:c1` (`Room.case_subjects`)."""
    canteen: Mapped[str | None] = mapped_column(String(20), index=True)
    counter: Mapped[str | None] = mapped_column(String(20), index=True)
    """The codes of the place for which rights are asked; neither: the whole school."""
    received_at: Mapped[datetime] = mapped_column(index=True)
    day: Mapped[date]
    """The day that it is about; with `meal` the meal."""
    meal: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(20), default="")
    """The code of the reason that its voices share, where they do."""
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    """The post that was responsible for the subject."""
    rated: Mapped[list[int]] = mapped_column(JSON)
    """The numbers of the persons whom it is about: named, on duty then, or holding the post."""
    figures: Mapped[dict[str, int]] = mapped_column(JSON)
    """The days of each duty as the school's rule said on receipt."""
    held_until: Mapped[datetime | None]
    """Until then the place's own people do not see it: the meal is still on."""
    again_of_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    key_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """The hash of the asker's private address, where there is one."""

    state: Mapped[str] = mapped_column(String(12))
    severity: Mapped[str] = mapped_column(String(12))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Whose it is (首问责任人); None: nobody's, and so the head's."""
    offered_to_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    refusals: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[str] = mapped_column(String(12), default="")
    planned_on: Mapped[date | None]
    begun_at: Mapped[datetime]
    """From when its duties count: from receipt, or from when it was reopened."""
    replied_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None] = mapped_column(index=True)
    reopened: Mapped[bool] = mapped_column(default=False)
    released: Mapped[bool] = mapped_column(default=False)
    """Whether somebody has let everybody read the asker's words."""
    pauses: Mapped[list[list[str]]] = mapped_column(JSON)
    """When the asker was waited for, as [["2026-03-04", "2026-03-06"], …]; in old cases the last may have no
    end."""
    waits_until: Mapped[date | None]
    """The last day on which the asker is waited for, while nothing was replied."""
    revision: Mapped[int] = mapped_column(default=0)
    """The number of its last step."""
    voices: Mapped[int] = mapped_column(default=0)
    duty: Mapped[str] = mapped_column(String(12), default="")
    """What is due next (DUTIES); nothing: nothing is."""
    due_on: Mapped[date | None] = mapped_column(index=True)
    """The last day on which that is in time; None where nothing is due, or the calendar ends before."""

    owner: Mapped[Person | None] = relationship(foreign_keys=owner_id, lazy="joined")
    offered_to: Mapped[Person | None] = relationship(foreign_keys=offered_to_id, lazy="joined")
    steps: Mapped[list["CaseStep"]] = relationship(order_by="CaseStep.number", back_populates="case")

    @property
    def state_label(self) -> LazyString:
        """How it stands, in words."""
        return TAKEN_BACK if self.is_taken_back else STATES[self.state]

    @property
    def severity_label(self) -> LazyString:
        """How grave it is, in words."""
        return SEVERITIES[self.severity]

    @property
    def outcome_label(self) -> LazyString | str:
        """How it ended, in words; nothing while it has not."""
        return ENDINGS.get(self.outcome, "")

    @property
    def duty_label(self) -> LazyString | str:
        """What is due next, in words."""
        return DUTIES.get(self.duty, "")

    @property
    def is_open(self) -> bool:
        """Whether it has no answer yet."""
        return self.state in OPEN

    @property
    def is_taken_back(self) -> bool:
        """Whether its asker took it back."""
        return self.outcome == WITHDRAWN

    @property
    def waits(self) -> bool:
        """Whether the asker is waited for: the clock stands still."""
        if self.waits_until is not None:
            return self.is_open and today() <= self.waits_until
        return self.is_open and bool(self.pauses) and len(self.pauses[-1]) == 1


class CaseStep(Model):
    """Something that was done with a case. Never changed.

    What was written with it stands in the record alone (entry `chain_seq`), so that it can be erased there.
    """

    __tablename__ = "case_step"
    __table_args__ = (Index(None, "case_id", "number", unique=True),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    number: Mapped[int]
    verb: Mapped[str] = mapped_column(String(12))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """Who did it; None: the house by itself, or the asker."""
    at: Mapped[datetime]
    to_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """To whom it was given or offered."""
    outcome: Mapped[str] = mapped_column(String(12), default="")
    severity: Mapped[str] = mapped_column(String(12), default="")
    day: Mapped[date | None]
    chain_seq: Mapped[int] = mapped_column(BigKey, index=True)

    case: Mapped[Case] = relationship(back_populates="steps")
    person: Mapped[Person | None] = relationship(foreign_keys=person_id, lazy="joined")
    to: Mapped[Person | None] = relationship(foreign_keys=to_id, lazy="joined")


class CaseVoice(Model):
    """A voice that joined a case, by a reference that leads to no person. Never changed."""

    __tablename__ = "case_voice"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    reference: Mapped[str] = mapped_column(String(64), unique=True)
    """What the voice is known by in its own room, as `rating:<id>`; a voice joins one case."""
    chain_seq: Mapped[int] = mapped_column(BigKey, index=True)


Told = dict[str, Any]
"""What the record says of a step, by name."""

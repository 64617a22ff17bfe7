"""Tables of rounds. What was planned, filled in and found never changes (triggers, 0036 and 0043)."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.core import field
from kiosk.core.db import BigKey, Model
from kiosk.core.i18n import LazyString, lazy
from kiosk.inspections.lines import Line, of_data
from kiosk.persons.models import Person

OK, FINDING, NONE = "ok", "finding", "none"
STATES: dict[str, LazyString] = {
    OK: lazy("all right"),
    FINDING: lazy("something found"),
    NONE: lazy("does not apply"),
}
"""How a line can be answered."""
FOUND, MENDED, STILL, VERIFIED = "found", "mended", "still", "verified"
VERBS: dict[str, LazyString] = {
    FOUND: lazy("found"),
    MENDED: lazy("put right, not confirmed yet"),
    STILL: lazy("still so"),
    VERIFIED: lazy("confirmed as put right"),
}
"""What can be said of a finding."""

LIST_NAME = field.Line(
    name="name", label=lazy("Name of the list"), longest=60, missing=lazy("Please enter a name.")
)
LIST_REASON = field.Line(
    name="reason",
    label=lazy("Why does it change?"),
    longest=100,
    hint=lazy("It stands beside the version."),
)
WORDS = field.Paragraphs(
    name="words",
    label=lazy("What did you find?"),
    longest=1000,
    missing=lazy("Please write in a few words what you found."),
)


LONGEST = timedelta(hours=12)
"""Nobody goes through a list for longer."""
CLOCK_OFF = timedelta(minutes=10)
"""So much a device's clock may run ahead and still be believed."""
KEPT_AWAY = timedelta(days=40)
"""A device that was away for longer is not waited for."""


class Checklist(Model):
    """A list that somebody goes through; what it says stands in its versions.

    `use` is the code of what it is for, `subject` the place that alone uses it, as `canteen:k1`; empty: any.
    """

    __tablename__ = "checklist"

    id: Mapped[int] = mapped_column(primary_key=True)
    use: Mapped[str] = mapped_column(String(20), index=True)
    subject: Mapped[str] = mapped_column(String(80), default="")
    created_at: Mapped[datetime]

    versions: Mapped[list["ChecklistVersion"]] = relationship(
        back_populates="checklist", order_by="ChecklistVersion.version", lazy="selectin"
    )

    @property
    def current(self) -> "ChecklistVersion":
        """The version that is gone through from now on."""
        return self.versions[-1]


class ChecklistVersion(Model):
    """What a list says from a moment on. Never changed: what was filled in keeps its version."""

    __tablename__ = "checklist_version"
    __table_args__ = (UniqueConstraint("checklist_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    checklist_id: Mapped[int] = mapped_column(ForeignKey("checklist.id"))
    version: Mapped[int]
    name: Mapped[str] = LIST_NAME.column()
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """What people in the queue are asked, where they are."""
    stands: Mapped[bool]
    """False: the list is used no more."""
    reason: Mapped[str] = LIST_REASON.column()
    set_by: Mapped[str] = mapped_column(String(40))
    set_at: Mapped[datetime]
    chain_seq: Mapped[int] = mapped_column(BigKey)

    checklist: Mapped[Checklist] = relationship(back_populates="versions")

    @property
    def read(self) -> tuple[Line, ...]:
        """The lines."""
        return of_data(self.lines)


class Checked(Model):
    """A list that somebody has gone through, once. `digest` is of all that was sent with it.

    `begun_at` and `ended_at` are by the clock of the device it was filled in on, `received_at` by ours.
    """

    __tablename__ = "checked"
    __table_args__ = (Index(None, "use", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[UUID] = mapped_column(unique=True)
    digest: Mapped[str] = mapped_column(String(64))
    use: Mapped[str] = mapped_column(String(20))
    version_id: Mapped[int] = mapped_column(ForeignKey("checklist_version.id"), index=True)
    subject: Mapped[str] = mapped_column(String(80))
    """Where, as `counter:c1`."""
    canteen: Mapped[str | None] = mapped_column(String(20))
    counter: Mapped[str | None] = mapped_column(String(20))
    """The codes of the place for which rights are asked."""
    day: Mapped[date]
    """The day that it is about."""
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    chain_seq: Mapped[int] = mapped_column(BigKey)

    version: Mapped[ChecklistVersion] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(lazy="joined")
    answers: Mapped[list["CheckedLine"]] = relationship(order_by="CheckedLine.id")

    @property
    def seconds(self) -> int | None:
        """How long it took; None where the device's clock cannot have been right."""
        took, rest = self.ended_at - self.begun_at, self.received_at - self.ended_at
        is_possible = timedelta() <= took <= LONGEST and -CLOCK_OFF <= rest <= KEPT_AWAY
        return round(took.total_seconds()) if is_possible else None


class CheckedLine(Model):
    """The answer to a line; `tenths` is the number, where one was asked for."""

    __tablename__ = "checked_line"
    __table_args__ = (UniqueConstraint("checked_id", "key"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    checked_id: Mapped[int] = mapped_column(ForeignKey("checked.id"))
    key: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(8))
    tenths: Mapped[int | None]


class Finding(Model):
    """Something that was found, until somebody else than who mended it has seen that it is. What was written
    stands in the record (entry of its first step), so that it can be erased there."""

    __tablename__ = "finding"
    __table_args__ = (UniqueConstraint("checked_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    checked_id: Mapped[int] = mapped_column(ForeignKey("checked.id"))
    key: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(80), index=True)
    found_at: Mapped[datetime]

    checked: Mapped[Checked] = relationship(lazy="joined")
    steps: Mapped[list["FindingStep"]] = relationship(order_by="FindingStep.number", lazy="selectin")

    @property
    def case_id(self) -> int | None:
        """The number of the case in which it is dealt with now; None while the school uses no cases."""
        return next((step.case_id for step in reversed(self.steps) if step.case_id), None)

    @property
    def line(self) -> Line:
        """The line at which it was found."""
        return next(line for line in self.checked.version.read if line.key == self.key)

    @property
    def is_verified(self) -> bool:
        """Whether somebody else has seen that it is mended."""
        return bool(self.steps) and self.steps[-1].verb == VERIFIED


class FindingStep(Model):
    """Something that was said of a finding, by whom, by number. Never changed."""

    __tablename__ = "finding_step"
    __table_args__ = (UniqueConstraint("finding_id", "number"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"))
    number: Mapped[int]
    verb: Mapped[str] = mapped_column(String(8))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    """The case that began with it, where one did."""
    checked_id: Mapped[int | None] = mapped_column(ForeignKey("checked.id"))
    """The list in which it was said, where it was."""
    chain_seq: Mapped[int] = mapped_column(BigKey)

    person: Mapped[Person] = relationship(lazy="joined")


PROVEN, PRINTED, UNPROVEN = "proven", "printed", "unproven"
PRESENCES: dict[str, LazyString] = {
    PROVEN: lazy("checked in with the counter's code"),
    PRINTED: lazy("checked in with the printed code: no proof of presence"),
    UNPROVEN: lazy("presence not proven"),
}
"""How it is known that somebody was there."""
EXPIRED, NO_CODE, ELSEWHERE = "expired", "none", "elsewhere"
WHY_NOT: dict[str, LazyString] = {
    EXPIRED: lazy("the code had expired"),
    NO_CODE: lazy("no code was scanned"),
    ELSEWHERE: lazy("the code was another place's"),
}
"""Why presence is not proven."""

SCHOOL_DAYS, WEEKDAYS, DAYS = "school_days", "weekdays", "days"
RHYTHMS: dict[str, LazyString] = {
    SCHOOL_DAYS: lazy("every school day"),
    WEEKDAYS: lazy("on some weekdays, if they are school days"),
    DAYS: lazy("on certain days, to prepare in time (before term, exams, winter)"),
}
PLAN_NAME = field.Line(
    name="name", label=lazy("Name of the round"), longest=40, missing=lazy("Please enter a name.")
)


class RoundPlan(Model):
    """That a round is to be made again and again; who, where and when stands in its versions."""

    __tablename__ = "round_plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]

    versions: Mapped[list["RoundPlanVersion"]] = relationship(
        back_populates="plan", order_by="RoundPlanVersion.version", lazy="selectin"
    )


class RoundPlanVersion(Model):
    """Who makes the round where and when, from a day on: one post, team, person or role is named."""

    __tablename__ = "round_plan_version"
    __table_args__ = (UniqueConstraint("plan_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("round_plan.id"))
    version: Mapped[int]
    name: Mapped[str] = PLAN_NAME.column()
    checklist_id: Mapped[int] = mapped_column(ForeignKey("checklist.id"))
    subject: Mapped[str] = mapped_column(String(80))
    """Where, as `counter:c1`."""
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(String(20), default="")
    rhythm: Mapped[str] = mapped_column(String(12))
    weekdays: Mapped[list[int]] = mapped_column(JSON)
    """Monday is 0."""
    days: Mapped[list[str]] = mapped_column(JSON)
    """Days like 2026-09-01."""
    slots: Mapped[list[str]] = mapped_column(JSON)
    """When on a day: the codes of meals, or spans like 06:20-07:00; none: once, at any time."""
    since: Mapped[date]
    stands: Mapped[bool]
    reason: Mapped[str] = LIST_REASON.column()
    set_by: Mapped[str] = mapped_column(String(40))
    set_at: Mapped[datetime]
    chain_seq: Mapped[int] = mapped_column(BigKey)

    plan: Mapped[RoundPlan] = relationship(back_populates="versions", lazy="joined")
    checklist: Mapped[Checklist] = relationship(lazy="joined")


class RoundMade(Model):
    """A round that was made: the list that was gone through, by which plan, and how presence is known."""

    __tablename__ = "round"
    __table_args__ = (Index(None, "plan_id", "day"),)

    checked_id: Mapped[int] = mapped_column(ForeignKey("checked.id"), primary_key=True, autoincrement=False)
    plan_id: Mapped[int] = mapped_column(ForeignKey("round_plan.id"))
    day: Mapped[date]
    slot: Mapped[str] = mapped_column(String(20), default="")
    """For which time of the day; empty for a plan without times, and for one made besides."""
    presence: Mapped[str] = mapped_column(String(10))
    why: Mapped[str] = mapped_column(String(10), default="")
    """Why presence is not proven (WHY_NOT)."""
    checked_in_at: Mapped[datetime | None]
    on_duty: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether whoever made it stood on the place's own duty roster then: no independent proof."""
    chain_seq: Mapped[int] = mapped_column(BigKey)

    checked: Mapped[Checked] = relationship(lazy="joined")
    plan: Mapped[RoundPlan] = relationship(lazy="joined")


class SpotAnswer(Model):
    """What somebody in the queue answered to a question; nothing says who, or what else the same one said."""

    __tablename__ = "spot_answer"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    """Made by the client, so that repeating a request stores it once."""
    checked_id: Mapped[int] = mapped_column(ForeignKey("checked.id"), index=True)
    key: Mapped[str] = mapped_column(String(20))
    value: Mapped[int]

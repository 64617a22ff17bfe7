"""Tables of the kitchen. Samples, signatures, checks never change (triggers, migrations 0039 and 0040)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.core import field
from kiosk.core.db import BigKey, Model
from kiosk.core.i18n import LazyString, lazy
from kiosk.counters.models import Canteen
from kiosk.persons.models import Person

DISH = field.Line(name="dish", label=lazy("Dish"), longest=60, missing=lazy("Which dish is it?"))
GRAMS = field.Whole(name="grams", label=lazy("Grams"), least=1, most=5000)
PLACE = field.Line(
    name="place",
    label=lazy("Where it is kept: refrigerator and box"),
    longest=20,
    missing=lazy("Please say in which refrigerator and box."),
)
REASON = field.Line(
    name="reason",
    label=lazy("Why?"),
    longest=200,
    missing=lazy("Please say why, so that the next one knows."),
    least=field.A_WORD,
)

THROWN, VOID, HOLD, RELEASE = "thrown", "void", "hold", "release"
STEPS: dict[str, LazyString] = {
    THROWN: lazy("thrown away"),
    VOID: lazy("entered by mistake"),
    HOLD: lazy("held back"),
    RELEASE: lazy("let go again"),
}
"""What can become of a sample."""
ENDS = (THROWN, VOID)
"""After these there is no sample any more."""

CONTROL, WEEK, MONTH, SAMPLES, HEALTH, GOODS = "control", "week", "month", "samples", "health", "goods"
TASKS: dict[str, LazyString] = {
    CONTROL: lazy("Daily control (food-safety clerk)"),
    WEEK: lazy("Weekly look (food-safety officer)"),
    MONTH: lazy("Monthly meeting (principal)"),
    SAMPLES: lazy("Food samples"),
    HEALTH: lazy("Health certificates and morning checks"),
    GOODS: lazy("Certificates of goods"),
}
"""What a post can answer for, canteen by canteen."""


class KitchenDuty(Model):
    """Which post answers for a task; without a canteen for every one that names none itself."""

    __tablename__ = "kitchen_duty"
    __table_args__ = (UniqueConstraint("task", "canteen_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task: Mapped[str] = mapped_column(String(10))
    canteen_id: Mapped[int | None] = mapped_column(ForeignKey("canteen.id"))
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))


class FoodSample(Model):
    """A sample of a dish of a meal (留样), or that a dish of the menu was not served."""

    __tablename__ = "food_sample"
    __table_args__ = (Index(None, "canteen_id", "day"), Index(None, "day", "keep_until"))

    id: Mapped[int] = mapped_column(primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteen.id"))
    day: Mapped[date]
    meal: Mapped[str] = mapped_column(String(20))
    dish: Mapped[str] = DISH.column()
    is_kept: Mapped[bool]
    """False: the menu had the dish, and nobody served it."""
    grams: Mapped[int]
    place: Mapped[str] = PLACE.column()
    taken_at: Mapped[datetime]
    """When it was put away, as whoever entered it says."""
    recorded_at: Mapped[datetime]
    keep_until: Mapped[datetime]
    """Until then it stays there, as the school's rule said when it was entered."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who put it away."""
    chain_seq: Mapped[int] = mapped_column(BigKey)

    canteen: Mapped[Canteen] = relationship(lazy="joined")
    person: Mapped[Person | None] = relationship(lazy="joined")
    steps: Mapped[list["FoodSampleStep"]] = relationship(
        order_by="FoodSampleStep.id", back_populates="sample", lazy="selectin"
    )

    @property
    def end(self) -> "FoodSampleStep | None":
        """What ended it; None while it is kept."""
        return next((step for step in self.steps if step.verb in ENDS), None)

    @property
    def is_void(self) -> bool:
        """Whether it was entered by mistake."""
        return any(step.verb == VOID for step in self.steps)

    @property
    def is_there(self) -> bool:
        """Whether it is still in its box."""
        return self.is_kept and self.end is None

    @property
    def held(self) -> "FoodSampleStep | None":
        """That it is held back, because of which case; None while nobody holds it."""
        last = next((step for step in reversed(self.steps) if step.verb in (HOLD, RELEASE)), None)
        return last if last is not None and last.verb == HOLD and self.end is None else None

    @property
    def is_late(self) -> bool:
        """Whether it was entered on a later day than it was put away."""
        return (self.recorded_at - self.taken_at).total_seconds() > LATE


LATE = 3 * 3600
"""So many seconds after it was put away a sample counts as entered later: both times are shown."""


class FoodSampleStep(Model):
    """What became of a sample. What was written with it stands in the record alone (entry `chain_seq`)."""

    __tablename__ = "food_sample_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    sample_id: Mapped[int] = mapped_column(ForeignKey("food_sample.id"), index=True)
    verb: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    """Because of which case it is held back."""
    is_early: Mapped[bool] = mapped_column(default=False)
    """Thrown away before its time."""
    chain_seq: Mapped[int] = mapped_column(BigKey)

    sample: Mapped[FoodSample] = relationship(back_populates="steps")
    person: Mapped[Person | None] = relationship(lazy="joined")


REVIEW = field.Paragraphs(
    name="text",
    label=lazy("What is to be said of it"),
    longest=3000,
    missing=lazy("Please write what is to be said of it."),
    least=field.SAYS_SOMETHING,
)


class ControlReview(Model):
    """That somebody signed the look at a week or month of daily control, with the figures of that moment.

    A later signature of the same period follows it. What was written stands in the record alone.
    """

    __tablename__ = "control_review"
    __table_args__ = (UniqueConstraint("canteen_id", "kind", "period", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteen.id"))
    kind: Mapped[str] = mapped_column(String(10))
    """WEEK or MONTH."""
    period: Mapped[str] = mapped_column(String(10))
    version: Mapped[int]
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    signed_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    chain_seq: Mapped[int] = mapped_column(BigKey)

    canteen: Mapped[Canteen] = relationship(lazy="joined")
    person: Mapped[Person | None] = relationship(lazy="joined")


class ControlDecision(Model):
    """A case that began with a decision of a month's meeting."""

    __tablename__ = "control_decision"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True, autoincrement=False)
    review_id: Mapped[int] = mapped_column(ForeignKey("control_review.id"), index=True)


HOME, OTHER, ABSENT = "home", "other", "absent"
OUTCOMES: dict[str, LazyString] = {
    HOME: lazy("sent home"),
    OTHER: lazy("other work, away from food"),
    ABSENT: lazy("not here today"),
}
"""What became of somebody at a morning check who was not simply well."""
SIGNS: dict[str, LazyString] = {
    "fever": lazy("fever"),
    "diarrhoea": lazy("diarrhoea"),
    "vomiting": lazy("vomiting"),
    "wound": lazy("wound or festering skin"),
    "throat": lazy("sore throat, cough"),
    "jaundice": lazy("jaundice"),
}
"""Why somebody does not work with food (Food Safety Law art. 45, GB 31654-2021)."""


class KitchenWorker(Model):
    """Somebody who works with food at a canteen beside those on its roster: cooks, washers, drivers."""

    __tablename__ = "kitchen_worker"

    id: Mapped[int] = mapped_column(primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteen.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="joined")


class HealthCertificate(Model):
    """That somebody saw a person's health certificate, and until when it holds; no number, no picture."""

    __tablename__ = "health_certificate"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    until: Mapped[date] = mapped_column(index=True)
    seen_at: Mapped[datetime]
    seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=person_id, lazy="joined")
    seen_by: Mapped[Person | None] = relationship(foreign_keys=seen_by_id, lazy="joined")


class MorningCheck(Model):
    """That whoever works with food at a canteen was looked at in the morning. How each was is not here."""

    __tablename__ = "morning_check"
    __table_args__ = (Index(None, "canteen_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteen.id"))
    day: Mapped[date]
    at: Mapped[datetime]
    people: Mapped[int]
    """How many stood on the list."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who looked."""
    chain_seq: Mapped[int] = mapped_column(BigKey)

    person: Mapped[Person | None] = relationship(lazy="joined")
    notes: Mapped[list["MorningNote"]] = relationship(order_by="MorningNote.id", lazy="selectin")


class MorningNote(Model):
    """Who was not simply well at a morning check, and why. Kept for weeks, and nowhere in the record."""

    __tablename__ = "morning_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    check_id: Mapped[int] = mapped_column(ForeignKey("morning_check.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    outcome: Mapped[str] = mapped_column(String(10))
    signs: Mapped[str] = mapped_column(String(80))
    """Codes of SIGNS with commas between."""
    noted_at: Mapped[datetime] = mapped_column(index=True)

    person: Mapped[Person] = relationship(lazy="joined")


QUARANTINE, REPORT, IMPORTED, FURTHER = "quarantine", "report", "import", "further"
PAPERS: dict[str, LazyString] = {
    QUARANTINE: lazy("quarantine certificate"),
    REPORT: lazy("inspection report"),
    IMPORTED: lazy("papers of imported goods"),
    FURTHER: lazy("another paper"),
}
"""The kinds of papers that come with goods (索证索票)."""
GOODS_ITEM = field.Line(name="item", label=lazy("Goods"), longest=60, missing=lazy("Which goods are they?"))
GOODS_SUPPLIER = field.Line(name="supplier", label=lazy("Supplier"), longest=60)
GOODS_BATCH = field.Line(name="batch", label=lazy("Batch or production date"), longest=40)
GOODS_PAPER = field.Choice(name="paper", label=lazy("Which paper"), options=PAPERS)
GOODS_UNTIL = field.Day(
    name="until", label=lazy("Valid until"), missing=lazy("Please enter until when it holds.")
)


class GoodsCertificate(Model):
    """A paper that came with goods or a batch, and until when it holds; never changed, but ended."""

    __tablename__ = "goods_certificate"

    id: Mapped[int] = mapped_column(primary_key=True)
    item: Mapped[str] = GOODS_ITEM.column()
    supplier: Mapped[str] = GOODS_SUPPLIER.column()
    batch: Mapped[str] = GOODS_BATCH.column()
    paper: Mapped[str] = GOODS_PAPER.column()
    until: Mapped[date] = mapped_column(index=True)
    noted_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    chain_seq: Mapped[int] = mapped_column(BigKey)
    ended_at: Mapped[datetime | None]
    """When the goods were used up or sent back, or a newer paper came: its end is told no more."""

    person: Mapped[Person | None] = relationship(lazy="joined")

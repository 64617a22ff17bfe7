"""Tables of shared meals. Turns, swaps asked for and entries never change (triggers, migration 0041).

What somebody wrote at the table (dishes, the pupils' words, what should be put right) stands in the record's
entry alone, so that erasing it there erases it everywhere.
"""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.core import field
from kiosk.core.db import BigKey, Fen, Model
from kiosk.core.i18n import lazy
from kiosk.counters.models import Canteen
from kiosk.persons.models import Person

TITLE = field.Line(
    name="title",
    label=lazy("Post, as everybody reads it"),
    longest=20,
    missing=lazy("Please write the post, for example: principal."),
)
NOTE = field.Line(name="note", label=lazy("Why"), longest=60)
REASON = field.Line(
    name="reason",
    label=lazy("Why?"),
    longest=60,
    missing=lazy("Please say why in a word: everybody reads it beside the roster."),
    least=field.A_WORD,
)
SWAP_REASON = replace(
    REASON,
    missing=lazy("Please say why in a word."),
    hint=lazy(
        "Whoever is asked and the office read it; everybody else reads only that the turn was swapped."
    ),
)
DISHES = field.Line(
    name="dishes",
    label=lazy("What was eaten"),
    longest=300,
    missing=lazy("Please say what was eaten."),
)
WORDS = field.Paragraphs(
    name="words",
    label=lazy("What pupils at the table said"),
    longest=500,
    hint=lazy("Everybody reads this. No names of pupils, no classes."),
)
CONCERN = field.Paragraphs(
    name="concern",
    label=lazy("What has to be put right"),
    longest=500,
    hint=lazy("Only the office reads this; it can be made a case next."),
)
PAID = field.Money(name="paid", label=lazy("Paid (yuan)"))
SCALE = {5: lazy("very good"), 4: lazy("good"), 3: lazy("fair"), 2: lazy("poor"), 1: lazy("very poor")}
"""The words of the five marks."""
MARKS = {
    "looks": lazy("Looks"),
    "taste": lazy("Taste"),
    "portion": lazy("Portion"),
    "temperature": lazy("Temperature"),
    "hygiene": lazy("Hygiene"),
}
"""What is marked at the table."""

PROPOSED, COPIED, BY_HAND, SWAPPED = "proposed", "copied", "by hand", "swapped"
SOURCES = {
    PROPOSED: lazy("proposed"),
    COPIED: lazy("as last month"),
    BY_HAND: lazy("by hand"),
    SWAPPED: lazy("swapped"),
}
TAKEN, REFUSED, TAKEN_BACK = "taken", "refused", "taken back"
ANSWERS = {TAKEN: lazy("accepted"), REFUSED: lazy("refused"), TAKEN_BACK: lazy("taken back")}
LEADER, PARENT = "leader", "parent"
ROLES = {LEADER: lazy("School leader"), PARENT: lazy("Parent")}

PLACES = field.Whole(name="places", label=lazy("Places"), least=1, most=200)
PRICE = field.Money(
    name="price",
    label=lazy("What parents pay (yuan)"),
    missing=lazy("Please enter the pupils' price."),
    hint=lazy("The pupils' price."),
)
WORD = field.Line(
    name="word",
    label=lazy("Word to register with"),
    longest=20,
    hint=lazy("Stands on the invitation, so that nobody else takes the places. Empty: one is made up."),
)
INVITATION = field.Line(name="invitation", label=lazy("Where to come"), longest=100)
CALLED = field.Line(
    name="called",
    label=lazy("How you want to be called at the door"),
    longest=20,
    missing=lazy("Please write what you are called at the door; it need not be your name."),
    hint=lazy("For example: Ms Zhou, or a mother of year 7. It is erased 30 days after the meal."),
)


class Leader(Model):
    """Somebody who eats with the pupils, on which weekdays, and under which post everybody reads it."""

    __tablename__ = "dining_leader"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    title: Mapped[str] = TITLE.column()
    weekdays: Mapped[list[int]] = mapped_column(JSON, default=list)
    """On which weekdays the person can, as Python counts them; empty: on all."""
    active: Mapped[bool] = mapped_column(default=True)
    added_at: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="joined")

    @property
    def face(self) -> str:
        """What everybody reads: the post and the name; who is called by the post, by that alone."""
        name = self.person.current.name
        return name if name == self.title else f"{self.title} {name}".strip()


class Away(Model):
    """Days on which a leader is not there."""

    __tablename__ = "dining_away"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("dining_leader.person_id"), index=True)
    first: Mapped[date]
    last: Mapped[date]


class Turn(Model):
    """Who is to eat at a meal from the moment on when it was set; the last one is in force."""

    __tablename__ = "dining_turn"
    __table_args__ = (Index("ix_dining_turn_day_canteen_id_meal", "day", "canteen_id", "meal"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteen.id"))
    day: Mapped[date]
    meal: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """None: nobody any more."""
    source: Mapped[str] = mapped_column(String(10))
    """One of SOURCES."""
    reason: Mapped[str] = mapped_column(String(60), default="")
    set_by: Mapped[str] = mapped_column(String(40))
    set_at: Mapped[datetime]
    chain_seq: Mapped[int] = mapped_column(BigKey)

    canteen: Mapped[Canteen] = relationship(lazy="joined")
    person: Mapped[Person | None] = relationship(lazy="joined")


class Swap(Model):
    """That whoever is on the roster asked another to take the turn, and what the other said."""

    __tablename__ = "dining_swap"

    id: Mapped[int] = mapped_column(primary_key=True)
    turn_id: Mapped[int] = mapped_column(ForeignKey("dining_turn.id"), index=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    """Who is asked."""
    return_id: Mapped[int | None] = mapped_column(ForeignKey("dining_turn.id"))
    """A turn of the other's that is taken in return."""
    reason: Mapped[str] = SWAP_REASON.column()
    asked_by: Mapped[str] = mapped_column(String(40))
    asked_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(String(12), default="")
    """One of ANSWERS; "" while there is none."""
    answered_by: Mapped[str] = mapped_column(String(40), default="")
    answered_at: Mapped[datetime | None]
    chain_seq: Mapped[int] = mapped_column(BigKey)

    turn: Mapped[Turn] = relationship(foreign_keys=turn_id, lazy="joined")
    other: Mapped[Person] = relationship(lazy="joined")
    in_return: Mapped[Turn | None] = relationship(foreign_keys=return_id, lazy="joined")


class SharedMeal(Model):
    """An entry: somebody ate with the pupils. One that follows another takes its place; both stay."""

    __tablename__ = "shared_meal"
    __table_args__ = (Index("ix_shared_meal_day_canteen_id_meal", "day", "canteen_id", "meal"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sent: Mapped[str] = mapped_column(String(64), unique=True)
    """The form's own number: the same form is the same entry, however often it arrives."""
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteen.id"))
    day: Mapped[date]
    meal: Mapped[str] = mapped_column(String(20))
    role: Mapped[str] = mapped_column(String(10))
    """LEADER or PARENT."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    seat_id: Mapped[int | None] = mapped_column(ForeignKey("parents_seat.id"), index=True)
    looks: Mapped[int | None] = mapped_column(SmallInteger)
    taste: Mapped[int | None] = mapped_column(SmallInteger)
    portion: Mapped[int | None] = mapped_column(SmallInteger)
    temperature: Mapped[int | None] = mapped_column(SmallInteger)
    hygiene: Mapped[int | None] = mapped_column(SmallInteger)
    paid: Mapped[int | None] = mapped_column(Fen)
    written_at: Mapped[datetime]
    written_by: Mapped[str] = mapped_column(String(40))
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("shared_meal.id"), unique=True)
    chain_seq: Mapped[int] = mapped_column(BigKey, unique=True)

    canteen: Mapped[Canteen] = relationship(lazy="joined")
    person: Mapped[Person | None] = relationship(lazy="joined")


class ParentsDay(Model):
    """A meal to which parents may come."""

    __tablename__ = "parents_day"

    id: Mapped[int] = mapped_column(primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteen.id"))
    day: Mapped[date] = mapped_column(index=True)
    meal: Mapped[str] = mapped_column(String(20))
    places: Mapped[int]
    price: Mapped[int] = mapped_column(Fen)
    word: Mapped[str] = WORD.column()
    invitation: Mapped[str] = INVITATION.column()
    opened_by: Mapped[str] = mapped_column(String(40))
    opened_at: Mapped[datetime]
    called_off_at: Mapped[datetime | None]
    called_off_because: Mapped[str] = mapped_column(String(60), default="")
    chain_seq: Mapped[int] = mapped_column(BigKey)

    canteen: Mapped[Canteen] = relationship(lazy="joined")
    seats: Mapped[list["ParentsSeat"]] = relationship(
        order_by="ParentsSeat.number", back_populates="parents_day"
    )

    @property
    def taken(self) -> int:
        """How many places are taken."""
        return sum(seat.cancelled_at is None for seat in self.seats)

    @property
    def free(self) -> int:
        """How many are left."""
        return max(self.places - self.taken, 0)


class ParentsSeat(Model):
    """A place that somebody registered for: a name that was chosen, and the hash of the private code."""

    __tablename__ = "parents_seat"
    __table_args__ = (UniqueConstraint("day_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    day_id: Mapped[int] = mapped_column(ForeignKey("parents_day.id"))
    number: Mapped[int]
    called: Mapped[str] = CALLED.column()
    """Erased 30 days after the meal."""
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    registered_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]

    parents_day: Mapped[ParentsDay] = relationship(lazy="joined", back_populates="seats")

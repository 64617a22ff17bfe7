"""Tables of ratings. A rating is a fact: triggers (migration 0001) refuse to change or delete it.

What may change stands beside it: a note (reasons and comment, erasable after a school year), a mark (why
it is not counted), and, until the meal is closed, the hash of its visitor.
"""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.core.db import BigKey, Model
from kiosk.core.field import A_WORD, SAYS_SOMETHING, Line
from kiosk.core.i18n import LazyString, lazy

LEVELS: dict[int, LazyString] = {
    5: lazy("Very satisfied"),
    4: lazy("Satisfied"),
    3: lazy("Acceptable"),
    2: lazy("Dissatisfied"),
    1: lazy("Very dissatisfied"),
}
"""The five levels in the words of GB/T 39734-2020, the best first."""

BAD = (1, 2)
"""The bad levels; 3 to 5 are good (好评率), 4 and 5 satisfied."""

MARKS: dict[str, LazyString] = {
    "misuse": lazy("Second tap within a moment"),
    "taken_back": lazy("Taken back by the rater"),
    "superseded": lazy("Replaced by the same person's later rating"),
    "burst": lazy("Unusually many at once"),
    "fresh_visitors": lazy("Unusually many new visitors"),
    "outside_hours": lazy("Outside opening hours"),
    "restored": lazy("Counted after review"),
}

DOUBTFUL = ("burst", "fresh_visitors", "outside_hours")
"""The marks that a person, other than the rated one, decides about; the others are beyond doubt."""


WHY = Line(
    name="reason",
    label=lazy("Why"),
    longest=200,
    missing=lazy("Please say why, in 200 characters at most."),
    least=A_WORD,
    hint=lazy("For example, what the roster, the queue or the tablet's place explains."),
)
"""Why somebody decides so about doubtful ratings."""
SENTENCE = Line(
    name="text",
    label=lazy("This week's sentence"),
    longest=80,
    missing=lazy("Please write a sentence."),
    least=SAYS_SOMETHING,
    hint=lazy("Everybody reads it beside the score, until Sunday. The post stands with it, no name."),
)
"""What a counter says to everybody in a week."""


class Rating(Model):
    """One tap. `seq` is the order of recording; `day`, `hour` (local) and `meal` say where it counts."""

    __tablename__ = "rating"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 5", name="level"),
        Index(None, "counter_id", "recorded_at"),
        {"sqlite_autoincrement": True},
    )

    seq: Mapped[int] = mapped_column(BigKey, primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True)
    """Made by the client (UUID version 7), so that repeating a request stores it once."""
    counter_id: Mapped[int] = mapped_column(ForeignKey("counter.id"))
    level: Mapped[int]
    tablet_id: Mapped[int | None] = mapped_column(ForeignKey("tablet.id"))
    channel: Mapped[str] = mapped_column(String(10))
    tablet_seq: Mapped[int] = mapped_column(BigKey)
    """The tablet's own count of presses; 0 from a phone."""
    pressed_at: Mapped[datetime | None]
    """As the tablet's clock had it; of a phone, when its code was scanned."""
    recorded_at: Mapped[datetime] = mapped_column(index=True)
    day: Mapped[date]
    hour: Mapped[int]
    meal: Mapped[str] = mapped_column(String(20))
    live: Mapped[bool]
    """Pressed just now, not drained from a queue."""


class Recorded(NamedTuple):
    """A rating's columns as bare values."""

    seq: int
    id: UUID
    counter_id: int
    level: int
    tablet_id: int | None
    channel: str
    tablet_seq: int
    pressed_at: datetime | None
    recorded_at: datetime
    day: date
    hour: int
    meal: str
    live: bool


Stored = Rating | Recorded
"""A stored rating, read from the database or known because it was just stored."""

COMMENTED = text("comment <> ''")
"""The condition of the indexes that find comments; a query uses them when it says just this."""
WHERE_COMMENTED: dict[str, Any] = {"sqlite_where": COMMENTED, "postgresql_where": COMMENTED}


class RatingNote(Model):
    """What was said after the tap: reason codes, a comment, the person served by; each once for a rating.

    A row is added and never changed, except that a comment may be erased; its salt goes with it and
    `comment_hash`, which the seal commits to, stays.
    """

    __tablename__ = "rating_note"
    __table_args__ = (
        Index("ix_rating_note_comment", "rating_seq", **WHERE_COMMENTED),
        Index("ix_rating_note_counter_comment", "counter_id", "rating_seq", **WHERE_COMMENTED),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    rating_seq: Mapped[int] = mapped_column(ForeignKey("rating.seq"), index=True)
    counter_id: Mapped[int] = mapped_column(ForeignKey("counter.id"))
    """The rating's counter, repeated so that a counter's comments are found at once."""
    reasons: Mapped[list[str]] = mapped_column(JSON, default=list)
    comment: Mapped[str] = mapped_column(Text, default="")
    comment_salt: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    comment_hash: Mapped[str] = mapped_column(String(64), default="")
    """SHA-256 of salt and comment; empty where there was none."""
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """The person served by, when it was chosen after the tap."""
    added_at: Mapped[datetime]


class ErasedComment(Model):
    """A rating whose comment was erased: whoever still has it, a tablet or a backup, brings none back."""

    __tablename__ = "erased_comment"

    rating_id: Mapped[UUID] = mapped_column(primary_key=True)


class RatingMark(Model):
    """Why a rating is not counted, or counted again; the last one of a rating is in force."""

    __tablename__ = "rating_mark"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    rating_seq: Mapped[int] = mapped_column(ForeignKey("rating.seq"), index=True)
    counter_id: Mapped[int] = mapped_column(ForeignKey("counter.id"))
    day: Mapped[date] = mapped_column(index=True)
    """Counter and day of the rating, repeated so that a span's marks are found at once."""
    mark: Mapped[str] = mapped_column(String(20))
    counted: Mapped[bool]
    at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str] = WHY.column(default="")


class RatingVisitor(Model):
    """Which ratings of one meal came from one visitor; removed when the meal is closed."""

    __tablename__ = "rating_visitor"
    __table_args__ = (Index(None, "meal_key_id", "visitor"),)

    rating_seq: Mapped[int] = mapped_column(ForeignKey("rating.seq"), primary_key=True, autoincrement=False)
    meal_key_id: Mapped[int] = mapped_column(ForeignKey("meal_key.id"))
    visitor: Mapped[bytes] = mapped_column(LargeBinary(16))
    """HMAC(the meal's key; the phone's tag, the counter): one phone differs from counter to counter."""
    fresh: Mapped[bool] = mapped_column(default=False)
    """The phone's cookie was new when it came."""


class Tally(Model):
    """Counted ratings of a counter in one local hour, by level; changes in the ratings' transaction."""

    __tablename__ = "tally"

    counter_id: Mapped[int] = mapped_column(ForeignKey("counter.id"), primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True, index=True)
    hour: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    n1: Mapped[int] = mapped_column(default=0)
    n2: Mapped[int] = mapped_column(default=0)
    n3: Mapped[int] = mapped_column(default=0)
    n4: Mapped[int] = mapped_column(default=0)
    n5: Mapped[int] = mapped_column(default=0)


class Pulse(Model):
    """Counted ratings of a counter in one minute: what the last hour and the alerts are read from.

    Kept for a day, so that a live view costs the same whether the school has a thousand ratings or a million.
    """

    __tablename__ = "pulse"

    minute: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    """Minutes since 1970 (UTC)."""
    counter_id: Mapped[int] = mapped_column(ForeignKey("counter.id"), primary_key=True, autoincrement=False)
    total: Mapped[int] = mapped_column(default=0)
    bad: Mapped[int] = mapped_column(default=0)
    level_sum: Mapped[int] = mapped_column(default=0)


class ReasonTally(Model):
    """How often a reason was chosen at a counter on a day, after good (3–5) and after bad (1–2) levels."""

    __tablename__ = "reason_tally"

    counter_id: Mapped[int] = mapped_column(ForeignKey("counter.id"), primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(String(20), primary_key=True)
    good: Mapped[int] = mapped_column(default=0)
    bad: Mapped[int] = mapped_column(default=0)


class Alert(Model):
    """Many bad ratings at a counter within minutes: opened by the rating that made the rule true."""

    __tablename__ = "alert"

    id: Mapped[int] = mapped_column(primary_key=True)
    counter_id: Mapped[int] = mapped_column(ForeignKey("counter.id"), index=True)
    opened_at: Mapped[datetime]
    bad: Mapped[int]
    total: Mapped[int]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None] = mapped_column(String(40))
    closed_at: Mapped[datetime | None]


class VoiceMark(Model):
    """Up to where ratings, notes, marks and alerts were looked at for cases, and at which minute (UTC)."""

    __tablename__ = "voice_mark"

    name: Mapped[str] = mapped_column(String(10), primary_key=True)
    number: Mapped[int] = mapped_column(BigKey)


STAND_IN, HEAD = "stand_in", "head"
DEPUTIES: dict[str, LazyString] = {STAND_IN: lazy("stand-in"), HEAD: lazy("head of logistics")}
"""Who can say a counter's sentence in the name of a holder who cannot sign in."""


class CounterSentence(Model):
    """That a counter said something in a week, or took it back; the last row of the week is in force.

    A row never changes (triggers, migration 0030). What was said stands in the record alone, where it can be
    erased.
    """

    __tablename__ = "counter_sentence"
    __table_args__ = (Index(None, "week", "counter_id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    counter_id: Mapped[int] = mapped_column(ForeignKey("counter.id"))
    week: Mapped[date]
    """Its Monday."""
    says: Mapped[bool]
    """False: it was taken back."""
    post: Mapped[str] = mapped_column(String(40))
    """The post as it was called then; empty: the head's, while nobody held it."""
    said_at: Mapped[datetime]
    said_by: Mapped[str] = mapped_column(String(40))
    chain_seq: Mapped[int] = mapped_column(BigKey)

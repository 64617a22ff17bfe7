"""One rating: its marks, what was said with it, its receipt."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from kiosk.core.db import session
from kiosk.core.security import ALPHABET, fingerprint
from kiosk.counters.models import Counter
from kiosk.presence.models import SpentPass
from kiosk.ratings.models import Rating, RatingMark, RatingNote, Stored
from kiosk.ratings.queries.facts import SERIES
from kiosk.seals.models import Seal
from kiosk.seals.queries import seal_of


def rating(rating_id: UUID) -> Rating | None:
    """The rating with this id, or None."""
    return session.scalar(select(Rating).where(Rating.id == rating_id))


def rating_of_pass(pass_text: str) -> Rating | None:
    """The rating that a pass was spent on, or None while it is unspent."""
    query = select(Rating).join(SpentPass, SpentPass.rating_id == Rating.id)
    return session.scalar(query.where(SpentPass.pass_hash == fingerprint(pass_text)))


def mark_in_force(rating_seq: int) -> RatingMark | None:
    """The last mark of a rating: it decides whether it is counted. None: counted, as nearly all are."""
    query = select(RatingMark).where(RatingMark.rating_seq == rating_seq)
    return session.scalar(query.order_by(RatingMark.id.desc()).limit(1))


def notes(rating_seq: int) -> list[RatingNote]:
    """What was said after the tap, in the order it came."""
    query = select(RatingNote).where(RatingNote.rating_seq == rating_seq)
    return list(session.scalars(query.order_by(RatingNote.id)))


@dataclass(frozen=True)
class Receipt:
    """What a rater gets to come back to. Whoever knows the rating's id may read it."""

    id: UUID
    counter: Counter
    level: int
    status: str
    """counted, or not_counted with a `mark`; the rating is kept in both cases."""
    mark: str | None
    recorded_at: datetime
    seal: Seal | None
    reasons: list[str]
    comment: str

    @property
    def code(self) -> str:
        """Eight characters to note down."""
        return receipt_code(self.id)


def receipt_code(rating_id: UUID) -> str:
    """Eight characters (40 bits), drawn from the random end of the id."""
    return "".join(ALPHABET[rating_id.int >> 5 * place & 31] for place in range(8))


def status(mark: str | None) -> str:
    """How a receipt calls a rating with this mark in force; None: counted."""
    return "not_counted" if mark else "counted"


def receipt(rating: Stored) -> Receipt:
    """The receipt of a stored rating."""
    mark, remarks = mark_in_force(rating.seq), notes(rating.seq)
    doubt = None if mark is None or mark.counted else mark.mark
    return Receipt(
        id=rating.id,
        counter=session.get_one(Counter, rating.counter_id),
        level=rating.level,
        status=status(doubt),
        mark=doubt,
        recorded_at=rating.recorded_at,
        seal=seal_of(SERIES, rating.seq),
        reasons=next((note.reasons for note in remarks if note.reasons), []),
        comment=next((note.comment for note in remarks if note.comment), ""),
    )

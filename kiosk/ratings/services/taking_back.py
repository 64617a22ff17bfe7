"""A tap that its rater takes back: it is kept, marked in the open, and not counted."""

from datetime import timedelta

from sqlalchemy import select

from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.errors import Conflict
from kiosk.core.i18n import lazy
from kiosk.ratings import queries
from kiosk.ratings.models import BAD, Rating, RatingMark, RatingVisitor
from kiosk.ratings.services.alerts import close_alerts
from kiosk.ratings.services.counting import count, count_reasons, mark_row, uncount

WITHIN = timedelta(minutes=10)
"""So long after a tap was recorded its taking back may arrive: the screen offers it for three seconds, what
is left is for the line. Whoever finds a tablet's key later can take nothing back."""

REPLACEMENT_GONE = "the later rating was taken back"


class TooLate(Conflict):
    """Somebody else's tap, or one that has stood for too long."""

    code = "too-late"
    message = lazy("This rating can no longer be taken back.")


def take_back(rating: Rating, tablet_id: int | None) -> None:
    """Take a tap back at the tablet that took it; doing so again changes nothing.

    A rating that a visitor's later one had replaced counts again when the later one is taken back. Raises
    TooLate elsewhere and afterwards: the rating stands, and the tablet keeps what was refused.
    """
    mark = queries.mark_in_force(rating.seq)
    if mark is not None and mark.mark == "taken_back":
        return
    if rating.tablet_id != tablet_id or abs(clock.now() - rating.recorded_at) > WITHIN:
        raise TooLate
    if mark is not None and not mark.counted:
        session.add(RatingMark(**mark_row(rating, "taken_back")))
        session.flush()
        return
    uncount(rating, "taken_back")
    _give_voice_back(rating)
    if rating.level in BAD:
        close_alerts(clock.now())


def _give_voice_back(rating: Rating) -> None:
    """Count the visitor's rating again that this one had replaced, unless another one counts."""
    own = session.get(RatingVisitor, rating.seq)
    if own is None:
        return
    query = (
        select(Rating)
        .join(RatingVisitor, RatingVisitor.rating_seq == Rating.seq)
        .where(RatingVisitor.meal_key_id == own.meal_key_id, RatingVisitor.visitor == own.visitor)
        .order_by(Rating.seq.desc())
    )
    marks = [(earlier, queries.mark_in_force(earlier.seq)) for earlier in session.scalars(query).all()]
    if any(mark is None or mark.counted for _earlier, mark in marks):
        return
    replaced = next(
        (
            earlier
            for earlier, mark in marks
            if mark and mark.mark == "superseded" and earlier.seq < rating.seq
        ),
        None,
    )
    if replaced is not None:
        _count_again(replaced)


def _count_again(rating: Rating) -> None:
    session.add(RatingMark(**mark_row(rating, "restored", counted=True, reason=REPLACEMENT_GONE)))
    session.flush()
    count(rating, 1)
    for note in queries.notes(rating.seq):
        count_reasons(rating, note.reasons, 1)

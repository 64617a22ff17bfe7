"""What was said with a rating is erased after its time, or for whoever shows the receipt."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.counters.models import Counter, RefusedEntry
from kiosk.ratings.models import ErasedComment, Rating, RatingNote
from kiosk.ratings.queries import receipt_code


def erase_comments(*, by: str, before: datetime) -> int:
    """Erase the comments older than a moment (they are kept one school year); seals stay verifiable."""
    number = _blank(RatingNote.added_at < before)
    if number:
        _blank_refused(RefusedEntry.reported_at < before)
        record("comments.erased", "ratings", by=by, after={"before": before, "number": number})
    return number


def _blank(which: Any) -> int:
    """Take the comments of these notes away, with their salt; how many there were."""
    statement = (
        update(RatingNote).where(RatingNote.comment != "", which).values(comment="", comment_salt=None)
    )
    result: Any = session.execute(statement.execution_options(synchronize_session=False))
    return int(result.rowcount)


def _blank_refused(which: Any) -> None:
    """What tablets brought that was refused may hold the same words."""
    for entry in session.scalars(select(RefusedEntry).where(which)):
        if entry.content.get("comment"):
            entry.content = {**entry.content, "comment": ""}
    session.flush()


def erase_comment(*, by: str, code: str) -> None:
    """Erase what was said with the rating whose receipt has this code, for whoever shows it (PIPL art. 47).

    The rating stays and counts. NotFound where no rating with this code has a comment.
    """
    wish = "".join(code.upper().split()).replace("-", "")
    query = select(Rating.id).join(RatingNote, RatingNote.rating_seq == Rating.seq)
    rows = session.scalars(query.where(RatingNote.comment != "").execution_options(yield_per=2000))
    ids = {rating for rating in rows if receipt_code(rating) == wish}
    if not ids:
        raise NotFound(lazy("There is no comment under this code, or it was already erased."))
    erase_comments_of(ids, by=by)


def erase_comments_of(ratings: Iterable[UUID], *, by: str) -> None:
    """Erase what was said with these ratings, and let it come back from nowhere."""
    for rating in session.scalars(select(Rating).where(Rating.id.in_(set(ratings))).order_by(Rating.seq)):
        _blank(RatingNote.rating_seq == rating.seq)
        _blank_refused(RefusedEntry.rating_id == rating.id)
        session.merge(ErasedComment(rating_id=rating.id))
        counter = session.get_one(Counter, rating.counter_id).code
        record("comment.erased", "ratings", by=by, after={"counter": counter, "day": rating.day})


def remember_erased(ratings: Iterable[UUID]) -> None:
    """After a restore: the comments of these ratings were erased; whoever sends one again stores none."""
    for rating in ratings:
        session.merge(ErasedComment(rating_id=rating))
    session.flush()

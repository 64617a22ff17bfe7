"""What was said with a rating is erased after its time, or for whoever shows the receipt."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.counters.models import Counter, RefusedEntry
from kiosk.ratings.models import ErasedComment, Rating, RatingNote
from kiosk.ratings.queries import rating, receipt_code


def erase_comments(*, by: Actor, before: datetime) -> int:
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


def erase_comment(*, by: Actor, code: str) -> None:
    """Erase what was said with the rating whose receipt has this code, for whoever shows it (PIPL art. 47).

    The rating stays and counts. NotFound where no rating with this code has a comment.
    """
    wish = "".join(code.upper().split()).replace("-", "")
    ids = {rating for rating in _commented() if receipt_code(rating) == wish}
    if not ids:
        raise NotFound(lazy("There is no comment under this code, or it was already erased."))
    erase_comments_of(ids, by=by)


def _commented(*which: Any) -> Iterable[UUID]:
    """The ratings with a comment that is still there."""
    query = select(Rating.id).join(RatingNote, RatingNote.rating_seq == Rating.seq)
    query = query.where(RatingNote.comment != "", *which).execution_options(yield_per=2000)
    ids: Iterable[UUID] = session.scalars(query)
    return ids


def comments_with(words: str) -> set[UUID]:
    """The ratings with a comment that holds these words, also one that a tablet brought and was refused."""
    refused = session.scalars(select(RefusedEntry))
    brought = {entry.rating_id for entry in refused if words in str(entry.content.get("comment", ""))}
    return brought.union(_commented(RatingNote.comment.contains(words, autoescape=True)))


def erase_comments_of(ratings: Iterable[UUID], *, by: Actor) -> None:
    """Erase what was said with these ratings, and let it come back from nowhere."""
    for rating_id in sorted(ratings):
        row, after = rating(rating_id), None
        if row is not None:
            _blank(RatingNote.rating_seq == row.seq)
            after = {"counter": session.get_one(Counter, row.counter_id).code, "day": row.day}
        _blank_refused(RefusedEntry.rating_id == rating_id)
        session.merge(ErasedComment(rating_id=rating_id))
        record("comment.erased", "ratings", by=by, after=after)


def remember_erased(ratings: Iterable[UUID]) -> None:
    """After a restore: the comments of these ratings were erased; whoever sends one again stores none."""
    for rating_id in ratings:
        session.merge(ErasedComment(rating_id=rating_id))
    session.flush()

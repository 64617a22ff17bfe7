"""What was said with a rating is erased after its time, or for whoever shows the receipt."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.counters.models import Counter
from kiosk.ratings.models import Rating, RatingNote
from kiosk.ratings.queries import receipt_code


def erase_comments(*, by: str, before: datetime) -> int:
    """Erase the comments older than a moment (they are kept one school year); seals stay verifiable."""
    statement = (
        update(RatingNote)
        .where(RatingNote.comment != "", RatingNote.added_at < before)
        .values(comment="", comment_salt=None)
        .execution_options(synchronize_session=False)
    )
    done: Any = session.execute(statement)
    number = int(done.rowcount)
    if number:
        record("comments.erased", "ratings", by=by, after={"before": before, "number": number})
    return number


def erase_comment(*, by: str, code: str) -> None:
    """Erase what was said with the rating whose receipt has this code, for whoever shows it (PIPL art. 47).

    The rating stays and counts. NotFound where no rating with this code has a comment.
    """
    wish = "".join(code.upper().split()).replace("-", "")
    said = select(RatingNote.id, Rating.id, Rating.day, Rating.counter_id).join(
        Rating, Rating.seq == RatingNote.rating_seq
    )
    rows = session.execute(said.where(RatingNote.comment != "").execution_options(yield_per=2000))
    found = [(note, day, place) for note, rating, day, place in rows if receipt_code(rating) == wish]
    if not found:
        raise NotFound(lazy("There is no comment under this code, or it was already erased."))
    for note, day, place in found:
        blank = update(RatingNote).where(RatingNote.id == note).values(comment="", comment_salt=None)
        session.execute(blank.execution_options(synchronize_session=False))
        counter = session.get_one(Counter, place).code
        record("comment.erased", "ratings", by=by, after={"counter": counter, "day": day})

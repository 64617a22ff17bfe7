"""The facts of ratings that are sealed: ratings, what was said with them, and marks."""

import hashlib
from collections.abc import Sequence

from sqlalchemy import select

from kiosk.counters.models import Counter
from kiosk.ratings.models import Rating, RatingMark, RatingNote
from kiosk.seals.queries import Fact, Range, Series, streamed

_RATING = (
    Rating.seq,
    Rating.id,
    Counter.code,
    Rating.level,
    Rating.tablet_id,
    Rating.channel,
    Rating.tablet_seq,
    Rating.pressed_at,
    Rating.recorded_at,
    Rating.day,
    Rating.hour,
    Rating.meal,
    Rating.live,
)
_NOTE = (
    RatingNote.id,
    RatingNote.rating_seq,
    RatingNote.reasons,
    RatingNote.comment_hash,
    RatingNote.staff_id,
    RatingNote.added_at,
)
"""Of a comment only its salted hash, so that it can be erased and the seal still be verified."""
_MARK = (
    RatingMark.id,
    RatingMark.rating_seq,
    RatingMark.mark,
    RatingMark.counted,
    RatingMark.at,
    RatingMark.decided_by,
    RatingMark.reason,
)
SERIES = "ratings"


def linear_digest(previous: str, ranges: Sequence[Range]) -> tuple[str, int]:
    """The digest of a seal of version 0.1.0 (format 1), and how many ratings: all rows in one line."""
    digest, number = hashlib.sha256(f"{previous}\n".encode()), 0
    columns = [Rating.counter_id if column is Counter.code else column for column in _RATING]
    query = select(*columns).where(Rating.seq.between(*ranges[0])).order_by(Rating.seq)
    for seq, id, *rest in streamed(query):
        digest.update("\t".join([str(seq), id.hex, *map(str, rest), "\n"]).encode())
        number += 1
    for fact, ends in zip(FACTS.facts[1:], ranges[1:], strict=True):
        for row in streamed(fact.rows.where(fact.number.between(*ends)).order_by(fact.number)):
            digest.update("\t".join([fact.kind, *map(str, row), "\n"]).encode())
    return digest.hexdigest(), number


FACTS = Series(
    SERIES,
    facts=(
        Fact(
            "rating",
            Rating.seq,
            select(*_RATING).join(Counter, Counter.id == Rating.counter_id),
            Rating.recorded_at,
        ),
        Fact("note", RatingNote.id, select(*_NOTE), RatingNote.added_at),
        Fact("mark", RatingMark.id, select(*_MARK), RatingMark.at),
    ),
    tables=("rating", "rating_note", "rating_mark"),
    linear=linear_digest,
)
"""docs/record.md describes each line."""


def comment_hash(salt: bytes, comment: str) -> str:
    """What a seal commits to instead of a comment."""
    return hashlib.sha256(salt + comment.encode()).hexdigest()

"""Meals that are over, and the digest of a seal."""

import hashlib
import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from kiosk.chain.models import ChainEntry
from kiosk.core.db import session
from kiosk.ratings.models import (
    MealKey,
    Rating,
    RatingMark,
    RatingNote,
    Seal,
)
from kiosk.school import queries as school

GRACE = timedelta(minutes=15)
"""A meal is closed this long after its end: by then every phone pass given out in it is used or over."""


NO_SEAL = "0" * 64


def last_seal() -> Seal | None:
    """The newest seal."""
    return session.scalar(select(Seal).order_by(Seal.number.desc()).limit(1))


def is_over(day: date, meal: str, now: datetime) -> bool:
    """Whether a meal's time is over and may be closed; so may a day that a wrong clock put in the future."""
    return school.meal_ends(day, meal) + GRACE <= now or day > school.local(now).date() + timedelta(days=1)


def _sitting_over(moment: datetime, now: datetime) -> bool:
    """Whether a meal has ended, or the day, since the moment."""
    here = school.local(moment)
    ends = [datetime.combine(here.date(), meal.ends, here.tzinfo) for meal in school.meals()]
    midnight = datetime.combine(here.date() + timedelta(days=1), time(), here.tzinfo)
    end = min(end for end in [*ends, midnight] if end > here)
    return end + GRACE <= now or moment > now + timedelta(minutes=2)


def open_meals() -> list[MealKey]:
    """The meals whose visitors can still be told apart, the oldest first."""
    return list(session.scalars(select(MealKey).where(MealKey.key.is_not(None)).order_by(MealKey.id)))


def seal_is_due(now: datetime) -> bool:
    """Whether something unsealed was recorded before the last meal's end."""
    last = last_seal()
    rating_seq, note_id = (last.last_seq, last.last_note) if last else (0, 0)
    firsts = (
        select(Rating.recorded_at).where(Rating.seq > rating_seq).order_by(Rating.seq).limit(1),
        select(RatingNote.added_at).where(RatingNote.id > note_id).order_by(RatingNote.id).limit(1),
    )
    moments = [moment for moment in map(session.scalar, firsts) if moment is not None]
    return any(_sitting_over(moment, now) for moment in moments)


def anything_to_close(now: datetime) -> bool:
    """Whether `services.close_meals` would do anything now; cheap, for a clock that asks each minute."""
    return any(is_over(key.day, key.meal, now) for key in open_meals()) or seal_is_due(now)


_SEALED_RATING = (
    Rating.seq,
    Rating.id,
    Rating.counter_id,
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


_SEALED_NOTE = (
    RatingNote.id,
    RatingNote.rating_seq,
    RatingNote.reasons,
    RatingNote.comment_hash,
    RatingNote.staff_id,
    RatingNote.added_at,
)


_SEALED_MARK = (
    RatingMark.id,
    RatingMark.rating_seq,
    RatingMark.mark,
    RatingMark.counted,
    RatingMark.at,
    RatingMark.decided_by,
    RatingMark.reason,
)


def streamed(query: Any) -> Iterator[Any]:
    """The rows of a query, fetched some thousands at a time."""
    return iter(session.connection().execute(query.execution_options(yield_per=5000)))


def sealed_marks(seal: Seal | None) -> tuple[int, int]:
    """The range of marks that a seal holds, as the chain tells it; (1, 0) where it holds none."""
    entry = session.get(ChainEntry, seal.chain_seq) if seal else None
    try:
        first, last = json.loads(entry.body)["after"]["marks"] if entry else (1, 0)
        return int(first), int(last)
    except (ValueError, TypeError, KeyError):
        return 1, 0


def digest(
    previous: str, ratings: tuple[int, int], notes: tuple[int, int], marks: tuple[int, int]
) -> tuple[str, int]:
    """The digest of a seal over ranges of rows (both ends included), and how many ratings.

    SHA-256 over the previous digest and one line for each row: its columns as text, parted by tabs. Of a
    comment only its salted hash enters, so that a comment can be erased and the seal still be verified.
    """
    made, number = hashlib.sha256(f"{previous}\n".encode()), 0
    for row in streamed(select(*_SEALED_RATING).where(Rating.seq.between(*ratings)).order_by(Rating.seq)):
        seq, id, *rest = row
        made.update("\t".join([str(seq), id.hex, *map(str, rest), "\n"]).encode())
        number += 1
    for row in streamed(select(*_SEALED_NOTE).where(RatingNote.id.between(*notes)).order_by(RatingNote.id)):
        made.update("\t".join(["note", *map(str, row), "\n"]).encode())
    for row in streamed(select(*_SEALED_MARK).where(RatingMark.id.between(*marks)).order_by(RatingMark.id)):
        made.update("\t".join(["mark", *map(str, row), "\n"]).encode())
    return made.hexdigest(), number


def comment_hash(salt: bytes, comment: str) -> str:
    """What a seal commits to instead of a comment."""
    return hashlib.sha256(salt + comment.encode()).hexdigest()

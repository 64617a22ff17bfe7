"""Voices: ratings as what cases are opened for, of one counter and day at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from kiosk.core.db import session
from kiosk.core.security import fingerprint
from kiosk.ratings.models import BAD, COMMENTED, Rating, RatingMark, RatingNote
from kiosk.school import queries as school

LONGEST_AFTER = timedelta(days=10)
"""So long after its day a rating can be recorded (a tablet's queue, and a clock that is a day ahead)."""
SHORTENED = 48
SEVERAL = 500


@dataclass(frozen=True)
class Voice:
    """A rating with what was said and decided about it, as it stands now."""

    rating: Rating
    counted: bool
    taken_back: bool
    reasons: tuple[str, ...] = ()
    comment: str = ""
    served_by: tuple[int, ...] = ()
    """The rows of the persons whom it names as those who served."""
    known_at: datetime = field(kw_only=True)
    """When the last of this was known."""

    @property
    def is_bad(self) -> bool:
        """Whether somebody was dissatisfied."""
        return self.rating.level in BAD

    @property
    def reference(self) -> str:
        """What the rating is called in a case."""
        return reference(self.rating)

    @property
    def words(self) -> str:
        """What its comment is called there, where the rating itself is in another case already."""
        return words_reference(self.rating)


def reference(rating: Any) -> str:
    """What a rating is called in a case: a hash of its id, which opens no receipt."""
    return f"rating:{fingerprint(f'voice {rating.id}')[:SHORTENED]}"


def words_reference(rating: Any) -> str:
    """What a rating's comment is called in a case of its own."""
    return f"words:{fingerprint(f'voice {rating.id}')[:SHORTENED]}"


def voices(counter_id: int, day: date) -> list[Voice]:
    """The bad ratings of a counter and day, and those with a comment, in the order of recording."""
    rows = list(session.scalars(_of(select(Rating), counter_id, day).order_by(Rating.seq)))
    seqs = [row.seq for row in rows]
    notes, marks = _by_rating(RatingNote, seqs), _by_rating(RatingMark, seqs)
    return [_voice(row, notes.get(row.seq, []), marks.get(row.seq, [])) for row in rows]


def _of(query: Any, counter_id: int, day: date) -> Any:
    starts = datetime.combine(day, time(), school.zone()) - timedelta(days=1)
    commented = select(RatingNote.rating_seq).where(RatingNote.counter_id == counter_id, COMMENTED)
    return query.where(
        Rating.counter_id == counter_id,
        Rating.recorded_at.between(starts, starts + LONGEST_AFTER),
        Rating.day == day,
        or_(Rating.level.in_(BAD), Rating.seq.in_(commented)),
    )


def _by_rating(table: Any, seqs: list[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for start in range(0, len(seqs), SEVERAL):
        query = select(table).where(table.rating_seq.in_(seqs[start : start + SEVERAL])).order_by(table.id)
        for row in session.scalars(query):
            found.setdefault(row.rating_seq, []).append(row)
    return found


def _voice(rating: Rating, notes: list[RatingNote], marks: list[RatingMark]) -> Voice:
    mark = marks[-1] if marks else None
    return Voice(
        rating,
        counted=mark is None or mark.counted,
        taken_back=mark is not None and mark.mark == "taken_back",
        reasons=next((tuple(note.reasons) for note in notes if note.reasons), ()),
        comment=next((note.comment for note in notes if note.comment), ""),
        served_by=tuple(note.staff_id for note in notes if note.staff_id),
        known_at=max([rating.recorded_at, *(one.added_at for one in notes), *(one.at for one in marks)]),
    )


Pair = tuple[int, date]
"""A counter and a day."""


def pairs_between(first: date, last: date) -> list[Pair]:
    """The counters and days of a span on which somebody was dissatisfied, or said something."""
    starts = datetime.combine(first, time(), school.zone()) - timedelta(days=1)
    commented = select(RatingNote.rating_seq).where(COMMENTED)
    query = select(Rating.counter_id, Rating.day, func.min(Rating.seq)).where(
        Rating.recorded_at >= starts,
        Rating.day.between(first, last),
        or_(Rating.level.in_(BAD), Rating.seq.in_(commented)),
    )
    rows = session.execute(query.group_by(Rating.counter_id, Rating.day).order_by(func.min(Rating.seq)))
    return [(counter_id, day) for counter_id, day, _first in rows]


def newest() -> dict[str, int]:
    """The numbers of the newest rating, note and mark."""
    tables = {"rating": Rating.seq, "note": RatingNote.id, "mark": RatingMark.id}
    return {name: session.scalar(select(func.max(column))) or 0 for name, column in tables.items()}


def touched(since: date, after: dict[str, int], until: dict[str, int]) -> Iterator[Pair]:
    """The counters and days, from a day on, of which anything was recorded between these numbers."""
    place = select(Rating.counter_id, Rating.day).where(Rating.day >= since).distinct()
    new = place.where(Rating.seq > after["rating"], Rating.seq <= until["rating"], Rating.level.in_(BAD))
    yield from _pairs(new)
    for name, table in (("note", RatingNote), ("mark", RatingMark)):
        between = (table.id > after[name], table.id <= until[name])
        yield from _pairs(place.join(table, table.rating_seq == Rating.seq).where(*between))


def _pairs(query: Any) -> Iterable[Pair]:
    return [(counter_id, day) for counter_id, day in session.execute(query)]

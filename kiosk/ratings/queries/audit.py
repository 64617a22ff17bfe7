"""All ratings at once: the export, and the recount that `kiosk check` runs."""

from collections import Counter as Tallier
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from kiosk.chain.queries import Finding
from kiosk.core.db import session
from kiosk.counters.models import Counter
from kiosk.presence.models import MealKey
from kiosk.ratings.models import (
    BAD,
    COMMENTED,
    LEVELS,
    Rating,
    RatingMark,
    RatingNote,
    RatingVisitor,
    ReasonTally,
    Tally,
)
from kiosk.ratings.queries.facts import comment_hash
from kiosk.seals.queries import streamed


def newest_marks() -> Any:
    newest = select(func.max(RatingMark.id)).group_by(RatingMark.rating_seq)
    return (
        select(RatingMark.rating_seq, RatingMark.mark, RatingMark.counted)
        .where(RatingMark.id.in_(newest))
        .subquery()
    )


def export() -> Iterator[dict[str, Any]]:
    """Every stored rating in the order of recording."""
    marks = newest_marks()
    comments = select(RatingNote.rating_seq, RatingNote.comment).where(COMMENTED).subquery()
    query = (
        select(
            Rating.id,
            Counter.code,
            Rating.level,
            comments.c.comment,
            Rating.tablet_seq,
            marks.c.mark,
            marks.c.counted,
        )
        .join(Counter, Counter.id == Rating.counter_id)
        .outerjoin(marks, marks.c.rating_seq == Rating.seq)
        .outerjoin(comments, comments.c.rating_seq == Rating.seq)
        .order_by(Rating.seq)
    )
    for rating_id, code, level, comment, tablet_seq, mark, counted in streamed(query):
        yield {
            "id": str(rating_id),
            "counter": code,
            "level": level,
            "comment": comment or "",
            "seq": tablet_seq,
            "counted": counted is None or counted,
            "mark": None if counted is None or counted else mark,
        }


def stored() -> int:
    """How many ratings are stored."""
    return session.scalar(select(func.count()).select_from(Rating)) or 0


def tallied() -> int:
    """How many ratings the tallies count."""
    return session.scalar(select(func.sum(Tally.n1 + Tally.n2 + Tally.n3 + Tally.n4 + Tally.n5))) or 0


def recount() -> list[Finding]:
    """Count everything again and compare; what differs. Nothing: all is well."""
    return [
        *_recount_tallies(),
        *_recount_reasons(),
        *_find_orphans(),
    ]


def _counted_ratings(*columns: Any) -> Select[Any]:
    marks = newest_marks()
    return (
        select(*columns)
        .select_from(Rating)
        .outerjoin(marks, marks.c.rating_seq == Rating.seq)
        .where(marks.c.counted.is_(None) | marks.c.counted)
    )


def _codes() -> dict[int, str]:
    return {key: code for key, code in session.execute(select(Counter.id, Counter.code))}


def _recount_tallies() -> Iterator[Finding]:
    place = (Rating.counter_id, Rating.day, Rating.hour, Rating.level)
    recounted = {
        tuple(key): number
        for *key, number in session.execute(_counted_ratings(*place, func.count()).group_by(*place))
    }
    tallied = {
        (row.counter_id, row.day, row.hour, level): getattr(row, f"n{level}")
        for row in session.scalars(select(Tally))
        for level in LEVELS
        if getattr(row, f"n{level}")
    }
    codes = _codes()

    def subject(counter_id: int, day: date, hour: int, level: int) -> str:
        return f"{codes.get(counter_id, counter_id)} {day} {hour:02}:00, {level}"

    yield from _differences(recounted, tallied, subject, "ratings")


def _recount_reasons() -> Iterator[Finding]:
    query = _counted_ratings(Rating.counter_id, Rating.day, Rating.level, RatingNote.reasons).join(
        RatingNote, RatingNote.rating_seq == Rating.seq
    )
    recounted: Tallier[tuple[int, date, str, str]] = Tallier()
    for counter_id, day, level, reasons in streamed(query):
        recounted.update((counter_id, day, reason, "bad" if level in BAD else "good") for reason in reasons)
    tallied = {
        (row.counter_id, row.day, row.reason, side): getattr(row, side)
        for row in session.scalars(select(ReasonTally))
        for side in ("good", "bad")
        if getattr(row, side)
    }
    codes = _codes()

    def subject(counter_id: int, day: date, reason: str, side: str) -> str:
        return f"{codes.get(counter_id, counter_id)} {day}, {reason} ({side})"

    yield from _differences(recounted, tallied, subject, "chosen")


def _differences(
    recounted: Mapping[Any, int], tallied: Mapping[Any, int], subject: Callable[..., str], noun: str
) -> Iterator[Finding]:
    for key in sorted(recounted.keys() | tallied.keys()):
        number, tally = recounted.get(key, 0), tallied.get(key, 0)
        if number != tally:
            yield Finding("tally", subject(*key), "miscounted", f"{tally} tallied, {number} {noun}")


def _find_orphans() -> Iterator[Finding]:
    tables: tuple[tuple[str, Any, Any], ...] = (
        ("note", RatingNote.id, RatingNote),
        ("mark", RatingMark.id, RatingMark),
        ("visitor", RatingVisitor.rating_seq, RatingVisitor),
    )
    for kind, number, table in tables:
        query: Any = select(func.min(number), func.count()).select_from(table)
        lost = query.outerjoin(Rating, Rating.seq == table.rating_seq).where(Rating.seq.is_(None))
        yield from _rows(kind, lost, "without their rating")
        if table is not RatingVisitor:
            moved = query.join(Rating, Rating.seq == table.rating_seq)
            moved = moved.where(Rating.counter_id != table.counter_id)
            yield from _rows(kind, moved, "at another counter than their rating")
    for note in session.scalars(select(RatingNote).where(COMMENTED).execution_options(yield_per=1000)):
        if note.comment_salt is None or comment_hash(note.comment_salt, note.comment) != note.comment_hash:
            yield Finding("note", str(note.id), "altered", "comment")
    voices: Any = select(func.min(RatingVisitor.rating_seq), func.count()).select_from(RatingVisitor)
    yield from _rows("visitor", voices.join(MealKey).where(MealKey.key.is_(None)), "of meals that are closed")


def _rows(kind: str, query: Any, what: str) -> Iterator[Finding]:
    """One finding for all rows of a query that should give none: the first row, and how many."""
    first, number = session.execute(query).one()
    if number:
        yield Finding(kind, str(first), "misplaced", f"{number} {what}")

"""Ratings of the past in bulk, for sample schools and measurements."""

import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, insert, select

from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.ratings import queries
from kiosk.ratings.models import Rating, RatingNote
from kiosk.ratings.services.counting import Tallies
from kiosk.seals.services import seal


class LoadedRating(NamedTuple):
    """A rating of the past, for sample schools and measurements. Days and hours are the school's."""

    id: UUID
    counter_id: int
    level: int
    recorded_at: datetime
    day: date
    hour: int
    meal: str
    channel: str = "tablet"
    tablet_id: int | None = None
    tablet_seq: int = 0
    reasons: tuple[str, ...] = ()
    comment: str = ""


def load_ratings(rows: Iterable[LoadedRating], *, by: Actor) -> int:
    """Store many past ratings, all counted, with their tallies, and seal them; how many.

    The ids must be new. Far quicker than `take`, and nothing but a sample or a measurement may use it: no
    rule is applied.
    """
    seq = first = session.scalar(select(func.max(Rating.seq))) or 0
    tallies, recent = Tallies(), clock.now() - timedelta(days=1)
    source = iter(rows)
    while batch := list(islice(source, 5000)):
        _insert_many(Rating, [_row(seq + n, row) for n, row in enumerate(batch, 1)])
        notes = [_note_row(seq + n, row) for n, row in enumerate(batch, 1) if row.reasons or row.comment]
        _insert_many(RatingNote, notes)
        for row in batch:
            tallies.add(row, row.reasons, row.recorded_at if row.recorded_at > recent else None)
        seq += len(batch)
    tallies.store()
    seal(queries.SERIES, by=by, now=clock.now())
    return int(seq - first)


def _insert_many(table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        session.connection().execute(insert(table.__table__), rows)


def _row(seq: int, row: LoadedRating) -> dict[str, Any]:
    return {
        "seq": seq,
        "id": row.id,
        "counter_id": row.counter_id,
        "level": row.level,
        "tablet_id": row.tablet_id,
        "channel": row.channel,
        "tablet_seq": row.tablet_seq,
        "pressed_at": None,
        "recorded_at": row.recorded_at,
        "day": row.day,
        "hour": row.hour,
        "meal": row.meal,
        "live": row.channel == "tablet",
    }


def _note_row(seq: int, row: LoadedRating) -> dict[str, Any]:
    salt = secrets.token_bytes(16) if row.comment else None
    return {
        "rating_seq": seq,
        "counter_id": row.counter_id,
        "reasons": list(row.reasons),
        "comment": row.comment,
        "comment_salt": salt,
        "comment_hash": queries.comment_hash(salt, row.comment) if salt else "",
        "staff_id": None,
        "added_at": row.recorded_at,
    }

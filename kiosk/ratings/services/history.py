"""Ratings of the past in bulk, for sample schools and measurements."""

import secrets
from collections import Counter as Tallier
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, insert, select

from kiosk.core import clock
from kiosk.core.db import session
from kiosk.ratings import queries
from kiosk.ratings.models import (
    BAD,
    Pulse,
    Rating,
    RatingNote,
    ReasonTally,
    Tally,
)
from kiosk.ratings.services.closing import seal
from kiosk.ratings.services.counting import change


class Past(NamedTuple):
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


def load_history(rows: Iterable[Past], *, by: str) -> int:
    """Store many past ratings, all counted, with their tallies, and seal them; how many.

    The ids must be new. Far quicker than `take`, and nothing but a sample or a measurement may use it: no
    rule is applied.
    """
    seq = session.scalar(select(func.max(Rating.seq))) or 0
    hours: Tallier[tuple[int, date, int, int]] = Tallier()
    pulses: Tallier[tuple[int, int, int]] = Tallier()
    reasons: Tallier[tuple[int, date, str, str]] = Tallier()
    number = 0
    recent = clock.now() - timedelta(days=1)
    source = iter(rows)
    while some := list(islice(source, 5000)):
        session.execute(insert(Rating), [_row(seq + n, row) for n, row in enumerate(some, 1)])
        said = [_note_row(seq + n, row) for n, row in enumerate(some, 1) if row.reasons or row.comment]
        if said:
            session.execute(insert(RatingNote), said)
        for row in some:
            hours[row.counter_id, row.day, row.hour, row.level] += 1
            side = "bad" if row.level in BAD else "good"
            reasons.update((row.counter_id, row.day, reason, side) for reason in row.reasons)
            if row.recorded_at > recent:
                pulses[queries.minute_of(row.recorded_at), row.counter_id, row.level] += 1
        seq, number = seq + len(some), number + len(some)
    for (counter_id, day, hour, level), n in hours.items():
        change(Tally, {"counter_id": counter_id, "day": day, "hour": hour}, {f"n{level}": n})
    for (counter_id, day, reason, side), n in reasons.items():
        change(ReasonTally, {"counter_id": counter_id, "day": day, "reason": reason}, {side: n})
    for (minute, counter_id, level), n in pulses.items():
        amounts = {"total": n, "bad": n * (level in BAD), "level_sum": n * level}
        change(Pulse, {"minute": minute, "counter_id": counter_id}, amounts)
    seal(by=by, now=clock.now())
    return number


def _row(seq: int, row: Past) -> dict[str, Any]:
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


def _note_row(seq: int, row: Past) -> dict[str, Any]:
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

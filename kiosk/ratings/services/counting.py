"""What follows from a rating: tallies, marks. They change in the transaction that stores it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import update

from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import db, session, upsert
from kiosk.core.recent import Recent
from kiosk.ratings import queries
from kiosk.ratings.models import BAD, MARKS, Pulse, RatingMark, ReasonTally, Stored, Tally

PRESS_AGE = timedelta(days=8)


PRESS_AHEAD = timedelta(minutes=2)
"""A tablet's own time is believed from eight days ago (a week's queue) to two minutes ahead of ours."""


def counts_at(pressed_at: datetime | None, recorded_at: datetime) -> datetime:
    """The moment a rating counts at: when it was pressed if that can be true, else when it was recorded."""
    if pressed_at is None:
        return recorded_at
    believed = recorded_at - PRESS_AGE <= pressed_at <= recorded_at + PRESS_AHEAD
    return pressed_at if believed else recorded_at


def mark_row(rating: Stored, mark: str, **decision: Any) -> dict[str, Any]:
    """The row of a mark: why a rating is not counted, unless a decision (counted, by whom, why) says more."""
    if mark not in MARKS:
        raise ValueError(mark)
    row = {
        "rating_seq": rating.seq,
        "counter_id": rating.counter_id,
        "day": rating.day,
        "mark": mark,
        "counted": False,
        "at": clock.now(),
        "decided_by": None,
        "reason": "",
    }
    return {**row, **decision}


def uncount(rating: Stored, mark: str, *, by: Actor | None = None, reason: str = "") -> None:
    """Keep a counted rating but count it no longer; the mark says why."""
    session.add(RatingMark(**mark_row(rating, mark, decided_by=str(by) if by else None, reason=reason)))
    session.flush()
    count(rating, -1)
    for note in queries.notes(rating.seq):
        count_reasons(rating, note.reasons, -1)


def change(table: Any, key: dict[str, Any], amounts: dict[str, int]) -> None:
    """Add to the counting columns of a row; what is taken away must have been there."""
    columns = table.__table__.c
    if min(amounts.values()) < 0:
        conditions = [columns[name] == value for name, value in key.items()]
        new = {name: columns[name] + amount for name, amount in amounts.items()}
        session.execute(update(table.__table__).where(*conditions).values(new))
        return
    statement = upsert(table.__table__).values(**key, **amounts)
    new = {name: columns[name] + statement.excluded[name] for name in amounts}
    session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=new))


def change_many(table: Any, key: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    """Add to many rows at once; each gives the key and every counting column."""
    if rows:
        names, dialect = tuple(rows[0]), db.engine.dialect.name
        adding = _adding.of((table, key, names, dialect), lambda: _add(table, key, names))
        session.connection().execute(adding, rows)


_adding: Recent[Any] = Recent(20)


def _add(table: Any, key: tuple[str, ...], names: tuple[str, ...]) -> Any:
    columns, statement = table.__table__.c, upsert(table.__table__)
    new = {name: columns[name] + statement.excluded[name] for name in names if name not in key}
    return statement.on_conflict_do_update(index_elements=key, set_=new)


class Tallies:
    """What many counted ratings add to the tallies, gathered first and stored at once."""

    def __init__(self) -> None:
        self._levels: dict[tuple[int, date, int], list[int]] = defaultdict(lambda: [0] * 5)
        self._reasons: dict[tuple[int, date, str], list[int]] = defaultdict(lambda: [0, 0])
        self._pulses: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0, 0])

    def add(self, rating: Any, reasons: Iterable[str], moment: datetime | None) -> None:
        """One rating that counts, the reasons chosen with it, the moment of its pulse (None: long ago)."""
        bad = rating.level in BAD
        self._levels[rating.counter_id, rating.day, rating.hour][rating.level - 1] += 1
        for reason in reasons:
            self._reasons[rating.counter_id, rating.day, reason][bad] += 1
        if moment is not None:
            pulse = self._pulses[clock.minute_of(moment), rating.counter_id]
            for place, amount in enumerate((1, int(bad), rating.level)):
                pulse[place] += amount

    def store(self) -> None:
        """Add it all to the tables."""
        for table, key, amounts, sums in (
            (Tally, ("counter_id", "day", "hour"), ("n1", "n2", "n3", "n4", "n5"), self._levels),
            (ReasonTally, ("counter_id", "day", "reason"), ("good", "bad"), self._reasons),
            (Pulse, ("minute", "counter_id"), ("total", "bad", "level_sum"), self._pulses),
        ):
            names = (*key, *amounts)
            change_many(
                table, key, [dict(zip(names, (*at, *numbers), strict=True)) for at, numbers in sums.items()]
            )


def count(rating: Stored, sign: int) -> None:
    where = {"counter_id": rating.counter_id}
    change(Tally, {**where, "day": rating.day, "hour": rating.hour}, {f"n{rating.level}": sign})
    minute = clock.minute_of(counts_at(rating.pressed_at, rating.recorded_at))
    bad = sign * (rating.level in BAD)
    amounts = {"total": sign, "bad": bad, "level_sum": sign * rating.level}
    change(Pulse, {"minute": minute, **where}, amounts)


def count_reasons(rating: Stored, reasons: list[str], sign: int) -> None:
    side = "bad" if rating.level in BAD else "good"
    for reason in reasons:
        key = {"counter_id": rating.counter_id, "day": rating.day, "reason": reason}
        change(ReasonTally, key, {side: sign})

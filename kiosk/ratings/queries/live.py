"""What the live view asks: the last hour, comments, alerts, and whether anything changed."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.masking import mask
from kiosk.ratings.models import COMMENTED, Alert, Pulse, Rating, RatingMark, RatingNote
from kiosk.ratings.settings import ALERT_BAD_PERCENT, ALERT_MINUTES, ALERT_RATINGS
from kiosk.school import queries as school

BIN_MINUTES = 5


BINS = 12


def last_hour(now: datetime) -> dict[int, list[tuple[int, float | None]]]:
    """For each counter rated within the hour: 12 bins of 5 minutes, the newest last, as (count, mean)."""
    end = clock.minute_of(now) + 1
    start = end - BIN_MINUTES * BINS
    place = (Pulse.minute - start) // BIN_MINUTES
    query = (
        select(Pulse.counter_id, place, func.sum(Pulse.total), func.sum(Pulse.level_sum))
        .where(Pulse.minute >= start, Pulse.minute < end)
        .group_by(Pulse.counter_id, place)
    )
    bins: dict[int, list[tuple[int, int]]] = defaultdict(lambda: [(0, 0)] * BINS)
    for counter_id, number, total, levels in session.execute(query):
        bins[counter_id][number] = (total, levels)
    return {
        counter_id: [(total, levels / total if total else None) for total, levels in rows]
        for counter_id, rows in bins.items()
    }


@dataclass(frozen=True)
class Comment:
    """A comment as the office may read it: masked. `seq` is the rating's, to page on."""

    seq: int
    counter_id: int
    level: int
    comment_masked: str
    reasons: list[str]
    recorded_at: datetime


def latest_comments(
    limit: int,
    counter_id: int | None = None,
    before_seq: int | None = None,
    levels: tuple[int, ...] | None = None,
) -> list[Comment]:
    """The newest comments, of one counter or of all, older than `before_seq`, of some levels or of all."""
    query = (
        select(Rating.seq, Rating.counter_id, Rating.level, RatingNote.comment, Rating.recorded_at)
        .join(Rating, Rating.seq == RatingNote.rating_seq)
        .where(COMMENTED)
        .order_by(RatingNote.rating_seq.desc())
        .limit(limit)
    )
    if counter_id is not None:
        query = query.where(RatingNote.counter_id == counter_id)
    if before_seq is not None:
        query = query.where(RatingNote.rating_seq < before_seq)
    if levels is not None:
        query = query.where(Rating.level.in_(levels))
    rows = session.execute(query).all()
    reasons = _reasons_of([row.seq for row in rows])
    return [
        Comment(
            row.seq, row.counter_id, row.level, mask(row.comment), reasons.get(row.seq, []), row.recorded_at
        )
        for row in rows
    ]


def _reasons_of(seqs: list[int]) -> dict[int, list[str]]:
    query = select(RatingNote.rating_seq, RatingNote.reasons).where(RatingNote.rating_seq.in_(seqs))
    return {seq: reasons for seq, reasons in session.execute(query) if reasons}


@dataclass(frozen=True)
class AlertNow:
    """An alert whose rule holds at this moment, with the figures of this moment."""

    counter_id: int
    bad: int
    total: int
    since: datetime
    alert: Alert


def rule_holds(total: int, bad: int) -> bool:
    """The alert's rule: enough ratings within the minutes of the settings, enough of them bad."""
    settings = school.settings()
    enough = total >= settings[ALERT_RATINGS] and bad > 0
    return enough and bad * 100 >= settings[ALERT_BAD_PERCENT] * total


_RECENT = (
    select(Pulse.counter_id, func.sum(Pulse.total), func.sum(Pulse.bad))
    .where(Pulse.minute > bindparam("after"), Pulse.minute <= bindparam("until"))
    .group_by(Pulse.counter_id)
)


def recent(now: datetime) -> dict[int, tuple[int, int]]:
    """Counted ratings within the alert's minutes up to now, by counter: (total, bad)."""
    end = clock.minute_of(now)
    span = {"after": end - school.settings()[ALERT_MINUTES], "until": end}
    return {key: (total, bad) for key, total, bad in session.connection().execute(_RECENT, span)}


_NEWEST_ALERTS = select(Alert.counter_id, Alert.id, Alert.opened_at, Alert.closed_at).where(
    Alert.id.in_(select(func.max(Alert.id)).group_by(Alert.counter_id))
)


def newest_alerts() -> dict[int, Any]:
    """The newest alert of each counter that ever had one: its id, opened_at and closed_at."""
    return {row.counter_id: row for row in session.connection().execute(_NEWEST_ALERTS)}


def alerts_now(now: datetime) -> list[AlertNow]:
    """The alerts whose rule holds now, the oldest first; one that lapsed with no further tap is left out."""
    figures = recent(now)
    query = select(Alert).where(Alert.closed_at.is_(None)).order_by(Alert.opened_at, Alert.id)
    alerts = []
    for alert in session.scalars(query):
        total, bad = figures.get(alert.counter_id, (0, 0))
        if rule_holds(total, bad):
            alerts.append(AlertNow(alert.counter_id, bad, total, alert.opened_at, alert))
    return alerts


def alert(alert_id: int) -> Alert | None:
    """The alert with this number, or None."""
    return session.get(Alert, alert_id)


def change_token(now: datetime | None = None) -> str:
    """Changes whenever something the live view shows of ratings changes; with `now`, each minute as well."""
    newest = [select(func.max(key)).scalar_subquery() for key in (Rating.seq, RatingNote.id, RatingMark.id)]
    alerts = [
        select(func.max(column)).scalar_subquery()
        for column in (Alert.id, Alert.acknowledged_at, Alert.closed_at)
    ]
    row = session.execute(select(*newest, *alerts)).one()
    return "-".join([*(str(value or 0) for value in row), *([str(clock.minute_of(now))] if now else [])])

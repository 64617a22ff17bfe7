"""Many bad ratings within minutes: opened and closed by the ratings themselves."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.trace import record
from kiosk.ratings import queries
from kiosk.ratings.models import BAD, Alert, Stored
from kiosk.ratings.services.counting import counts_at
from kiosk.ratings.settings import ALERT_MINUTES
from kiosk.school import queries as school


def watch(ratings: Iterable[Stored], now: datetime) -> None:
    """Open, close or reopen the alerts of the counters that counted ratings have just come in for.

    Only a tap of the last minutes has a say: a drained queue raises no alarm about hours ago.
    """
    length = timedelta(minutes=school.settings()[ALERT_MINUTES])
    fresh: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for rating in ratings:
        if counts_at(rating.pressed_at, now) > now - length:
            fresh[rating.counter_id][0] += 1
            fresh[rating.counter_id][1] += rating.level in BAD
    if not fresh:
        return
    figures = queries.recent(now)
    newest = queries.newest_alerts()
    for counter_id, (total, bad) in fresh.items():
        all_total, all_bad = figures.get(counter_id, (0, 0))
        held = queries.rule_holds(all_total - total, all_bad - bad)
        _follow(counter_id, (all_total, all_bad), held, newest.get(counter_id), now, length)


def _follow(
    counter_id: int,
    figures: tuple[int, int],
    held: bool,
    last: Any,
    now: datetime,
    length: timedelta,
) -> None:
    """Bring a counter's alert up to date with its figures (total, bad); `held`: the rule held before."""
    holds = queries.rule_holds(*figures)
    if last is not None and last.closed_at is None:
        lapsed = not held and last.opened_at <= now - length
        if not holds or lapsed:
            _close(last.id, now - length if lapsed else now)
        if not lapsed:
            return
    if not holds:
        return
    if last is not None and last.closed_at and now - length < last.closed_at < now:
        _close(last.id, None)
    else:
        session.add(Alert(counter_id=counter_id, opened_at=now, bad=figures[1], total=figures[0]))
        session.flush()


def _close(alert_id: int, moment: datetime | None) -> None:
    """Close an alert at a moment, or (None) open it again."""
    session.execute(update(Alert).where(Alert.id == alert_id).values(closed_at=moment))


def acknowledge_alert(*, by: Actor, alert: Alert) -> None:
    """Somebody has seen the alert and looks after it. The first one who says so is remembered."""
    if alert.acknowledged_at is not None:
        return
    alert.acknowledged_at, alert.acknowledged_by = clock.now(), str(by)
    session.flush()
    record("alert.acknowledged", f"alert:{alert.id}", by=by, after={"bad": alert.bad, "total": alert.total})


def close_alerts(now: datetime) -> int:
    """Close the alerts whose rule holds no longer; how many were closed."""
    holding = {entry.alert.id for entry in queries.alerts_now(now)}
    lapsed = [
        alert
        for alert in session.scalars(select(Alert).where(Alert.closed_at.is_(None)))
        if alert.id not in holding
    ]
    for alert in lapsed:
        alert.closed_at = now
    session.flush()
    return len(lapsed)

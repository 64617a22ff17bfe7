"""Many bad ratings within minutes: opened and closed by the ratings themselves."""

from datetime import datetime, timedelta

from sqlalchemy import select

from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.trace import record
from kiosk.ratings import queries
from kiosk.ratings.models import (
    BAD,
    Alert,
    Rating,
)
from kiosk.ratings.services.counting import counts_at
from kiosk.school import queries as school


def watch(rating: Rating) -> None:
    """Open, close or reopen the counter's alert after a counted rating.

    Only a tap of the last minutes has a say: a drained queue raises no alarm about hours ago.
    """
    now = rating.recorded_at
    length = timedelta(minutes=school.settings().alert_minutes)
    if counts_at(rating.pressed_at, now) <= now - length:
        return
    total, bad = queries.recent(now, rating.counter_id).get(rating.counter_id, (0, 0))
    holds = queries.rule_holds(total, bad)
    last = queries.latest_alert(rating.counter_id)
    if last is not None and last.closed_at is None:
        held = queries.rule_holds(total - 1, bad - (rating.level in BAD))
        lapsed = not held and last.opened_at <= now - length
        if not holds or lapsed:
            last.closed_at = now - length if lapsed else now
        if not lapsed:
            session.flush()
            return
    if not holds:
        return
    if last is not None and last.closed_at and now - length < last.closed_at < now:
        last.closed_at = None
    else:
        session.add(Alert(counter_id=rating.counter_id, opened_at=now, bad=bad, total=total))
    session.flush()


def acknowledge_alert(*, by: str, alert: Alert) -> None:
    """Somebody has seen the alert and looks after it. The first one who says so is remembered."""
    if alert.acknowledged_at is not None:
        return
    alert.acknowledged_at, alert.acknowledged_by = clock.now(), by
    session.flush()
    record("alert.acknowledged", f"alert:{alert.id}", by=by, after={"bad": alert.bad, "total": alert.total})


def close_alerts(now: datetime) -> int:
    """Close the alerts whose rule holds no longer; how many were closed."""
    holding = {one.alert.id for one in queries.alerts_now(now)}
    lapsed = [
        one
        for one in session.scalars(select(Alert).where(Alert.closed_at.is_(None)))
        if one.id not in holding
    ]
    for alert in lapsed:
        alert.closed_at = now
    session.flush()
    return len(lapsed)

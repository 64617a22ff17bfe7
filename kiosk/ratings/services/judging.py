"""Which taps are stored and not counted from the first moment on: second ones, taken back, out of hours."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select

from kiosk.core.db import session
from kiosk.ratings.models import Rating
from kiosk.ratings.services.counting import counts_at
from kiosk.ratings.services.presses import Tap
from kiosk.ratings.services.snapshot import Snapshot
from kiosk.ratings.settings import DOUBLE_TAP_SECONDS

REST = 0.4
"""Seconds in which a screen that has only just come takes no finger (0.5 in tablet.js, less what timers are
off): once after the tap, when it thanks, and once when it asks the next person."""

OUTSIDE = timedelta(minutes=15)
"""A tap is still taken for one of the opening hours this long before and after them."""


def judge(taps: list[Tap], current: Snapshot) -> None:
    """Say which of the taps to be stored were taken back, second ones in a moment, or outside the hours."""
    seconds = current.settings[DOUBLE_TAP_SECONDS]
    last = _last_live({tap.tablet_id for tap in taps if tap.press.live and tap.tablet_id})
    for tap in taps:
        rating = tap.stored
        if rating.live and rating.tablet_id:
            before, moments = last.get(rating.tablet_id), (rating.pressed_at, rating.recorded_at)
            last[rating.tablet_id] = moments
            if before and _apart(before, moments) < seconds and not _had_returned(tap, before, seconds):
                tap.mark = "misuse"
        if tap.press.taken_back:
            tap.mark = "taken_back"
        if tap.mark is None and tap.place.spans and not _near_hours(tap, current.zone):
            tap.mark = "outside_hours"


Moments = tuple[datetime | None, datetime]
"""When a rating was pressed and when it was recorded."""


_LAST_LIVE = select(Rating.tablet_id, Rating.pressed_at, Rating.recorded_at).where(
    Rating.seq.in_(
        select(func.max(Rating.seq))
        .where(Rating.tablet_id.in_(bindparam("tablets", expanding=True)), Rating.live)
        .group_by(Rating.tablet_id)
    )
)


def _last_live(tablet_ids: set[int]) -> dict[int, Moments]:
    """The last live rating of each tablet; replays are never compared."""
    if not tablet_ids:
        return {}
    rows = session.connection().execute(_LAST_LIVE, {"tablets": list(tablet_ids)})
    return {tablet_id or 0: (pressed, at) for tablet_id, pressed, at in rows}


def _apart(before: Moments, after: Moments) -> float:
    """Seconds between two taps: by the tablet's own clock where it sent the time, else by ours."""
    if before[0] and after[0]:
        return abs((after[0] - before[0]).total_seconds())
    return abs((after[1] - before[1]).total_seconds())


def _had_returned(tap: Tap, before: Moments, limit: float) -> bool:
    """Whether the screen had come back to its question since the tap before: what it allows is counted.

    What the tablet tells must fit one of the clocks. A screen that is stuck, or a script with its key, names
    a question that stood there before the other tap, or one that no finger can have met.
    """
    if tap.press.returned is None:
        return False
    stood_for, rating = tap.press.returned / 1000, tap.stored
    by_tablet = _apart(before, (rating.pressed_at, rating.recorded_at))
    by_server = _apart((None, before[1]), (None, rating.recorded_at))
    apart = max(by_tablet, by_server)
    return stood_for >= REST and apart >= min(stood_for + REST, limit)


def _near_hours(tap: Tap, zone: ZoneInfo) -> bool:
    local = counts_at(tap.pressed_at, tap.stored.recorded_at).astimezone(zone).replace(tzinfo=None)
    day = local.date()
    return any(
        datetime.combine(day, starts) - OUTSIDE <= local <= datetime.combine(day, ends) + OUTSIDE
        for starts, ends in tap.place.spans
    )

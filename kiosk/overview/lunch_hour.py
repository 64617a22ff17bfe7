"""A lunch hour to look at: the sample school's last one again, ten times as fast.

Nothing is stored, and nothing is kept between two requests: what is shown follows from when one began.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from kiosk.chain import queries as chain
from kiosk.core.db import session
from kiosk.core.masking import mask
from kiosk.core.recent import Recent
from kiosk.counters import queries as counters
from kiosk.counters.models import Counter
from kiosk.overview.queries import COMMENTS, WEEK, CounterNow, Live
from kiosk.ratings import queries as ratings
from kiosk.ratings.models import BAD, Alert, Rating, RatingNote
from kiosk.ratings.queries import AlertNow, Comment, Counts
from kiosk.ratings.settings import ALERT_MINUTES
from kiosk.school import queries as school

SPEED = 10
MEAL = "lunch"
BINS = 12
BIN = timedelta(minutes=5)


@dataclass(frozen=True)
class Tap:
    """A rating of that lunch."""

    seq: int
    counter_id: int
    level: int
    at: datetime
    commented: bool


def lunch_day(before: date) -> date | None:
    """The last day before this one on which somebody rated at lunch."""
    return session.scalar(select(func.max(Rating.day)).where(Rating.meal == MEAL, Rating.day < before))


def starts(day: date) -> datetime:
    """When that lunch begins to be played: once the rush has begun."""
    taps = _taps(day)
    return taps[len(taps) // 10].at


def ends(day: date) -> datetime:
    """When it is over."""
    return _taps(day)[-1].at + timedelta(minutes=1)


_lunches: Recent[list[Tap]] = Recent(2)


def _taps(day: date) -> list[Tap]:
    """A past day's taps: whatever touches them since then, an erased comment too, moves the chain's head."""
    return _lunches.of((day, chain.head()), lambda: _read(day))


def _read(day: date) -> list[Tap]:
    query = (
        select(Rating.seq, Rating.counter_id, Rating.level, Rating.recorded_at, RatingNote.comment)
        .outerjoin(RatingNote, RatingNote.rating_seq == Rating.seq)
        .where(Rating.day == day, Rating.meal == MEAL)
        .order_by(Rating.recorded_at, Rating.seq)
    )
    return [
        Tap(seq, counter_id, level, at, bool(comment))
        for seq, counter_id, level, at, comment in session.execute(query)
    ]


def _said(taps: list[Tap]) -> list[Comment]:
    """The comments of these taps, asked for each time: one that was erased since is not there any more."""
    query = select(RatingNote.rating_seq, RatingNote.comment).where(
        RatingNote.rating_seq.in_([tap.seq for tap in taps]), RatingNote.comment != ""
    )
    texts = {seq: mask(comment) for seq, comment in session.execute(query)}
    return [
        Comment(tap.seq, tap.counter_id, tap.level, texts[tap.seq], [], tap.at)
        for tap in taps
        if tap.seq in texts
    ]


def live(day: date, moment: datetime) -> Live:
    """The live view as it would have been at that moment of the lunch."""
    taps = _taps(day)
    so_far = taps[: bisect_right(taps, moment, key=lambda tap: tap.at)]
    before = ratings.counts_by_counter(day - WEEK, day - WEEK)
    newest = [tap for tap in reversed(so_far) if tap.commented][:COMMENTS]
    return Live(
        now=moment,
        day=day,
        meal=school.meal_at(moment),
        counters=[
            _counter(counter, [tap for tap in so_far if tap.counter_id == counter.id], before, moment)
            for counter in counters.counters()
        ],
        comments=_said(newest),
        coverage=[],
    )


def _counter(counter: Counter, taps: list[Tap], before: dict[int, Counts], moment: datetime) -> CounterNow:
    return CounterNow(
        counter=counter,
        counts=_counts(taps),
        week_ago=before.get(counter.id, Counts()),
        last_hour=_last_hour(taps, moment),
        alert=_alert(taps, moment),
        rank=None,
    )


def _counts(taps: list[Tap]) -> Counts:
    return Counts(*(sum(tap.level == level for tap in taps) for level in range(1, 6)))


def _last_hour(taps: list[Tap], moment: datetime) -> list[tuple[int, float | None]]:
    bins: list[list[int]] = [[] for _ in range(BINS)]
    for tap in taps:
        place = BINS - 1 - int((moment - tap.at) / BIN)
        if place >= 0:
            bins[place].append(tap.level)
    return [(len(levels), sum(levels) / len(levels) if levels else None) for levels in bins]


def _alert(taps: list[Tap], moment: datetime) -> AlertNow | None:
    """What the alert's rule says; it counts as seen, for nobody can act on it."""
    since = moment - timedelta(minutes=school.settings()[ALERT_MINUTES])
    recent = [tap for tap in taps if tap.at > since]
    bad = sum(tap.level in BAD for tap in recent)
    if not ratings.rule_holds(len(recent), bad):
        return None
    counter_id, opened = recent[0].counter_id, recent[0].at
    alert = Alert(id=counter_id, counter_id=counter_id, opened_at=opened, bad=bad, total=len(recent))
    return AlertNow(counter_id, bad, len(recent), opened, alert)

"""What the live view shows: each counter's ratings of the day beside what each canteen posted.

A snapshot is made from tallies and from the index of the last hour, so that its cost does not depend on how
many ratings there are.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kiosk.chain import queries as chain
from kiosk.core.actor import Actor
from kiosk.core.room import Duty, rooms
from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen, Counter
from kiosk.purchasing import queries as purchasing
from kiosk.purchasing.queries import PostedSheet
from kiosk.ratings import queries as ratings
from kiosk.ratings.queries import AlertNow, Comment, Counts, Coverage
from kiosk.school import queries as school
from kiosk.school.models import Meal

COMMENTS = 12
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class CounterNow:
    """A counter today: its counts, those of the same weekday a week ago, its last hour, its alert."""

    counter: Counter
    counts: Counts
    week_ago: Counts
    last_hour: list[tuple[int, float | None]]
    alert: AlertNow | None
    rank: int | None
    """Its place by score, the best first; None with too few ratings to be ranked."""


@dataclass(frozen=True)
class CanteenNow:
    """A canteen today and the sheets it posted."""

    canteen: Canteen
    sheets: list[PostedSheet]


@dataclass(frozen=True)
class Live:
    """What the live view shows of ratings at a moment."""

    now: datetime
    day: date
    meal: Meal | None
    counters: list[CounterNow]
    comments: list[Comment]
    coverage: list[tuple[Canteen, Coverage]]
    """Canteens of which somebody entered how many meals they served today."""

    @property
    def total(self) -> int:
        """How many ratings count today."""
        return sum(place.counts.total for place in self.counters)


def token(now: datetime) -> str:
    """Changes whenever the live view would: with a rating, with any office write, and with each minute.

    Every office write leaves a trace in the chain, so the chain's head stands for all of them.
    """
    return f"{ratings.change_token()}.{chain.head().seq}.{int(now.timestamp() // 60)}"


def live(now: datetime) -> Live:
    """The ratings at the aware moment; a fixed number of queries, however many counters there are."""
    day = school.local(now).date()
    covered = ratings.coverage(day, day)
    return Live(
        now=now,
        day=day,
        meal=school.meal_at(now),
        counters=counters_now(day, now),
        comments=ratings.latest_comments(COMMENTS),
        coverage=[(one, covered[one.id]) for one in counters.canteens() if one.id in covered],
    )


def counters_now(day: date, now: datetime) -> list[CounterNow]:
    """Every open counter, in the school's order."""
    today = ratings.counts_by_counter(day, day)
    before = ratings.counts_by_counter(day - WEEK, day - WEEK)
    hour = ratings.last_hour(now)
    alerts = {alert.counter_id: alert for alert in ratings.alerts_now(now)}
    everyone = counters.counters()
    ranks = ratings.ranking({counter.id: today.get(counter.id, Counts()) for counter in everyone})
    return [
        CounterNow(
            counter=counter,
            counts=today.get(counter.id, Counts()),
            week_ago=before.get(counter.id, Counts()),
            last_hour=hour.get(counter.id, []),
            alert=alerts.get(counter.id),
            rank=ranks.get(counter.id),
        )
        for counter in everyone
    ]


def canteens_now(day: date) -> list[CanteenNow]:
    """Every open canteen with its posted sheets of the day."""
    sheets: dict[int, list[PostedSheet]] = {}
    for posted in purchasing.posted(day):
        sheets.setdefault(posted.sheet.canteen_id, []).append(posted)
    return [CanteenNow(canteen=canteen, sheets=sheets.get(canteen.id, [])) for canteen in counters.canteens()]


def state(place: CanteenNow, day: date, now: datetime) -> str:
    """How a canteen's posting of the day stands: posted, nothing (bought), open (not due yet), late.

    Or nothing is due: closed (no school day), new (the canteen was entered on that day).
    """
    if place.sheets:
        nothing = all(sheet.version.nothing_bought for sheet in place.sheets)
        return "nothing" if nothing else "posted"
    if not school.is_school_day(day):
        return "closed"
    if not counters.owes(place.canteen, day):
        return "new"
    return "late" if now > purchasing.posting_due(day) else "open"


def last_sheet(canteen: Canteen, day: date) -> PostedSheet | None:
    """What the canteen posted last for a day before this one; None if it never did."""
    last = purchasing.last_posted(canteen.id, day)
    sheets = purchasing.posted(last[0].day, canteen.id) if last else []
    return next((sheet for sheet in sheets if last and sheet.sheet.id == last[0].id), None)


def duties(who: Actor) -> list[Duty]:
    """What waits for an actor, in the order of the rooms; everything for what acts by itself."""
    return [duty for room in rooms() for source in room.duties for duty in source(who)]

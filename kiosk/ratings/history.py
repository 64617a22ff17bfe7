"""Reads for the office: counters over a span of days, one counter's weeks, what is not counted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select

from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.counters import queries as counters
from kiosk.counters.models import Counter, Reason
from kiosk.presence.models import MealKey
from kiosk.ratings import queries
from kiosk.ratings.models import Alert, Rating, RatingMark, Tally
from kiosk.ratings.queries import Counts, ReasonCount
from kiosk.school import queries as school
from kiosk.school.models import Meal

WEEKS = timedelta(days=27)
"""The heat map and the trend show the last 28 days."""

_LEVELS = [func.sum(getattr(Tally, name)) for name in ("n1", "n2", "n3", "n4", "n5")]


@dataclass(frozen=True)
class Standing:
    """A counter over a span: its counts, how many are kept and not counted and why, its place by score."""

    counter: Counter
    counts: Counts
    marked: dict[str, int]
    rank: int | None


def standing(first: date, last: date, *, by_score: bool = False) -> list[Standing]:
    """Every counter over the days; by score: the ranked ones first, the others in the school's order."""
    counts = queries.counts_by_counter(first, last)
    marked = queries.marked_counts(first, last)
    everyone = counters.counters()
    ranks = queries.ranking({counter.id: counts.get(counter.id, Counts()) for counter in everyone})
    rows = [
        Standing(counter, counts.get(counter.id, Counts()), marked.get(counter.id, {}), ranks.get(counter.id))
        for counter in everyone
    ]
    return sorted(rows, key=lambda row: row.rank or len(rows) + 1) if by_score else rows


def daily(first: date, last: date) -> Iterator[tuple[date, Counter, Counts]]:
    """One row for each counter and day with ratings, by day."""
    query = (
        select(Tally.day, Tally.counter_id, *_LEVELS)
        .where(Tally.day.between(first, last))
        .group_by(Tally.day, Tally.counter_id)
        .order_by(Tally.day, Tally.counter_id)
    )
    by_id = {counter.id: counter for counter in counters.counters(everything=True)}
    for day, counter_id, *numbers in session.execute(query):
        if sum(numbers):
            yield day, by_id[counter_id], Counts(*numbers)


def by_day(counter_id: int, first: date, last: date) -> list[tuple[date, Counts]]:
    """The counter's counts of each day, days without ratings included."""
    counts = queries.counts_by_day(counter_id, first, last)
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [(day, counts.get(day, Counts())) for day in days]


@dataclass(frozen=True)
class ReasonShare:
    """A reason and how often it was chosen after good (3–5) and after bad (1–2) ratings."""

    reason: Reason
    count: ReasonCount


@dataclass(frozen=True)
class About:
    """A counter: one day by hour, and the four weeks that end with it."""

    first: date
    counts: Counts
    week_ago: Counts
    hours: dict[int, Counts]
    weeks: Counts
    trend: list[tuple[date, Counts]]
    heat: dict[tuple[int, int], Counts]
    heat_hours: list[int]
    reasons: list[ReasonShare]
    marked: dict[str, int]


def about(counter: Counter, day: date) -> About:
    """What the counter's page shows of a day and its four weeks; a fixed number of queries."""
    first = day - WEEKS
    heat = queries.heat(counter.id, first, day)
    numbers = queries.reason_counts(counter.id, first, day)
    hours = sorted({hour for (_weekday, hour), counts in heat.items() if counts.total})
    reasons = session.scalars(select(Reason).where(Reason.kind == counter.kind).order_by(Reason.position))
    return About(
        first=first,
        counts=queries.counts(counter.id, day, day),
        week_ago=queries.counts(counter.id, day - timedelta(days=7), day - timedelta(days=7)),
        hours=queries.by_hour(counter.id, day),
        weeks=queries.counts(counter.id, first, day),
        trend=by_day(counter.id, first, day),
        heat=heat,
        heat_hours=list(range(hours[0], hours[-1] + 1)) if hours else [],
        reasons=[ReasonShare(reason, numbers[reason.code]) for reason in reasons if reason.code in numbers],
        marked=queries.marked_counts(first, day).get(counter.id, {}),
    )


def closed_meals(counter_id: int, day: date) -> list[tuple[Meal, Counts]]:
    """The counter's totals of those meals of the day that are closed, for the counter's own staff."""
    midnight = datetime.combine(day, time(), school.zone())
    newest = select(func.max(RatingMark.id)).where(RatingMark.day == day).group_by(RatingMark.rating_seq)
    uncounted = select(RatingMark.rating_seq).where(RatingMark.id.in_(newest), ~RatingMark.counted)
    query = (
        select(Rating.meal, Rating.level, func.count())
        .join(MealKey, (MealKey.day == Rating.day) & (MealKey.meal == Rating.meal))
        .where(
            Rating.counter_id == counter_id,
            Rating.recorded_at >= midnight,
            Rating.day == day,
            MealKey.closed_at.is_not(None),
            Rating.seq.not_in(uncounted),
        )
        .group_by(Rating.meal, Rating.level)
    )
    levels: dict[str, dict[int, int]] = {}
    for meal, level, count in session.execute(query):
        levels.setdefault(meal, {})[level] = count
    return [
        (meal, Counts(*(levels[meal.code].get(level, 0) for level in (1, 2, 3, 4, 5))))
        for meal in school.meals()
        if meal.code in levels
    ]


def not_counted(first: date, last: date) -> list[tuple[Counter, Counts, dict[str, int]]]:
    """The counters that have ratings which were kept and are not counted, with how many by mark."""
    counts = queries.counts_by_counter(first, last)
    marked = queries.marked_counts(first, last)
    return [
        (counter, counts.get(counter.id, Counts()), marked[counter.id])
        for counter in counters.counters(everything=True)
        if marked.get(counter.id)
    ]


@dataclass(frozen=True)
class DoubtAt:
    """Doubtful ratings of a counter's meal, as the page that decides about them shows them."""

    counter: Counter
    meal: Meal | None
    closed: bool
    """Only when the meal is closed can anything be decided."""
    doubt: queries.Doubt

    @property
    def day(self) -> date:
        """The day of the meal."""
        return self.doubt.day

    @property
    def decision(self) -> queries.Decision | None:
        """What was decided, or None."""
        return self.doubt.decision

    @property
    def fresh(self) -> list[str]:
        """New phones, all phones and the limit in per cent, as they were when the meal was closed."""
        return self.doubt.figures.split("/") if self.doubt.mark == "fresh_visitors" else []


def doubts(first: date, last: date) -> list[DoubtAt]:
    """What was marked as doubtful in a span, the newest first."""
    rows = queries.doubts(first, last)
    by_id = {counter.id: counter for counter in counters.counters(everything=True)}
    meals = {meal.code: meal for meal in school.meals()}
    closed = queries.closed_meals(first, last)
    return [
        DoubtAt(by_id[doubt.counter_id], meals.get(doubt.meal), (doubt.day, doubt.meal) in closed, doubt)
        for doubt in rows
    ]


def channels(first: date, last: date) -> list[tuple[Counter, dict[str, int]]]:
    """How the ratings of the span came, counted or not: how many by channel, for counters that have any."""
    counts = queries.channel_counts(first, last)
    return [
        (counter, counts[counter.id])
        for counter in counters.counters(everything=True)
        if counter.id in counts
    ]


def alert(alert_id: int) -> Alert:
    """The alert, or NotFound."""
    alert = queries.alert(alert_id)
    if alert is None:
        raise NotFound
    return alert

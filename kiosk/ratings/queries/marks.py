"""What was kept and is not counted, and what somebody decided about it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from kiosk.core.db import session
from kiosk.presence.models import MealKey
from kiosk.ratings.models import DOUBTFUL, Rating, RatingMark
from kiosk.ratings.queries.facts import SERIES
from kiosk.school import queries as school
from kiosk.seals.queries import last_seal


def _newest(first: date, last: date) -> Any:
    """The ids of the marks in force on ratings of a span."""
    return (
        select(func.max(RatingMark.id))
        .where(RatingMark.day.between(first, last))
        .group_by(RatingMark.rating_seq)
    )


def marked_counts(first: date, last: date) -> dict[int, dict[str, int]]:
    """Ratings of a span that are kept and not counted, by counter and mark."""
    query = (
        select(RatingMark.counter_id, RatingMark.mark, func.count())
        .where(RatingMark.id.in_(_newest(first, last)), ~RatingMark.counted)
        .group_by(RatingMark.counter_id, RatingMark.mark)
    )
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for counter_id, mark, number in session.execute(query):
        counts[counter_id][mark] = number
    return dict(counts)


@dataclass(frozen=True)
class Decision:
    """What somebody decided: counted again or not, why, and when."""

    counted: bool
    by: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class Doubt:
    """The ratings of a counter's meal that were marked as doubtful, all decided about at once."""

    counter_id: int
    day: date
    meal: str
    mark: str
    number: int
    figures: str
    """What the rule found: fresh/all/limit in per cent for fresh visitors."""
    decision: Decision | None


_THREE = aliased(RatingMark), aliased(RatingMark), aliased(RatingMark)
"""A mark by a rule, the one in force for the same rating, and a decision."""


def doubts(first: date, last: date) -> list[Doubt]:
    """What was marked as doubtful in the days of a span, the newest first, decided or not."""
    original, force, decided = _THREE
    place = (original.counter_id, original.day, Rating.meal, original.mark)
    decision = (decided.counted, decided.decided_by, decided.reason)
    query = (
        select(*place, *decision, func.count(), func.max(original.reason), func.max(decided.at))
        .join(Rating, Rating.seq == original.rating_seq)
        .join(force, force.rating_seq == original.rating_seq)
        .outerjoin(decided, (decided.id == force.id) & decided.decided_by.is_not(None))
        .where(original.day.between(first, last), original.mark.in_(DOUBTFUL), original.decided_by.is_(None))
        .where(force.id.in_(_newest(first, last)), force.mark.in_((*DOUBTFUL, "restored")))
        .group_by(*place, *decision)
        .order_by(original.day.desc(), func.max(original.id).desc())
    )
    return [
        Doubt(counter_id, day, meal, mark, number, figures, Decision(counted, by, why, at) if by else None)
        for counter_id, day, meal, mark, counted, by, why, number, figures, at in session.execute(query)
    ]


def undecided(counter_id: int, day: date, meal: str, mark: str) -> list[Rating]:
    """The ratings of a counter's meal with this doubtful mark in force that nobody decided about yet."""
    if mark not in DOUBTFUL:
        return []
    query = (
        select(Rating)
        .join(RatingMark, RatingMark.rating_seq == Rating.seq)
        .where(
            RatingMark.id.in_(_newest(day, day)),
            RatingMark.day == day,
            RatingMark.counter_id == counter_id,
            RatingMark.mark == mark,
            RatingMark.decided_by.is_(None),
            Rating.meal == meal,
        )
        .order_by(Rating.seq)
    )
    return list(session.scalars(query))


def closed_meals(first: date, last: date) -> set[tuple[date, str]]:
    """The meals of a span that were closed: their visitors are no longer distinguishable."""
    query = select(MealKey.day, MealKey.meal).where(MealKey.day.between(first, last), MealKey.key.is_(None))
    return {(day, meal) for day, meal in session.execute(query)}


def meals_without_key() -> list[tuple[date, str]]:
    """The meals of ratings that are not sealed yet in which no phone rated, so that no key was made."""
    sealed = last_seal(SERIES)
    meals = (
        select(Rating.day, Rating.meal)
        .where(Rating.seq > (sealed.last if sealed else 0))
        .distinct()
        .subquery()
    )
    query = select(meals.c.day, meals.c.meal).outerjoin(
        MealKey, (MealKey.day == meals.c.day) & (MealKey.meal == meals.c.meal)
    )
    return [(day, meal) for day, meal in session.execute(query.where(MealKey.id.is_(None)))]


def channel_counts(first: date, last: date) -> dict[int, dict[str, int]]:
    """How many ratings recorded in the days of a span came by tablet, phone, slip and poster, by counter."""
    starts = datetime.combine(first, time(), school.zone())
    ends = datetime.combine(last + timedelta(days=1), time(), school.zone())
    query = (
        select(Rating.counter_id, Rating.channel, func.count())
        .where(Rating.recorded_at >= starts, Rating.recorded_at < ends)
        .group_by(Rating.counter_id, Rating.channel)
    )
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for counter_id, channel, number in session.execute(query):
        counts[counter_id][channel] = number
    return dict(counts)

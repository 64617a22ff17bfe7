"""Words of thanks: what was written with a 5 and names somebody, for that person.

They are read once their meal is closed, masked, by the meal and never the minute, in an order that says
nothing. Of a meal with few ratings they wait until the week is over and are told by the week, if the week had
enough: nobody is to guess who wrote them (the rater is watched).
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from kiosk.core.db import session
from kiosk.core.masking import mask
from kiosk.counters import queries as counters
from kiosk.counters.models import Counter
from kiosk.persons import queries as persons
from kiosk.persons.models import Person
from kiosk.ratings import queries as ratings
from kiosk.ratings.models import COMMENTED, Rating, RatingMark, RatingNote
from kiosk.ratings.settings import HIDDEN_BELOW
from kiosk.school import queries as school

BEST = 5
WEEKS = 4


class Thanks(NamedTuple):
    """Words of one meal, or of one week (`meal` is then empty and `day` its Monday), at a counter."""

    day: date
    meal: str
    counter: Counter
    words: tuple[str, ...]


class Read(NamedTuple):
    """What somebody can read, the last first, and how many words wait."""

    thanks: tuple[Thanks, ...]
    waiting: int
    """Words of meals that still go on, or of which too few rated."""


Sitting = tuple[int, date, str]
"""A counter, a day, a meal."""


def thanks_to(person: int) -> Read:
    """The words of the last weeks to a person, by number."""
    return _read(_written([one.id for one in persons.rows_of(person)]))


def thanks_by_person(numbers: Iterable[int]) -> dict[int, Read]:
    """The same of several persons; who has none is left out."""
    found = {number: thanks_to(number) for number in numbers}
    return {number: read for number, read in found.items() if read.thanks}


def thanked(first: date) -> list[Person]:
    """The persons who work here and were named in words of thanks since a day, by name."""
    query = select(RatingNote.staff_id).join(Rating, Rating.seq == RatingNote.rating_seq)
    query = query.where(
        COMMENTED, Rating.level == BEST, Rating.day >= first, RatingNote.staff_id.is_not(None)
    )
    found = {persons.person(number).number for number in session.scalars(query.distinct()) if number}
    people = [persons.person(number) for number in found]
    return sorted((one for one in people if one.active), key=lambda one: (one.name, one.id))


def begins(today: date) -> date:
    """The Monday with which the weeks begin that are read."""
    return today - timedelta(days=today.weekday() + 7 * (WEEKS - 1))


def _written(rows: list[int]) -> list[tuple[Sitting, str]]:
    """The counted words of thanks that name one of these rows, each with its sitting."""
    mark = aliased(RatingMark)
    newest = select(func.max(mark.id)).where(mark.rating_seq == Rating.seq).scalar_subquery()
    query = (
        select(Rating.counter_id, Rating.day, Rating.meal, RatingNote.comment)
        .join(RatingNote, RatingNote.rating_seq == Rating.seq)
        .outerjoin(RatingMark, RatingMark.id == newest)
        .where(
            COMMENTED,
            RatingNote.staff_id.in_(rows),
            Rating.level == BEST,
            Rating.day >= begins(school.today()),
            or_(RatingMark.id.is_(None), RatingMark.counted),
        )
    )
    return [((counter, day, meal), mask(said)) for counter, day, meal, said in session.execute(query)]


def _read(written: list[tuple[Sitting, str]]) -> Read:
    today, least = school.today(), school.settings()[HIDDEN_BELOW]
    closed = ratings.closed_meals(begins(today), today)
    numbers = _numbers({(counter, day) for (counter, day, _meal), _said in written})
    told: dict[Sitting, list[str]] = {}
    for sitting, said in written:
        if (place := _told_under(sitting, closed, numbers, least, today)) is not None:
            told.setdefault(place, []).append(said)
    found = [_thanks(sitting, words) for sitting, words in told.items()]
    found.sort(key=lambda one: (one.day, one.meal, one.counter.id), reverse=True)
    return Read(tuple(found), len(written) - sum(len(one.words) for one in found))


def _told_under(
    sitting: Sitting, closed: set[tuple[date, str]], numbers: dict[Sitting, int], least: int, today: date
) -> Sitting | None:
    """The meal, or the week, under which words are told; None: they wait."""
    counter, day, meal = sitting
    if (day, meal) not in closed:
        return None
    if numbers.get(sitting, 0) >= least:
        return sitting
    monday = day - timedelta(days=day.weekday())
    if monday + timedelta(days=7) > today:
        return None
    week = ratings.counts(counter, monday, monday + timedelta(days=6)).total
    return (counter, monday, "") if week >= least else None


def _numbers(places: set[tuple[int, date]]) -> dict[Sitting, int]:
    """How many ratings each meal of these counters and days has; more were kept than counted, at times."""
    if not places:
        return {}
    days = {day for _counter, day in places}
    query = (
        select(Rating.counter_id, Rating.day, Rating.meal, func.count())
        .where(Rating.counter_id.in_({counter for counter, _day in places}), Rating.day.in_(days))
        .group_by(Rating.counter_id, Rating.day, Rating.meal)
    )
    return {(counter, day, meal): number for counter, day, meal, number in session.execute(query)}


def _thanks(sitting: Sitting, words: list[str]) -> Thanks:
    counter, day, meal = sitting
    return Thanks(day, meal, counters.counter_numbered(counter), tuple(sorted(words)))

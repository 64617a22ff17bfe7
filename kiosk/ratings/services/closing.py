"""What happens when a meal is closed: marks, keys, seals; and what is forgotten."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import delete, func, select, text

from kiosk.chain.services import append
from kiosk.core import clock, merkle
from kiosk.core.db import db, session
from kiosk.core.trace import record
from kiosk.presence import services as presence
from kiosk.presence.models import MealKey
from kiosk.presence.queries import is_over, open_meals
from kiosk.ratings import queries
from kiosk.ratings.models import Pulse, RatingVisitor, Seal
from kiosk.ratings.services.alerts import close_alerts
from kiosk.ratings.services.marking import mark_meal

MOST_SEALED = 50_000
"""Ratings, notes or marks in one seal: so many hashes are kept in one row and read for one receipt."""


class ClosedMeal(NamedTuple):
    """A meal that was closed, and how many of its ratings were marked as doubtful."""

    day: date
    meal: str
    marked: int


@dataclass(frozen=True)
class Closing:
    """What `close_meals` did; false if there was nothing to do."""

    meals: list[ClosedMeal]
    seal: Seal | None

    def __bool__(self) -> bool:
        return bool(self.meals or self.seal)


def close_meals(*, by: str, now: datetime | None = None, everything: bool = False) -> Closing:
    """Close every meal that is over (or every one): decide marks, destroy its key, and seal its ratings."""
    now = now or clock.now()
    _open_held_meals(now)
    due = [key for key in open_meals() if everything or is_over(key.day, key.meal, now)]
    meals = [_close(key, by=by, now=now) for key in due]
    sealed = seal(by=by, now=now) if everything or queries.seal_is_due(now) else None
    if meals or sealed:
        _forget(now)
        close_alerts(now)
    return Closing(meals, sealed)


def _close(key: MealKey, *, by: str, now: datetime) -> ClosedMeal:
    marked = mark_meal(key)
    session.execute(delete(RatingVisitor).where(RatingVisitor.meal_key_id == key.id))
    presence.destroy(key, now)
    record("meal.closed", f"meal:{key.day}/{key.meal}", by=by, after=marked)
    return ClosedMeal(key.day, key.meal, sum(sum(numbers.values()) for numbers in marked.values()))


def _open_held_meals(now: datetime) -> None:
    """A meal in which only tablets rated has no key yet; it is closed like any other."""
    for day, meal in queries.meals_without_key():
        presence.hold_meal(day, meal, now)


def _forget(now: datetime) -> None:
    """Remove what has served: passes that are over, and the pulse of earlier days."""
    presence.forget_passes(now)
    day = 24 * 60
    minute = clock.minute_of(now)
    session.execute(delete(Pulse).where((Pulse.minute < minute - day) | (Pulse.minute > minute + day)))


def seal(*, by: str, now: datetime) -> Seal | None:
    """Seal what is not sealed yet, at most MOST_SEALED of a kind in one seal; the newest seal, if any."""
    if db.engine.dialect.name == "postgresql":
        session.execute(text("LOCK TABLE rating, rating_note, rating_mark IN SHARE ROW EXCLUSIVE MODE"))
    newest = None
    while sealed := _seal_some(by=by, now=now):
        newest = sealed
    return newest


def _seal_some(*, by: str, now: datetime) -> Seal | None:
    last = queries.last_seal()
    before = (
        (last.last_seq, last.last_note, queries.sealed_marks(queries.told(last))[1]) if last else (0, 0, 0)
    )
    tops = [session.scalar(select(func.max(number))) or 0 for number in queries.NUMBERS.values()]
    after = tuple(min(max(top, old), old + MOST_SEALED) for top, old in zip(tops, before, strict=True))
    if after == before:
        return None
    ranges = [(old + 1, new) for old, new in zip(before, after, strict=True)]
    return _store_seal(last, ranges, by=by, now=now)


def _store_seal(last: Seal | None, ranges: list[tuple[int, int]], *, by: str, now: datetime) -> Seal:
    trees = [
        [leaf for _number, leaf in queries.hashed(kind, *ends)]
        for kind, ends in zip(queries.KINDS, ranges, strict=True)
    ]
    parts = [
        queries.Part(*ends, len(tree), merkle.root(tree).hex())
        for ends, tree in zip(ranges, trees, strict=True)
    ]
    previous, number = (last.digest, last.number + 1) if last else (queries.NO_SEAL, 1)
    told = queries.content(previous, parts)
    entry = append(action="ratings.sealed", subject=f"seal:{number}", actor=by, after=told)
    sealed = Seal(
        number=number,
        first_seq=parts[0].first,
        last_seq=parts[0].last,
        first_note=parts[1].first,
        last_note=parts[1].last,
        ratings=parts[0].count,
        digest=told["digest"],
        previous=previous,
        chain_seq=entry.seq,
        at=now,
        format=queries.FORMAT,
        leaves=b"".join(leaf for tree in trees for leaf in tree),
    )
    session.add(sealed)
    session.flush()
    return sealed

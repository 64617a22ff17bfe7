"""Marks: what is doubtful when a meal is over, and what a person, never the rated one, decides about it."""

from collections import Counter as Tallier
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any

from sqlalchemy import select

from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Forbidden
from kiosk.core.i18n import lazy
from kiosk.core.masking import clean
from kiosk.core.trace import record
from kiosk.counters import queries as counters
from kiosk.counters.models import Counter
from kiosk.persons.queries import is_among
from kiosk.presence.models import MealKey
from kiosk.ratings import queries
from kiosk.ratings.models import WHY, Rating, RatingMark, RatingVisitor
from kiosk.ratings.services.counting import Tallies, counts_at, mark_row, uncount
from kiosk.ratings.settings import BURST_TAPS
from kiosk.school import queries as school

FRESH_VISITORS = 10
FRESH_SHARE = 0.4
"""At least so many fresh visitors, and more than this share, make a counter's meal doubtful."""

BURSTS = ((timedelta(minutes=1), 1), (timedelta(minutes=5), 2))
"""More live taps on a tablet within the length than the settings' `burst_taps` times the factor are a burst.

A tablet's own page allows some thirteen taps a minute; five minutes of that are one pair of hands.
"""

Marked = dict[str, dict[str, int]]
"""How many ratings were marked, by mark and counter's code."""


class RatedDecides(Forbidden):
    """Somebody would decide about the counter he stands at."""

    code = "rated-decides"
    message = lazy("Who is on this counter's roster decides nothing about its ratings; somebody else has to.")


def mark_meal(key: MealKey) -> Marked:
    """Mark what is doubtful in a meal that is over, while its visitors are still distinguishable."""
    _keep_one_voice(key)
    marked = {"burst": _mark_bursts(key), "fresh_visitors": _mark_fresh_visitors(key)}
    return {mark: numbers for mark, numbers in marked.items() if numbers}


def in_bursts(moments: Sequence[datetime], most: int) -> set[int]:
    """The places of those taps of one tablet, in their order, that belong to a burst.

    The order is that of recording: a clock set back makes a gap and no crowd.
    """
    places: set[int] = set()
    for length, factor in BURSTS:
        first = done = 0
        for last, moment in enumerate(moments):
            while abs(moment - moments[first]) >= length:
                first += 1
            if last - first + 1 > most * factor:
                places.update(range(max(first, done), last + 1))
                done = last + 1
    return places


def _mark_bursts(key: MealKey) -> dict[str, int]:
    """Mark the counted taps of bursts. Only live ones have a say: a drained queue is never a burst.

    Taps marked as misuse make a burst, too. What bears or bore a mark keeps it: a decision stands.
    """
    midnight = datetime.combine(key.day, time(), school.zone())
    query = (
        select(Rating)
        .where(
            Rating.recorded_at >= midnight,
            Rating.recorded_at < midnight + timedelta(days=1, hours=1),
            Rating.day == key.day,
            Rating.meal == key.meal,
            Rating.tablet_id.is_not(None),
            Rating.live,
        )
        .order_by(Rating.seq)
    )
    tablets: dict[int, list[Rating]] = defaultdict(list)
    for rating in session.scalars(query):
        tablets[rating.tablet_id or 0].append(rating)
    marked: Tallier[str] = Tallier()
    for taps in tablets.values():
        places = in_bursts([rating.recorded_at for rating in taps], school.settings()[BURST_TAPS])
        for place in sorted(places):
            if queries.mark_in_force(taps[place].seq) is None:
                uncount(taps[place], "burst", reason=str(len(places)))
                marked[session.get_one(Counter, taps[place].counter_id).code] += 1
    return dict(marked)


def _visits(key: MealKey) -> Sequence[Any]:
    """The meal's ratings of visitors, each with its visitor and whether that one was fresh."""
    return session.execute(
        select(Rating, RatingVisitor.visitor, RatingVisitor.fresh)
        .join(RatingVisitor, RatingVisitor.rating_seq == Rating.seq)
        .where(RatingVisitor.meal_key_id == key.id)
        .order_by(Rating.seq)
    ).all()


def _keep_one_voice(key: MealKey) -> None:
    """Of a visitor's ratings at most one is counted or may be counted again.

    One outside the opening hours supersedes nothing when it comes; then the earlier ones make way, so that
    a decision to count them again gives nobody two voices.
    """
    voices: dict[bytes, list[Rating]] = defaultdict(list)
    for rating, visitor, _fresh in _visits(key):
        voices[visitor].append(rating)
    for ratings in voices.values():
        if len(ratings) == 1:
            continue
        marks = [queries.mark_in_force(rating.seq) for rating in ratings]
        waiting = [
            rating
            for rating, mark in zip(ratings, marks, strict=True)
            if mark is not None and mark.mark == "outside_hours"
        ]
        has_voice = any(mark is None or mark.counted for mark in marks)
        for rating in waiting if has_voice else waiting[:-1]:
            session.add(RatingMark(**mark_row(rating, "superseded")))
    session.flush()


def fresh_limit(visitors: dict[int, tuple[int, int]]) -> float:
    """The share of fresh visitors above which a counter stands out, from {counter: (fresh, all)}."""
    shares = [fresh / everyone for fresh, everyone in visitors.values() if everyone]
    return max(FRESH_SHARE, 2 * median(shares)) if shares else FRESH_SHARE


def doubtful(visitors: dict[int, tuple[int, int]]) -> set[int]:
    """The counters with unusually many fresh visitors in a meal, from {counter: (fresh, all)}.

    Ten at least, and a share above 40 % and above twice the median of all counters that had visitors
    (threats.md). On a day when every phone is new, nobody stands out.
    """
    limit = fresh_limit(visitors)
    return {
        key
        for key, (fresh, everyone) in visitors.items()
        if fresh >= FRESH_VISITORS and fresh > limit * everyone
    }


def _mark_fresh_visitors(key: MealKey) -> dict[str, int]:
    """Mark the counted ratings of fresh visitors at doubtful counters; how many, by the counter's code."""
    rows = _visits(key)
    fresh, everyone = _distinct(rows, only_fresh=True), _distinct(rows, only_fresh=False)
    figures = {counter_id: (fresh[counter_id], number) for counter_id, number in everyone.items()}
    suspects, limit = doubtful(figures), round(100 * fresh_limit(figures))
    marked: Tallier[str] = Tallier()
    for rating, _visitor, is_fresh in rows:
        if not is_fresh or rating.counter_id not in suspects:
            continue
        mark = queries.mark_in_force(rating.seq)
        if mark is None or mark.counted:
            uncount(rating, "fresh_visitors", reason="{}/{}/{}".format(*figures[rating.counter_id], limit))
            marked[session.get_one(Counter, rating.counter_id).code] += 1
    return dict(marked)


def _distinct(rows: Iterable[Any], *, only_fresh: bool) -> Tallier[int]:
    return Tallier(
        counter_id
        for counter_id, _ in {(row[0].counter_id, row[1]) for row in rows if row[2] or not only_fresh}
    )


def decide_marks(
    *, by: Actor, counter: Counter, day: date, meal: str, mark: str, count_again: bool, reason: str
) -> int:
    """Count the ratings of a counter's meal that bear a doubtful mark again, or leave them; how many.

    One decision about all of them, whatever they say, with its reason, in the chain; it stands. Raises
    Invalid without a reason, RatedDecides for whoever stood on the counter's roster on that day or stands
    on it since, Conflict when there is nothing (more) to decide or the meal still runs.
    """
    reason = WHY.read(clean(reason))
    if is_among(by.person, counters.rostered_since(counter, day)):
        raise RatedDecides
    undecided = queries.undecided(counter.id, day, meal, mark)
    if not undecided:
        raise Conflict(lazy("There is nothing to decide here any more."))
    if (day, meal) not in queries.closed_meals(day, day):
        raise Conflict(lazy("This is decided when the meal is closed."))
    decision = {"counted": count_again, "decided_by": str(by), "reason": reason}
    in_force, tallies = "restored" if count_again else mark, Tallies()
    for rating in undecided:
        session.add(RatingMark(**mark_row(rating, in_force, **decision)))
        if count_again:
            reasons = [code for note in queries.notes(rating.seq) for code in note.reasons]
            tallies.add(rating, reasons, counts_at(rating.pressed_at, rating.recorded_at))
    tallies.store()
    session.flush()
    entry = {"day": day, "meal": meal, "mark": mark, "number": len(undecided)}
    entry |= {"counted": count_again, "reason": reason}
    record("marks.decided", f"counter:{counter.code}", by=by, after=entry)
    return len(undecided)

"""Counts of ratings, and what can honestly be said from them."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from kiosk.core.db import session
from kiosk.core.statistics import student, wilson
from kiosk.ratings.models import ReasonTally, Tally

RANKED_FROM = 30
"""Scores are put in order from this many ratings on."""


@dataclass(frozen=True)
class Counts:
    """How many counted ratings of each level there are, and what can honestly be said from them."""

    n1: int = 0
    n2: int = 0
    n3: int = 0
    n4: int = 0
    n5: int = 0

    @property
    def levels(self) -> tuple[int, int, int, int, int]:
        """The counts from level 1 to level 5."""
        return (self.n1, self.n2, self.n3, self.n4, self.n5)

    @property
    def total(self) -> int:
        """n, the number of counted ratings."""
        return sum(self.levels)

    @property
    def bad(self) -> int:
        """Ratings of level 1 and 2."""
        return self.n1 + self.n2

    @property
    def mean(self) -> float | None:
        """The mean level, 1 to 5; None without ratings."""
        if not self.total:
            return None
        return sum(level * n for level, n in enumerate(self.levels, 1)) / self.total

    @property
    def half_width(self) -> float | None:
        """Half the 95 % confidence interval of the mean: Student's t times s/√n; None below two ratings.

        Ratings that all agree have s = 0 but do not make the mean certain: s² is taken as 1/n at least, as
        if one of the n had been one level away.
        """
        n, mean = self.total, self.mean
        if n < 2 or mean is None:
            return None
        spread = sum(count * (level - mean) ** 2 for level, count in enumerate(self.levels, 1)) / (n - 1)
        return student(n - 1) * math.sqrt(max(spread, 1 / n) / n)

    @property
    def good_share(self) -> float | None:
        """The share of levels 3 to 5 (好评率), 0 to 1."""
        return (self.total - self.bad) / self.total if self.total else None

    @property
    def top_share(self) -> float | None:
        """The share of levels 4 and 5 (customer satisfaction, CSAT), 0 to 1."""
        return (self.n4 + self.n5) / self.total if self.total else None

    @property
    def wilson_lower(self) -> float | None:
        """The lower end of Wilson's 95 % interval of the good share: what rankings are ordered by."""
        return wilson(self.total - self.bad, self.total)[0] if self.total else None

    def clearly_below(self, other: "Counts") -> bool:
        """Whether the mean lies further below the other's than both margins together explain."""
        if self.mean is None or other.mean is None or self.half_width is None or other.half_width is None:
            return False
        return other.mean - self.mean > math.hypot(self.half_width, other.half_width)

    def reach(self, hidden_below: int) -> bool:
        """Whether there are enough ratings to show more than how many there are."""
        return self.total >= hidden_below

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(own + theirs for own, theirs in zip(self.levels, other.levels, strict=True)))


_SUMS = [func.coalesce(func.sum(column), 0) for column in (Tally.n1, Tally.n2, Tally.n3, Tally.n4, Tally.n5)]


def _counts(numbers: Iterable[int]) -> Counts:
    return Counts(*numbers)


def counts(counter_id: int, first: date, last: date) -> Counts:
    """A counter's ratings from the first to the last day, both included."""
    query = select(*_SUMS).where(Tally.counter_id == counter_id, Tally.day.between(first, last))
    return _counts(session.execute(query).one())


def counts_by_counter(first: date, last: date) -> dict[int, Counts]:
    """The same for every counter that has ratings in the span."""
    query = select(Tally.counter_id, *_SUMS).where(Tally.day.between(first, last)).group_by(Tally.counter_id)
    return {key: _counts(numbers) for key, *numbers in session.execute(query)}


def ranking(counts: dict[int, Counts]) -> dict[int, int]:
    """Places by the Wilson lower bound, 1 the best, of those with RANKED_FROM ratings or more."""
    ranked = {key: tally for key, tally in counts.items() if tally.total >= RANKED_FROM}
    order = sorted(ranked, key=lambda key: ranked[key].wilson_lower or 0, reverse=True)
    return {key: place for place, key in enumerate(order, start=1)}


def counts_by_day(counter_id: int, first: date, last: date) -> dict[date, Counts]:
    """A counter's ratings day by day; days without are left out."""
    query = (
        select(Tally.day, *_SUMS)
        .where(Tally.counter_id == counter_id, Tally.day.between(first, last))
        .group_by(Tally.day)
        .order_by(Tally.day)
    )
    return {key: _counts(numbers) for key, *numbers in session.execute(query)}


def by_hour(counter_id: int, day: date) -> dict[int, Counts]:
    """A counter's day by local hour; hours without ratings are left out."""
    query = (
        select(Tally.hour, Tally.n1, Tally.n2, Tally.n3, Tally.n4, Tally.n5)
        .where(Tally.counter_id == counter_id, Tally.day == day)
        .order_by(Tally.hour)
    )
    return {key: _counts(numbers) for key, *numbers in session.execute(query)}


def heat(counter_id: int, first: date, last: date) -> dict[tuple[int, int], Counts]:
    """A counter's ratings by (weekday, local hour), Monday = 0."""
    query = select(Tally).where(Tally.counter_id == counter_id, Tally.day.between(first, last))
    cells: dict[tuple[int, int], Counts] = defaultdict(Counts)
    for row in session.scalars(query):
        cells[row.day.weekday(), row.hour] += Counts(row.n1, row.n2, row.n3, row.n4, row.n5)
    return dict(cells)


@dataclass(frozen=True)
class ReasonCount:
    """How often a reason was chosen after good (3–5) and after bad (1–2) ratings."""

    good: int
    bad: int

    @property
    def total(self) -> int:
        """How often it was chosen at all."""
        return self.good + self.bad


def reason_counts(counter_id: int, first: date, last: date) -> dict[str, ReasonCount]:
    """The chosen reasons of a counter in a span, by code, the most frequent first."""
    good, bad = func.sum(ReasonTally.good), func.sum(ReasonTally.bad)
    query = (
        select(ReasonTally.reason, good, bad)
        .where(ReasonTally.counter_id == counter_id, ReasonTally.day.between(first, last))
        .group_by(ReasonTally.reason)
        .order_by((good + bad).desc(), ReasonTally.reason)
    )
    return {code: ReasonCount(*numbers) for code, *numbers in session.execute(query)}

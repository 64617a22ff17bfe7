"""Tallies as open data: by day and counter, never a single rating."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import func, select

from kiosk.core.db import session
from kiosk.counters.models import Counter
from kiosk.ratings.models import Tally
from kiosk.ratings.settings import HIDDEN_BELOW
from kiosk.school.queries import settings

COLUMNS = (
    ("day", "日期"),
    ("counter", "窗口编号"),
    ("name", "窗口"),
    ("ratings", "评价数"),
    ("n5", "非常满意"),
    ("n4", "满意"),
    ("n3", "基本满意"),
    ("n2", "不满意"),
    ("n1", "非常不满意"),
)
"""Names of the columns in JSON and in CSV. Where too few rated, `ratings` and the levels are empty (null)."""


LEAST = 5
"""Whatever the school sets, no number of fewer ratings leaves it (threats.md)."""


def daily_tallies(first: date, last: date) -> Iterator[dict[str, Any]]:
    """One row for each counter and day with ratings; one of too few tells no number."""
    levels = [func.sum(getattr(Tally, name)).label(name) for name in ("n5", "n4", "n3", "n2", "n1")]
    query = (
        select(Tally.day, Counter.code, Counter.name, *levels)
        .join(Counter, Counter.id == Tally.counter_id)
        .where(Tally.day.between(first, last))
        .group_by(Tally.day, Counter.id)
        .order_by(Tally.day, Counter.position, Counter.id)
    )
    hidden_below = max(LEAST, settings()[HIDDEN_BELOW])
    for day, code, name, *numbers in session.execute(query.execution_options(yield_per=500)):
        total = sum(numbers)
        if total == 0:
            continue
        cells = [total, *numbers] if total >= hidden_below else [None] * 6
        yield dict(zip((column for column, _ in COLUMNS), (day.isoformat(), code, name, *cells), strict=True))

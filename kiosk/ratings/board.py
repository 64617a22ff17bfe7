"""What the board shows of ratings: every counter's score of a day, honestly."""

from datetime import date
from typing import Any

from kiosk.board.queries import Section
from kiosk.counters.queries import counters
from kiosk.ratings import queries
from kiosk.school.queries import settings


def context(day: date) -> dict[str, Any]:
    """The counters with their counts of the day; those rated by too few are shown without a score."""
    counts = queries.counts_by_counter(day, day)
    rows = [(counter, counts.get(counter.id) or queries.Counts()) for counter in counters()]
    return {"scores": rows, "hidden_below": settings().hidden_below}


SECTION = Section("scores", 20, "ratings/_board.html", context)

"""What the board shows of ratings: every counter's score of a day, honestly."""

from datetime import date
from typing import Any

from kiosk.counters.queries import began, counters
from kiosk.ratings import queries
from kiosk.ratings.models import MARKS
from kiosk.ratings.settings import HIDDEN_BELOW
from kiosk.school.queries import settings


def context(day: date) -> dict[str, Any]:
    """The counters with their counts of the day and what is not counted; too few show no score.

    A counter that was not entered yet is missing from that day; one that is closed by now keeps
    its scores.
    """
    counts = queries.counts_by_counter(day, day)
    marked = queries.marked_counts(day, day)
    rows = [
        (counter, counts.get(counter.id) or queries.Counts(), marked.get(counter.id, {}))
        for counter in counters(everything=True)
        if counts.get(counter.id) or (counter.active and began(counter) <= day)
    ]
    return {
        "scores": rows,
        "coverage": queries.coverage(day, day),
        "said": queries.sentences(day),
        "marks": MARKS,
        "hidden_below": settings()[HIDDEN_BELOW],
    }

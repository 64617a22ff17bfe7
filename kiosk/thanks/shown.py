"""What pages of rooms below show: what was put right, on the board and on tablets."""

from datetime import date
from typing import Any

from kiosk.counters.models import Counter
from kiosk.thanks import queries

AT_SIGHT = 3
"""So many stand on the board; the others are one tap away."""


def on_board(_day: date) -> dict[str, Any]:
    """The last things that were put right."""
    return {"found": queries.done(AT_SIGHT)}


def on_tablet(counter: Counter) -> dict[str, Any]:
    """The last thing that was put right there or near; None: nothing is said."""
    return {"one": queries.nearest(counter)}

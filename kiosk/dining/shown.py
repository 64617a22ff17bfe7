"""What the board shows of shared meals: who eats where that day, and where nobody did lately."""

from datetime import date, timedelta
from typing import Any

from kiosk.dining import queries

LATELY = timedelta(days=7)


def on_board(day: date) -> dict[str, Any]:
    """The meals of the day, and the gaps of the week before it."""
    found = queries.sittings(day, day)
    gaps = queries.gaps(day - LATELY, day - timedelta(days=1))
    open_days = [one for one in queries.parents_days(first=day) if queries.is_open(one)]
    return {
        "sittings": found,
        "gaps": gaps,
        "parents": open_days[:2],
        "face": queries.face,
        "meal_name": queries.meal_name,
    }

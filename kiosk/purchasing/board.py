"""What the board shows of purchases: each canteen's sheets of a day, or where it stands."""

from datetime import date
from typing import Any

from kiosk.counters import queries as counters
from kiosk.counters.models import Counter
from kiosk.purchasing import queries
from kiosk.school import queries as school


def context(day: date) -> dict[str, Any]:
    """What each canteen posted on the day, or where it stands."""
    sheets = queries.posted(day)
    canteens = [
        (status, [sheet for sheet in sheets if sheet.sheet.canteen_id == status.canteen.id])
        for status in queries.sheet_status(day)
    ]
    began = {status.canteen.id: counters.began(status.canteen) for status, _sheets in canteens}
    is_missing = day == school.today() and not all(sheets for _status, sheets in canteens)
    earlier = queries.latest_before(day) if is_missing else {}
    return {"canteens": canteens, "began": began, "due_at": queries.posting_due(day), "earlier": earlier}


def of_counter(counter: Counter) -> dict[str, Any]:
    """What the canteen of a counter posted today."""
    return {"posted": queries.of_canteen(counter.canteen, school.today()) if counter.canteen else None}

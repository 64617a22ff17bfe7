"""What the board shows of purchases: each canteen's sheets of a day, or where it stands."""

from datetime import date
from typing import Any

from kiosk.counters import queries as counters
from kiosk.counters.models import Counter
from kiosk.postings.queries import question_marks
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
    missing = [status.canteen.id for status, own in canteens if not own] if day == school.today() else []
    earlier = queries.latest_before(day, missing) if missing else {}
    shown = [*sheets, *(one for _last, before in earlier.values() for one in before)]
    return {
        "canteens": canteens,
        "began": began,
        "due_at": queries.posting_due(day),
        "earlier": earlier,
        "marks": question_marks(*(one.sheet.id for one in shown)),
    }


def of_counter(counter: Counter) -> dict[str, Any]:
    """What the canteen of a counter posted today."""
    return {"posted": queries.of_canteen(counter.canteen, school.today()) if counter.canteen else None}

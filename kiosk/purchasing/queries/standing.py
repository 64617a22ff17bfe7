"""Where each canteen stands with its purchases: posted, late, missing, or none due."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import aliased

from kiosk.board.queries import Due
from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.i18n import lazy
from kiosk.counters.models import Canteen
from kiosk.counters.queries import began, canteens, owes
from kiosk.purchasing.models import Sheet, SheetVersion
from kiosk.purchasing.queries.posted import posting_due
from kiosk.school import queries as school


@dataclass(frozen=True)
class CanteenStatus:
    """Where a canteen stands: posted, nothing (bought), open (not due yet), late, missing; or none is due,
    for want of a school day or while it is closed; or new: it was entered here on that day or later."""

    canteen: Canteen
    state: str
    due: datetime
    posted_at: datetime | None
    """When the first of its sheets was posted first, whatever was corrected since."""
    sheet_ids: list[int]
    draft_ids: list[int]
    total: int = 0
    """What was posted, in fen."""
    is_due: bool = False
    """Whether anything is owed for the day at all."""
    is_late: bool = False
    """Owed, and one of its sheets came after the time by which it was owed."""


def sheet_status(day: date) -> list[CanteenStatus]:
    """Every canteen's status on the day (see `statuses`)."""
    return statuses(day, day)[day]


def statuses(first: date, last: date) -> dict[date, list[CanteenStatus]]:
    """The same for each day first…last, in a fixed number of queries.

    Canteens that are closed by now stand there only if they posted something or owed anything in that time.
    """
    sheets = _sheets_of(first, last)
    open_days = school.school_days(first, last)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    involved = [
        canteen
        for canteen in canteens(everything=True)
        if canteen.active
        or any((day, canteen.id) in sheets or (day in open_days and owes(canteen, day)) for day in days)
    ]
    return {
        day: [
            _status(canteen, day, day in open_days, sheets.get((day, canteen.id), [])) for canteen in involved
        ]
        for day in days
    }


_Entered = tuple[Sheet, SheetVersion | None, datetime | None]
"""A sheet, its version in force, and when it was posted first."""


def _sheets_of(first: date, last: date) -> dict[tuple[date, int], list[_Entered]]:
    """All sheets of the days, posted or not, by day and canteen."""
    original = aliased(SheetVersion)
    query = (
        select(Sheet, SheetVersion, original.posted_at)
        .join(SheetVersion, SheetVersion.id == Sheet.posted_version_id, isouter=True)
        .join(original, (original.sheet_id == Sheet.id) & (original.version == 1), isouter=True)
        .where(Sheet.day.between(first, last))
        .order_by(Sheet.id)
    )
    sheets: dict[tuple[date, int], list[_Entered]] = defaultdict(list)
    for sheet, version, first_at in session.execute(query):
        sheets[sheet.day, sheet.canteen_id].append((sheet, version, first_at))
    return dict(sheets)


def _status(canteen: Canteen, day: date, is_open: bool, sheets: list[_Entered]) -> CanteenStatus:
    due = posting_due(day)
    is_due = is_open and owes(canteen, day)
    versions = [version for _, version, _ in sheets if version is not None]
    times = [first_at for _, version, first_at in sheets if version is not None and first_at]
    return CanteenStatus(
        canteen,
        _state(canteen, day, due if is_due else None, versions),
        due,
        min(times) if times else None,
        [sheet.id for sheet, version, _ in sheets if version is not None],
        [sheet.id for sheet, version, _ in sheets if version is None],
        sum(version.total for version in versions),
        is_due,
        is_due and any(moment > due for moment in times),
    )


def _state(canteen: Canteen, day: date, due: datetime | None, versions: list[SheetVersion]) -> str:
    if versions:
        return "nothing" if all(version.nothing_bought for version in versions) else "posted"
    if day <= began(canteen):
        return "new"
    if due is None:
        return "none"
    if day < school.today():
        return "missing"
    return "late" if clock.now() > due else "open"


def due(day: date) -> list[Due]:
    """The purchase sheets that the board expects on a day, one of each canteen."""
    return [
        Due(lazy("Purchases"), status.canteen, status.due, status.posted_at)
        for status in sheet_status(day)
        if status.is_due
    ]

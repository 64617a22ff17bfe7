"""Where each canteen stands with its purchases: posted, late, missing, or none due."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from kiosk.core import clock
from kiosk.core.db import session
from kiosk.counters.models import Canteen
from kiosk.counters.queries import began, canteens, owes
from kiosk.postings.models import PostingVersion
from kiosk.purchasing.models import Sheet
from kiosk.purchasing.queries.posted import posting_due
from kiosk.purchasing.queries.sheets import day_of, new_drafts
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
    sheets, drafts = _sheets_of(first, last), _drafts_of(first, last)
    entered = {*sheets, *drafts}
    open_days = school.school_days(first, last)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    involved = [
        canteen
        for canteen in canteens(everything=True)
        if canteen.active
        or any((day, canteen.id) in entered or (day in open_days and owes(canteen, day)) for day in days)
    ]
    return {
        day: [
            _status(
                canteen,
                day,
                day in open_days,
                sheets.get((day, canteen.id), []),
                drafts.get((day, canteen.id), []),
            )
            for canteen in involved
        ]
        for day in days
    }


_Entered = tuple[Sheet, datetime]
"""A sheet that is posted, and when it was first."""


def _sheets_of(first: date, last: date) -> dict[tuple[date, int], list[_Entered]]:
    """All posted sheets of the days, by day and canteen."""
    query = (
        select(Sheet, PostingVersion.posted_at)
        .join(PostingVersion, (PostingVersion.posting_id == Sheet.id) & (PostingVersion.version == 1))
        .where(Sheet.day.between(first, last))
        .order_by(Sheet.id)
    )
    sheets: dict[tuple[date, int], list[_Entered]] = defaultdict(list)
    for sheet, first_at in session.execute(query):
        sheets[sheet.day, sheet.canteen_id].append((sheet, first_at))
    return dict(sheets)


def _drafts_of(first: date, last: date) -> dict[tuple[date, int | None], list[int]]:
    """The numbers of sheets of the days that were begun and never posted, by day and canteen."""
    drafts: dict[tuple[date, int | None], list[int]] = defaultdict(list)
    for draft in new_drafts(first, last):
        drafts[day_of(draft.posting), draft.posting.canteen_id].append(draft.posting_id)
    return dict(drafts)


def _status(
    canteen: Canteen, day: date, is_open: bool, sheets: list[_Entered], drafts: list[int]
) -> CanteenStatus:
    due = posting_due(day)
    is_due = is_open and owes(canteen, day)
    posted, times = [sheet for sheet, _first_at in sheets], [first_at for _sheet, first_at in sheets]
    return CanteenStatus(
        canteen,
        _state(canteen, day, due if is_due else None, posted),
        due,
        min(times, default=None),
        [sheet.id for sheet in posted],
        drafts,
        sum(sheet.total for sheet in posted),
        is_due,
        is_due and any(moment > due for moment in times),
    )


def _state(canteen: Canteen, day: date, due: datetime | None, sheets: list[Sheet]) -> str:
    if sheets:
        return "nothing" if all(sheet.nothing_bought for sheet in sheets) else "posted"
    if day <= began(canteen):
        return "new"
    if due is None:
        return "none"
    if day < school.today():
        return "missing"
    return "late" if clock.now() > due else "open"

"""What is posted: each sheet's version in force with its priced lines, and when it came."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from kiosk.board.queries import Posted, PostedLine, PublicSheet, Times
from kiosk.core.db import session
from kiosk.core.i18n import LazyString
from kiosk.counters.models import Canteen
from kiosk.counters.queries import owes
from kiosk.postings.models import PostingVersion
from kiosk.purchasing.models import Sheet
from kiosk.purchasing.queries.marks import PricedLine, beside
from kiosk.purchasing.queries.prices import priced
from kiosk.purchasing.queries.sheets import SheetVersion, versions
from kiosk.purchasing.settings import POSTING_DUE
from kiosk.school import queries as school

_FIRST = aliased(PostingVersion)


@dataclass(frozen=True)
class PostedSheet:
    """A sheet with its version in force, that version's lines beside their past prices, and when it came."""

    sheet: Sheet
    version: SheetVersion
    lines: list[PricedLine]
    times: Times


def posted(day: date, *canteen_ids: int) -> list[PostedSheet]:
    """What is posted for the day, by these canteens or by all: each sheet with its version in force."""
    query = (
        select(Sheet, PostingVersion, _FIRST.posted_at)
        .join(PostingVersion, PostingVersion.id == Sheet.version_id)
        .join(_FIRST, (_FIRST.posting_id == Sheet.id) & (_FIRST.version == 1))
        .join(Canteen, Canteen.id == Sheet.canteen_id)
        .where(Sheet.day == day)
        .order_by(Canteen.position, Canteen.id, Sheet.id)
    )
    if canteen_ids:
        query = query.where(Sheet.canteen_id.in_(canteen_ids))
    found = session.execute(query).all()
    in_force = versions([row for _sheet, row, _first_at in found])
    by_version: dict[int, list[PricedLine]] = defaultdict(list)
    for line in priced([line for version in in_force for line in version.lines], day):
        by_version[line.line.version_id].append(line)
    is_open = school.is_school_day(day)
    return [
        PostedSheet(
            sheet, version, by_version[version.id], _times(sheet, first_at, version.posted_at, is_open)
        )
        for (sheet, _row, first_at), version in zip(found, in_force, strict=True)
    ]


def times_of(sheet_ids: Sequence[int]) -> dict[int, Times]:
    """When each of these sheets was posted first and when its version in force, and by when it was owed."""
    query = (
        select(Sheet, _FIRST.posted_at, PostingVersion.posted_at)
        .join(PostingVersion, PostingVersion.id == Sheet.version_id)
        .join(_FIRST, (_FIRST.posting_id == Sheet.id) & (_FIRST.version == 1))
        .where(Sheet.id.in_(sheet_ids))
    )
    rows: Sequence[Any] = session.execute(query).all() if sheet_ids else []
    days = [sheet.day for sheet, *_ in rows]
    open_days = school.school_days(min(days), max(days)) if days else set()
    return {
        sheet.id: _times(sheet, first_at, posted_at, sheet.day in open_days)
        for sheet, first_at, posted_at in rows
    }


def _times(sheet: Sheet, first_at: datetime, posted_at: datetime, is_open: bool) -> Times:
    return Times(sheet.day, first_at, posted_at, _owed_by(sheet, is_open))


def posting_due(day: date) -> datetime:
    """The moment by which the purchases of that day are to be posted."""
    return datetime.combine(day, school.settings()[POSTING_DUE], school.zone())


def _owed_by(sheet: Sheet, is_open: bool) -> datetime | None:
    return posting_due(sheet.day) if is_open and owes(sheet.canteen, sheet.day) else None


def latest_before(day: date, canteen_ids: Iterable[int]) -> dict[int, tuple[date, list[PostedSheet]]]:
    """By canteen: the last day before `day` for which something was posted, and its sheets."""
    query = select(Sheet.canteen_id, func.max(Sheet.day)).where(Sheet.day < day).group_by(Sheet.canteen_id)
    rows = session.execute(query.where(Sheet.canteen_id.in_(set(canteen_ids))))
    last_days = {canteen_id: last for canteen_id, last in rows}
    of_day = defaultdict(list)
    for canteen_id, last in last_days.items():
        of_day[last].append(canteen_id)
    sheets = {last: posted(last, *those) for last, those in of_day.items()}
    return {
        canteen_id: (last, [one for one in sheets[last] if one.sheet.canteen_id == canteen_id])
        for canteen_id, last in last_days.items()
    }


def of_canteen(canteen: Canteen, day: date) -> Posted | None:
    """What a canteen posted for that day, sheet by sheet, in the board's words."""
    sheets = posted(day, canteen.id)
    return Posted(day, tuple(_public_sheet(sheet) for sheet in sheets)) if sheets else None


def _public_sheet(posted: PostedSheet) -> PublicSheet:
    version = posted.version
    return PublicSheet(
        posted.sheet.number,
        posted.times,
        version.names["purchaser"],
        tuple(name for part, name in version.names.items() if part.startswith("receiver") and name),
        tuple(_public_line(priced) for priced in posted.lines),
        version.total,
        version.nothing_bought,
        posted.sheet.id,
    )


def _public_line(priced: PricedLine) -> PostedLine:
    line = priced.line
    return PostedLine(
        line.item,
        line.specification,
        line.unit,
        line.quantity,
        line.unit_price,
        line.amount,
        line.supplier,
        priced.is_marked,
        LazyString(beside, priced),
    )

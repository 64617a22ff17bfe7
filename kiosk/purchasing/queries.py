"""Reads of purchases: what was posted, beside which prices, and what is missing."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from kiosk.board.queries import Due, Posted, PostedLine, PublicSheet, Times
from kiosk.catalogue.queries.units import base, convert
from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.core.i18n import LazyString, lazy
from kiosk.counters.models import Canteen
from kiosk.counters.queries import began, canteens, owes
from kiosk.purchasing.models import Line, MarketPrice, Sheet, SheetVersion
from kiosk.purchasing.price_marks import Mark as Mark
from kiosk.purchasing.price_marks import PricedLine as PricedLine
from kiosk.purchasing.price_marks import beside as beside
from kiosk.purchasing.price_marks import mark_of
from kiosk.purchasing.settings import POSTING_DUE
from kiosk.school import queries as school

WEEKS = 8
"""How far back a price is compared with its own past."""
Key = tuple[int, str, str]
"""What makes two prices comparable: item, specification, base unit."""


@dataclass(frozen=True)
class Past:
    """An earlier price of the same thing, in the unit of the line it stands beside."""

    day: date
    price: int


@dataclass(frozen=True)
class PostedSheet:
    """A sheet with its version in force, that version's lines beside their past prices, and when it came."""

    sheet: Sheet
    version: SheetVersion
    lines: list[PricedLine]
    times: Times


def key_of(item_id: int, specification: str, unit: str) -> Key:
    """What a price is compared under."""
    return item_id, specification.strip(), base(unit)[0]


def past_prices(
    lines: Iterable[tuple[int, str, str]], before: date
) -> dict[Key, list[tuple[date, int, str]]]:
    """Earlier posted prices of (item_id, specification, unit)s: by key (day, price, unit), newest first.

    Eight weeks of them; for what was not bought in that time, the last one before.
    """
    wanted = {key_of(*line) for line in lines}
    if not wanted:
        return {}
    since = before - timedelta(weeks=WEEKS)
    found = _prices_of({key[0] for key in wanted}, Sheet.day >= since, Sheet.day < before)
    missing = {key[0] for key in wanted if key not in found}
    if missing:
        latest = (
            select(Line.item_id, func.max(Sheet.day).label("day"))
            .join(SheetVersion, SheetVersion.id == Line.version_id)
            .join(Sheet, Sheet.posted_version_id == SheetVersion.id)
            .where(Line.item_id.in_(missing), Sheet.day < since, Line.unit_price > 0)
            .group_by(Line.item_id)
            .subquery()
        )
        older = _prices_of(
            missing,
            Sheet.day == select(latest.c.day).where(latest.c.item_id == Line.item_id).scalar_subquery(),
        )
        for key, rows in older.items():
            found.setdefault(key, rows)
    return {key: rows for key, rows in found.items() if key in wanted}


def _prices_of(item_ids: set[int], *conditions: object) -> dict[Key, list[tuple[date, int, str]]]:
    query = (
        select(Line.item_id, Line.specification, Line.unit, Sheet.day, Line.unit_price)
        .join(SheetVersion, SheetVersion.id == Line.version_id)
        .join(Sheet, Sheet.posted_version_id == SheetVersion.id)
        .where(Line.item_id.in_(item_ids), Line.unit_price > 0, *conditions)  # type: ignore[arg-type]
        .order_by(Sheet.day.desc(), Line.id.desc())
    )
    found: dict[Key, list[tuple[date, int, str]]] = defaultdict(list)
    for item_id, specification, unit, day, price in session.execute(query):
        found[key_of(item_id, specification, unit)].append((day, price, unit))
    return found


def priced(lines: Sequence[Line], day: date) -> list[PricedLine]:
    """The lines beside their prices before `day`; one or two queries for all of them."""
    past = past_prices([(line.item_id, line.specification, line.unit) for line in lines], day)
    return [
        _beside_its_past(line, past.get(key_of(line.item_id, line.specification, line.unit), []))
        for line in lines
    ]


def _beside_its_past(line: Line, rows: list[tuple[date, int, str]]) -> PricedLine:
    earlier = [(day, convert(price, unit, line.unit)) for day, price, unit in rows]
    prices = [price for _, price in earlier if price is not None]
    if not prices or line.is_gift:
        return PricedLine(line, None, None, None, None)
    mark = mark_of(line.unit_price, prices)
    return PricedLine(line, prices[0], earlier[0][0], round(median(prices)), mark)


def posted(day: date, canteen_id: int | None = None) -> list[PostedSheet]:
    """What is posted for the day: each sheet's version in force, canteen by canteen."""
    query = (
        select(SheetVersion)
        .join(Sheet, Sheet.posted_version_id == SheetVersion.id)
        .join(Canteen, Canteen.id == Sheet.canteen_id)
        .where(Sheet.day == day)
        .options(joinedload(SheetVersion.sheet), selectinload(SheetVersion.lines))
        .order_by(Canteen.position, Canteen.id, Sheet.id)
    )
    if canteen_id is not None:
        query = query.where(Sheet.canteen_id == canteen_id)
    versions = list(session.scalars(query))
    everything = priced([line for version in versions for line in version.lines], day)
    by_version: dict[int, list[PricedLine]] = defaultdict(list)
    for line in everything:
        by_version[line.line.version_id].append(line)
    times = times_of([version.sheet_id for version in versions])
    return [
        PostedSheet(version.sheet, version, by_version[version.id], times[version.sheet_id])
        for version in versions
    ]


def times_of(sheet_ids: Sequence[int]) -> dict[int, Times]:
    """When each of these sheets was posted first and when its version in force, and by when it was owed."""
    first = aliased(SheetVersion)
    query = (
        select(Sheet, first.posted_at, SheetVersion.posted_at)
        .join(SheetVersion, SheetVersion.id == Sheet.posted_version_id)
        .join(first, (first.sheet_id == Sheet.id) & (first.version == 1))
        .where(Sheet.id.in_(sheet_ids))
    )
    rows: Sequence[Any] = session.execute(query).all() if sheet_ids else []
    days = [sheet.day for sheet, *_ in rows]
    open_days = school.school_days(min(days), max(days)) if days else set()
    return {
        sheet.id: Times(sheet.day, first_at, posted_at, _owed_by(sheet, sheet.day in open_days))
        for sheet, first_at, posted_at in rows
    }


def posting_due(day: date) -> datetime:
    """The moment by which the purchases of that day are to be posted."""
    return datetime.combine(day, school.settings()[POSTING_DUE], school.zone())


def _owed_by(sheet: Sheet, is_open: bool) -> datetime | None:
    return posting_due(sheet.day) if is_open and owes(sheet.canteen, sheet.day) else None


def latest_before(day: date) -> dict[int, tuple[date, list[PostedSheet]]]:
    """By canteen: the last day before `day` for which something was posted, and its sheets."""
    query = (
        select(Sheet.canteen_id, func.max(Sheet.day))
        .where(Sheet.posted_version_id.is_not(None), Sheet.day < day)
        .group_by(Sheet.canteen_id)
    )
    return {canteen_id: (last, posted(last, canteen_id)) for canteen_id, last in session.execute(query).all()}


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
    beginning = aliased(SheetVersion)
    query = (
        select(Sheet, SheetVersion, beginning.posted_at)
        .join(SheetVersion, SheetVersion.id == Sheet.posted_version_id, isouter=True)
        .join(beginning, (beginning.sheet_id == Sheet.id) & (beginning.version == 1), isouter=True)
        .where(Sheet.day.between(first, last))
        .order_by(Sheet.id)
    )
    sheets: dict[tuple[date, int], list[_Found]] = defaultdict(list)
    for sheet, version, first_at in session.execute(query):
        sheets[sheet.day, sheet.canteen_id].append((sheet, version, first_at))
    open_days = school.school_days(first, last)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    shown = [
        one
        for one in canteens(everything=True)
        if one.active
        or any(sheets.get((day, one.id)) or (day in open_days and owes(one, day)) for day in days)
    ]
    return {
        day: [_status(canteen, day, day in open_days, sheets[day, canteen.id]) for canteen in shown]
        for day in days
    }


_Found = tuple[Sheet, SheetVersion | None, datetime | None]
"""A sheet, its version in force, and when it was posted first."""


def _status(canteen: Canteen, day: date, is_open: bool, sheets: list[_Found]) -> CanteenStatus:
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


def sheet(sheet_id: int) -> Sheet:
    """The sheet, or NotFound."""
    found = session.get(Sheet, sheet_id)
    if found is None:
        raise NotFound
    return found


def posted_versions(sheet: Sheet) -> list[SheetVersion]:
    """The versions that were posted, the newest first."""
    return sorted((v for v in sheet.versions if v.posted_at), key=lambda v: v.version, reverse=True)


def draft_of(sheet: Sheet) -> SheetVersion | None:
    """The version that is still being written, or None."""
    return next((version for version in sheet.versions if version.posted_at is None), None)


def first_draft(canteen_id: int, day: date) -> SheetVersion | None:
    """The draft of a sheet that a canteen began for the day and never posted, the oldest first."""
    return session.scalar(
        select(SheetVersion)
        .join(Sheet, Sheet.id == SheetVersion.sheet_id)
        .where(Sheet.canteen_id == canteen_id, Sheet.day == day, Sheet.posted_version_id.is_(None))
        .order_by(Sheet.id)
        .limit(1)
    )


def last_posted(canteen_id: int, before: date) -> SheetVersion | None:
    """The canteen's last posted sheet with lines on or before the day: what is copied in the morning."""
    return session.scalar(
        select(SheetVersion)
        .join(Sheet, Sheet.posted_version_id == SheetVersion.id)
        .where(Sheet.canteen_id == canteen_id, Sheet.day <= before, SheetVersion.nothing_bought.is_(False))
        .options(selectinload(SheetVersion.lines))
        .order_by(Sheet.day.desc(), Sheet.id.desc())
        .limit(1)
    )


def unused_fields(canteen_id: int, fields: Sequence[str]) -> list[str]:
    """Of these text fields of a line, those that the canteen never filled in; none before its first sheet."""
    filled = [func.max(getattr(Line, name)) for name in fields]
    row = session.execute(
        select(func.count(Line.id), *filled)
        .join(SheetVersion, SheetVersion.id == Line.version_id)
        .join(Sheet, Sheet.posted_version_id == SheetVersion.id)
        .where(Sheet.canteen_id == canteen_id)
    ).one()
    return [name for name, longest in zip(fields, row[1:], strict=True) if row[0] and not longest]


def same_paper(canteen_id: int, day: date, number: str) -> Sheet | None:
    """A sheet that was posted from the same paper form: same canteen, day and number."""
    return session.scalar(
        select(Sheet).where(
            Sheet.canteen_id == canteen_id,
            Sheet.day == day,
            Sheet.number == number,
            Sheet.posted_version_id.is_not(None),
        )
    )


def any_posted(canteen_id: int, day: date) -> Sheet | None:
    """A sheet with lines that the canteen posted for the day, whatever its number, or None."""
    query = (
        select(Sheet)
        .join(SheetVersion, SheetVersion.id == Sheet.posted_version_id)
        .where(Sheet.canteen_id == canteen_id, Sheet.day == day, SheetVersion.nothing_bought.is_(False))
    )
    return session.scalar(query.order_by(Sheet.id).limit(1))


@dataclass(frozen=True)
class HistoryPoint:
    """One posted price of an item."""

    day: date
    price: int
    quantity: int
    supplier: str
    canteen: Canteen
    sheet_id: int
    first_at: datetime | None = None

    @property
    def is_later(self) -> bool:
        """Whether its sheet was posted when its day was over."""
        return self.first_at is not None and school.local(self.first_at).date() > self.day

    @property
    def on_chart(self) -> tuple[date, int]:
        """Where it stands on the picture: day and price."""
        return self.day, self.price


def price_history(item_id: int, *, since: date | None = None) -> dict[tuple[str, str], list[HistoryPoint]]:
    """Posted prices of an item, oldest first, by (specification, unit): only like is compared with like."""
    first = aliased(SheetVersion)
    query = (
        select(Line, Sheet.day, Sheet.id, Canteen, first.posted_at)
        .join(SheetVersion, SheetVersion.id == Line.version_id)
        .join(Sheet, Sheet.posted_version_id == SheetVersion.id)
        .join(first, (first.sheet_id == Sheet.id) & (first.version == 1))
        .join(Canteen, Canteen.id == Sheet.canteen_id)
        .where(Line.item_id == item_id)
        .order_by(Sheet.day, Line.id)
    )
    if since is not None:
        query = query.where(Sheet.day >= since)
    found: dict[tuple[str, str], list[HistoryPoint]] = defaultdict(list)
    for line, day, sheet_id, canteen, first_at in session.execute(query):
        point = HistoryPoint(day, line.unit_price, line.quantity, line.supplier, canteen, sheet_id, first_at)
        found[line.specification, line.unit].append(point)
    return dict(found)


def market_prices(name: str, day: date) -> list[MarketPrice]:
    """The newest wholesale prices of an item of this name, a week old at most."""
    query = (
        select(MarketPrice)
        .where(MarketPrice.item == name, MarketPrice.day.between(day - timedelta(days=7), day))
        .order_by(MarketPrice.day.desc())
        .limit(10)
    )
    return list(session.scalars(query))


def of_canteen(canteen: Canteen, day: date) -> Posted | None:
    """What a canteen posted for that day, sheet by sheet, in the board's words."""
    sheets = posted(day, canteen.id)
    return Posted(day, tuple(_public(one) for one in sheets)) if sheets else None


def _public(posted: PostedSheet) -> PublicSheet:
    version = posted.version
    return PublicSheet(
        posted.sheet.number,
        posted.times,
        version.purchaser,
        tuple(name for name in (version.receiver1, version.receiver2) if name),
        tuple(
            PostedLine(
                one.line.item,
                one.line.specification,
                one.line.unit,
                one.line.quantity,
                one.line.unit_price,
                one.line.amount,
                one.line.supplier,
                one.is_marked,
                LazyString(beside, one),
            )
            for one in posted.lines
        ),
        version.total,
        version.nothing_bought,
    )


def due(day: date) -> list[Due]:
    """The purchase sheets that the board expects on a day, one of each canteen."""
    return [
        Due(lazy("Purchases"), status.canteen, status.due, status.posted_at)
        for status in sheet_status(day)
        if status.is_due
    ]

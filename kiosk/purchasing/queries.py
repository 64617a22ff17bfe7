"""Reads of purchases: what was posted, beside which prices, and what is missing."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median, quantiles

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from kiosk.board.queries import Due, Posted, PostedLine
from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.core.i18n import lazy
from kiosk.counters.models import Canteen
from kiosk.counters.queries import canteens
from kiosk.purchasing.models import Item, Line, MarketPrice, Sheet, SheetVersion, Supplier
from kiosk.purchasing.units import base, convert
from kiosk.school import queries as school

WEEKS = 8
"""How far back a price is compared with its own past."""
ENOUGH = 5
"""From this many earlier prices on, an outlier is told by quartiles."""
LEAST_SPREAD = 0.05
"""A price that never moved has no spread; within this share of its median nothing is an outlier."""

Key = tuple[int, str, str]
"""What makes two prices comparable: item, specification, base unit."""


@dataclass(frozen=True)
class Past:
    """An earlier price of the same thing, in the unit of the line it stands beside."""

    day: date
    price: int


@dataclass(frozen=True)
class PricedLine:
    """A line beside its own past: `last_price` and `median` in 0.0001 yuan for the line's unit, or None.

    `change` is the ratio to the last price (+0.39), `mark` says that it stands out: more than `mark_percent`
    above the last price, or outside Q1 − 1.5 IQR … Q3 + 1.5 IQR of its last eight weeks.
    """

    line: Line
    last_price: int | None
    last_day: date | None
    median: int | None
    mark: bool

    @property
    def change(self) -> float | None:
        """The change against the last price, or None where there is none."""
        return self.line.unit_price / self.last_price - 1 if self.last_price else None

    def __getattr__(self, name: str) -> object:
        """Everything else is the line's own."""
        return getattr(self.line, name)


@dataclass(frozen=True)
class PostedSheet:
    """A sheet with its version in force and that version's lines beside their past prices."""

    sheet: Sheet
    version: SheetVersion
    lines: list[PricedLine]


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


def _stands_out(price: int, last: int | None, earlier: list[int]) -> bool:
    if last is None:
        return False
    if price * 100 > last * (100 + school.settings().mark_percent):
        return True
    if len(earlier) < ENOUGH:
        return False
    first, middle, third = quantiles(earlier, n=4, method="inclusive")
    spread = max(1.5 * (third - first), middle * LEAST_SPREAD)
    return not first - spread <= price <= third + spread


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
    if not prices:
        return PricedLine(line, None, None, None, False)
    mark = _stands_out(line.unit_price, prices[0], prices)
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
    return [PostedSheet(version.sheet, version, by_version[version.id]) for version in versions]


@dataclass(frozen=True)
class CanteenStatus:
    """Where a canteen stands: posted, nothing (bought), open (not due yet), late, missing, none (due)."""

    canteen: Canteen
    state: str
    due: datetime
    posted_at: datetime | None
    sheet_ids: list[int]
    draft_ids: list[int]
    total: int = 0
    """What was posted, in fen."""


def sheet_status(day: date) -> list[CanteenStatus]:
    """Every active canteen's status on the day."""
    return statuses(day, day)[day]


def statuses(first: date, last: date) -> dict[date, list[CanteenStatus]]:
    """The same for each day first…last, in a fixed number of queries."""
    query = (
        select(Sheet, SheetVersion)
        .join(SheetVersion, SheetVersion.id == Sheet.posted_version_id, isouter=True)
        .where(Sheet.day.between(first, last))
        .order_by(Sheet.id)
    )
    sheets: dict[tuple[date, int], list[tuple[Sheet, SheetVersion | None]]] = defaultdict(list)
    for sheet, version in session.execute(query):
        sheets[sheet.day, sheet.canteen_id].append((sheet, version))
    every, open_days = canteens(), school.school_days(first, last)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return {
        day: [_status(canteen, day, day in open_days, sheets[day, canteen.id]) for canteen in every]
        for day in days
    }


def _status(
    canteen: Canteen, day: date, is_open: bool, sheets: list[tuple[Sheet, SheetVersion | None]]
) -> CanteenStatus:
    due, now = school.posting_due(day), clock.now()
    versions = [version for _, version in sheets if version is not None]
    drafts = [sheet.id for sheet, version in sheets if version is None]
    if versions:
        state = "nothing" if all(version.nothing_bought for version in versions) else "posted"
    elif not is_open:
        state = "none"
    elif day < school.today():
        state = "missing"
    else:
        state = "late" if now > due else "open"
    times = [version.posted_at for version in versions if version.posted_at]
    ids = [sheet.id for sheet, version in sheets if version is not None]
    total = sum(version.total for version in versions)
    return CanteenStatus(canteen, state, due, min(times) if times else None, ids, drafts, total)


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


def postings_between(first: date, last: date) -> list[tuple[Sheet, SheetVersion]]:
    """The sheets of the days first…last with their versions in force, oldest first; without their lines."""
    query = (
        select(Sheet, SheetVersion)
        .join(SheetVersion, SheetVersion.id == Sheet.posted_version_id)
        .where(Sheet.day.between(first, last))
        .order_by(Sheet.day, Sheet.canteen_id, Sheet.id)
    )
    return [(sheet, version) for sheet, version in session.execute(query)]


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


def item_names() -> list[str]:
    """The names of all items that were ever bought."""
    return list(session.scalars(select(Item.name)))


def item(item_id: int) -> Item:
    """The item, or NotFound."""
    found = session.get(Item, item_id)
    if found is None:
        raise NotFound
    return found


def _contains(column: object, text: str) -> object:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return column.like(f"%{escaped}%", escape="\\")  # type: ignore[attr-defined]


def items(text: str = "", *, everything: bool = False, limit: int = 500) -> list[Item]:
    """Items whose name holds the text, or one of whose readings begins a word with it (`cq` finds 长茄)."""
    query = select(Item).order_by(Item.item_class, Item.name).limit(limit)
    if not everything:
        query = query.where(Item.active)
    text = text.strip()
    if text:
        query = query.where(
            or_(_contains(Item.name, text), _contains(" " + Item.pinyin, " " + text.lower()))  # type: ignore[arg-type]
        )
    return list(session.scalars(query))


def suppliers(text: str = "", *, everything: bool = False) -> list[Supplier]:
    """Suppliers by name or pinyin, as `items`."""
    query = select(Supplier).order_by(Supplier.name)
    if not everything:
        query = query.where(Supplier.active)
    text = text.strip()
    if text:
        query = query.where(
            or_(_contains(Supplier.name, text), _contains(" " + Supplier.pinyin, " " + text.lower()))  # type: ignore[arg-type]
        )
    return list(session.scalars(query))


def supplier(supplier_id: int) -> Supplier:
    """The supplier, or NotFound."""
    found = session.get(Supplier, supplier_id)
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class HistoryPoint:
    """One posted price of an item."""

    day: date
    price: int
    quantity: int
    supplier: str
    canteen: str
    sheet_id: int

    @property
    def on_chart(self) -> tuple[date, int]:
        """Where it stands on the picture: day and price."""
        return self.day, self.price


def price_history(item_id: int, *, since: date | None = None) -> dict[tuple[str, str], list[HistoryPoint]]:
    """Posted prices of an item, oldest first, by (specification, unit): only like is compared with like."""
    query = (
        select(Line, Sheet.day, Sheet.id, Canteen.name)
        .join(SheetVersion, SheetVersion.id == Line.version_id)
        .join(Sheet, Sheet.posted_version_id == SheetVersion.id)
        .join(Canteen, Canteen.id == Sheet.canteen_id)
        .where(Line.item_id == item_id)
        .order_by(Sheet.day, Line.id)
    )
    if since is not None:
        query = query.where(Sheet.day >= since)
    found: dict[tuple[str, str], list[HistoryPoint]] = defaultdict(list)
    for line, day, sheet_id, canteen in session.execute(query):
        point = HistoryPoint(day, line.unit_price, line.quantity, line.supplier, canteen, sheet_id)
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
    """What a canteen posted that day, all its sheets together, in the board's words."""
    sheets = posted(day, canteen.id)
    if not sheets:
        return None
    lines = tuple(
        PostedLine(
            line.line.item,
            line.line.specification,
            line.line.unit,
            line.line.quantity,
            line.line.unit_price,
            line.line.amount,
            line.line.supplier,
        )
        for one in sheets
        for line in one.lines
    )
    times = [one.version.posted_at for one in sheets if one.version.posted_at]
    nothing = all(one.version.nothing_bought for one in sheets)
    return Posted(day, lines, sum(one.version.total for one in sheets), min(times), nothing)


def due(day: date) -> list[Due]:
    """The purchase sheets that the board expects on a day, one of each canteen."""
    return [
        Due(lazy("Purchases of %(canteen)s", canteen=status.canteen.name), status.due, status.posted_at)
        for status in sheet_status(day)
        if status.state != "none"
    ]

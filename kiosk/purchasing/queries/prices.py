"""Posted prices of items: what a line stands beside, an item's history, and the wholesale market's."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from statistics import median

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from kiosk.catalogue.queries.units import base, convert
from kiosk.chain.models import ChainEntry
from kiosk.core.db import session
from kiosk.core.recent import Recent
from kiosk.counters.models import Canteen
from kiosk.postings.models import PostingVersion, PostingWithdrawal
from kiosk.purchasing.models import Line, MarketPrice, Sheet
from kiosk.purchasing.queries.marks import PricedLine, mark_of
from kiosk.school import queries as school
from kiosk.tenders.queries import Bought, MarketRow, contract_prices

WEEKS = 8
"""How far back a price is compared with its own past."""
Key = tuple[int, str, str]
"""What makes two prices comparable: item, specification, base unit."""
_POSTED = select(PostingVersion.chain_seq).order_by(PostingVersion.id.desc()).limit(1).scalar_subquery()
_WITHDRAWN = select(func.max(PostingWithdrawal.chain_seq)).scalar_subquery()
_LAST = select(ChainEntry.hash).where(ChainEntry.seq.in_((_POSTED, _WITHDRAWN)))
_LAST = _LAST.order_by(ChainEntry.seq.desc()).limit(1)
"""The record's last entry of a posting or a withdrawal; its hash stands for all that was before, too."""
_past: Recent[dict[Key, list[tuple[date, int, str]]]] = Recent(16)


@dataclass(frozen=True)
class EarlierPrice:
    """An earlier price of the same thing, in the unit of the line it stands beside."""

    day: date
    price: int


def key_of(item_id: int, specification: str, unit: str) -> Key:
    """What a price is compared under."""
    return item_id, specification.strip(), base(unit)[0]


def past_prices(
    lines: Iterable[tuple[int, str, str]], before: date
) -> dict[Key, list[tuple[date, int, str]]]:
    """Earlier posted prices of (item_id, specification, unit)s: by key (day, price, unit), newest first.

    Eight weeks of them; for what was not bought in that time, the last one before. No posted line ever
    changes: until something is posted or withdrawn the answer is the same.
    """
    wanted = frozenset(key_of(*line) for line in lines)
    if not wanted:
        return {}
    last = session.scalar(_LAST)
    return _past.of((last, before, wanted), lambda: _read_past(wanted, before))


def _read_past(wanted: frozenset[Key], before: date) -> dict[Key, list[tuple[date, int, str]]]:
    since = before - timedelta(weeks=WEEKS)
    # sought by day (hence the sum): eight weeks are few sheets, while an item has lines of years
    of_these = (Line.item_id + 0).in_({key[0] for key in wanted})
    recent = _prices_of(of_these, Sheet.day >= since, Sheet.day < before)
    seldom = {key[0] for key in wanted if key not in recent}
    earlier = _last_prices_before(since, seldom) if seldom else {}
    return {key: rows for key, rows in {**earlier, **recent}.items() if key in wanted}


def _last_prices_before(day: date, item_ids: set[int]) -> dict[Key, list[tuple[date, int, str]]]:
    """The prices of each item on the last day before `day` on which it was bought."""
    latest = (
        select(Line.item_id, func.max(Sheet.day).label("day"))
        .join(Sheet, Sheet.version_id == Line.version_id)
        .where(Line.item_id.in_(item_ids), Sheet.day < day, Line.unit_price > 0)
        .group_by(Line.item_id)
        .subquery()
    )
    last_day = select(latest.c.day).where(latest.c.item_id == Line.item_id).scalar_subquery()
    return _prices_of(Line.item_id.in_(item_ids), Sheet.day == last_day)


def _prices_of(*conditions: ColumnElement[bool]) -> dict[Key, list[tuple[date, int, str]]]:
    query = (
        select(Line.item_id, Line.specification, Line.unit, Sheet.day, Line.unit_price)
        .join(Sheet, Sheet.version_id == Line.version_id)
        .where(Line.unit_price > 0, *conditions)
        .order_by(Sheet.day.desc(), Line.id.desc())
    )
    found: dict[Key, list[tuple[date, int, str]]] = defaultdict(list)
    lists: dict[Key, list[tuple[date, int, str]]] = {}
    """The same lists by what is written in a line, which is read of each but once."""
    for item_id, specification, unit, day, price in session.execute(query):
        line = (item_id, specification, unit)
        if line not in lists:
            lists[line] = found[key_of(*line)]
        lists[line].append((day, price, unit))
    return found


def priced(lines: Sequence[Line], day: date) -> list[PricedLine]:
    """The lines beside their prices before `day`; one or two queries for all of them."""
    keys = [(line.item_id, line.specification, line.unit) for line in lines]
    past = past_prices(keys, day)
    bought = [
        Bought(line.item, line.specification, line.unit, line.item_class, line.supplier_id) for line in lines
    ]
    contracts = contract_prices(bought, day, market_rows)
    return [
        replace(
            _beside_its_past(line, past.get(key_of(*key), [])), contract=None if line.is_gift else contract
        )
        for line, key, contract in zip(lines, keys, contracts, strict=True)
    ]


def market_rows(names: Collection[str], day: date) -> list[MarketRow]:
    """The market's rows of items, by name, of exactly that day."""
    query = select(MarketPrice.item, MarketPrice.unit, MarketPrice.average)
    rows = session.execute(query.where(MarketPrice.day == day, MarketPrice.item.in_(names)))
    return [MarketRow(item, unit, average) for item, unit, average in rows]


def _beside_its_past(line: Line, rows: list[tuple[date, int, str]]) -> PricedLine:
    earlier = [(day, convert(price, unit, line.unit)) for day, price, unit in rows]
    prices = [price for _, price in earlier if price is not None]
    if not prices or line.is_gift:
        return PricedLine(line, None, None, None, None)
    mark = mark_of(line.unit_price, prices)
    return PricedLine(line, prices[0], earlier[0][0], round(median(prices)), mark)


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
    position: int = 0

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
    first = aliased(PostingVersion)
    query = (
        select(Line, Sheet.day, Sheet.id, Canteen, first.posted_at)
        .join(Sheet, Sheet.version_id == Line.version_id)
        .join(first, (first.posting_id == Sheet.id) & (first.version == 1))
        .join(Canteen, Canteen.id == Sheet.canteen_id)
        .where(Line.item_id == item_id)
        .order_by(Sheet.day, Line.id)
    )
    if since is not None:
        query = query.where(Sheet.day >= since)
    history: dict[tuple[str, str], list[HistoryPoint]] = defaultdict(list)
    for line, day, sheet_id, canteen, first_at in session.execute(query):
        own = (line.unit_price, line.quantity, line.supplier, canteen, sheet_id, first_at, line.position)
        point = HistoryPoint(day, *own)
        history[line.specification, line.unit].append(point)
    return dict(history)


def market_prices(name: str, day: date) -> list[MarketPrice]:
    """The newest wholesale prices of an item of this name, a week old at most."""
    query = (
        select(MarketPrice)
        .where(MarketPrice.item == name, MarketPrice.day.between(day - timedelta(days=7), day))
        .order_by(MarketPrice.day.desc())
        .limit(10)
    )
    return list(session.scalars(query))

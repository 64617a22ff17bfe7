"""Wholesale reference prices: a market's daily list, as it is published."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select

from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Invalid
from kiosk.core.formats import MOST_PRICE, BadValue, parse_decimal
from kiosk.core.i18n import lazy, listed
from kiosk.core.trace import record
from kiosk.purchasing.models import MarketPrice

MOST_BYTES = 32 * 2**20
MOST_ROWS = 500_000
COLUMNS = {
    "day": ("发布日期", "日期", "date"),
    "item_class": ("一级分类", "类别", "分类", "class"),
    "item": ("品名", "名称", "item"),
    "lowest": ("最低价", "low", "lowest"),
    "highest": ("最高价", "high", "highest"),
    "average": ("平均价", "average", "avg"),
    "unit": ("单位", "单位名称", "unit"),
    "origin": ("产地", "规格", "origin"),
}
NEEDED = ("day", "item", "lowest", "highest", "average")
DAY_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M")
DEFAULT_UNIT = "斤"


def read_prices(data: bytes) -> tuple[list[dict[str, Any]], bool]:
    """The rows of a price list (CSV, UTF-8 or GBK), and whether two of its columns were swapped.

    Prices come back in 0.0001 yuan. Lists are found in the wild with the headers of average and highest price
    exchanged; where the "average" lies above the "highest" more often than not, they are read the other way.
    Raises Invalid for a file that is no price list, naming what is missing, or for a bad row with its number.
    """
    if len(data) > MOST_BYTES:
        raise Invalid(lazy("This file is too large."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            raise Invalid(lazy("This is not a price list: it is not text in UTF-8 or GBK.")) from None
    reader = csv.reader(io.StringIO(text))
    try:
        places = _places(next(reader, []))
        rows = [
            row for number, cells in enumerate(reader, 2) if (row := _row(cells, places, number)) is not None
        ]
    except csv.Error as error:
        raise Invalid(lazy("This is not a price list: it cannot be split into cells.")) from error
    above = sum(1 for row in rows if row["average"] > row["highest"])
    swapped = above * 2 > sum(1 for row in rows if row["average"] != row["highest"])
    if swapped:
        for row in rows:
            row["average"], row["highest"] = row["highest"], row["average"]
    return rows, swapped


def _places(header: Sequence[str]) -> dict[str, int]:
    words = [cell.strip().lower() for cell in header]
    places = {
        name: next((words.index(word) for word in known if word in words), -1)
        for name, known in COLUMNS.items()
    }
    missing = [COLUMNS[name][0] for name in NEEDED if places[name] < 0]
    if missing:
        raise Invalid(
            lazy("This is not a price list: these columns are missing: %(names)s."), names=listed(missing)
        )
    return places


def _row(cells: Sequence[str], places: dict[str, int], number: int) -> dict[str, Any] | None:
    if not any(cell.strip() for cell in cells):
        return None
    if number > MOST_ROWS:
        raise Invalid(lazy("This file is too large."))

    def cell(name: str) -> str:
        place = places[name]
        return cells[place].strip() if 0 <= place < len(cells) else ""

    try:
        prices = {name: _price(cell(name)) for name in ("lowest", "highest", "average")}
        day = _day(cell("day"))
    except BadValue as error:
        raise Invalid(lazy("Row %(row)s: %(text)s"), row=number, text=str(error)) from error
    return {
        "day": day,
        "item": cell("item")[:60],
        "item_class": cell("item_class")[:30],
        "unit": cell("unit")[:20] or DEFAULT_UNIT,
        "origin": cell("origin")[:60],
        **prices,
    }


def _price(text: str) -> int:
    return int(parse_decimal(text, places=4, minimum=Decimal(0), maximum=MOST_PRICE).scaleb(4))


def _day(text: str) -> date:
    for form in DAY_FORMATS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a calendar day has no zone
        except ValueError:
            continue
    raise BadValue(lazy("“%(text)s” is not a day."), text=text[:20])


def store_prices(*, by: Actor, rows: Sequence[dict[str, Any]]) -> int:
    """Add prices that are not there yet; how many were new. Exact repeats within the file count once."""
    if not rows:
        return 0
    first, last = min(row["day"] for row in rows), max(row["day"] for row in rows)
    known = set(_known(first, last))
    fresh: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        key = (row["day"], row["item"], row["unit"], row["origin"])
        if key not in known:
            fresh.setdefault(key, row)
    if fresh:
        session.execute(insert(MarketPrice), list(fresh.values()))
        record("prices.imported", "market", by=by, after={"added": len(fresh), "from": first, "to": last})
    return len(fresh)


def _known(first: date, last: date) -> Iterator[tuple[Any, ...]]:
    query = select(MarketPrice.day, MarketPrice.item, MarketPrice.unit, MarketPrice.origin)
    for row in session.execute(query.where(MarketPrice.day.between(first, last))):
        yield tuple(row)

"""Typed lines beside their last prices: what is proposed for them, and what is asked about."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from kiosk.catalogue.models import Item
from kiosk.catalogue.queries.units import convert
from kiosk.core.db import session
from kiosk.purchasing.checks import CheckedLine
from kiosk.purchasing.models import Line, Sheet
from kiosk.purchasing.queries import EarlierPrice, Key, key_of, past_prices
from kiosk.purchasing.settings import JUMP_PERCENT
from kiosk.school import queries as school

REMEMBERED = timedelta(weeks=26)
"""How far back the grid proposes prices and suppliers."""


@dataclass(frozen=True)
class Jump:
    """A typed price that rose or fell more than the school's setting since the last time."""

    row: int
    item: str
    unit: str
    price: int
    last: EarlierPrice

    @property
    def change(self) -> float:
        """The change as a ratio, +0.39."""
        return self.price / self.last.price - 1


def last_prices(lines: Iterable[tuple[int, str, str, str]], day: date) -> dict[int, EarlierPrice]:
    """For typed lines (row, item's name, specification, unit): the last price before the day, by row."""
    rows = list(lines)
    names = {name for _, name, _, _ in rows}
    ids = {name: key for name, key in session.execute(select(Item.name, Item.id).where(Item.name.in_(names)))}
    known = [
        (row, (ids[name], specification, unit)) for row, name, specification, unit in rows if name in ids
    ]
    past = past_prices([line for _, line in known], day)
    found = {}
    for row, line in known:
        for earlier, price, unit in past.get(key_of(*line), []):
            converted = convert(price, unit, line[2])
            if converted:
                found[row] = EarlierPrice(earlier, converted)
                break
    return found


def jumps(lines: Sequence[CheckedLine], day: date) -> list[Jump]:
    """The good lines whose price is to be asked about before it is posted."""
    most = school.settings()[JUMP_PERCENT]
    typed = [
        (n, line.texts["item"], line.texts.get("specification", ""), line.texts.get("unit", ""))
        for n, line in enumerate(lines)
    ]
    found = []
    for n, last in last_prices(typed, day).items():
        line = lines[n]
        if line.unit_price == 0:  # a gift has no price that could be compared
            continue
        if abs(line.unit_price - last.price) * 100 > last.price * most:
            found.append(
                Jump(line.row, line.texts["item"], line.texts.get("unit", ""), line.unit_price, last)
            )
    return sorted(found, key=lambda jump: jump.row)


@dataclass(frozen=True)
class Remembered:
    """The last price of an item in one specification and unit, and who delivered it."""

    specification: str
    unit: str
    price: int
    day: date
    supplier: str


def remembered(day: date) -> dict[int, list[Remembered]]:
    """By item: its last price before the day in each specification and unit, newest first; one query."""
    query = (
        select(Line.item_id, Line.specification, Line.unit, Line.unit_price, Sheet.day, Line.supplier)
        .join(Sheet, Sheet.version_id == Line.version_id)
        .where(Sheet.day < day, Sheet.day >= day - REMEMBERED, Line.unit_price > 0)
        .order_by(Sheet.day.desc(), Line.id.desc())
    )
    seen: set[Key] = set()
    found: dict[int, list[Remembered]] = defaultdict(list)
    for item_id, specification, unit, price, bought, supplier in session.execute(query):
        key = key_of(item_id, specification, unit)
        if key not in seen:
            seen.add(key)
            found[item_id].append(Remembered(specification, unit, price, bought, supplier))
    return found


def remembered_by_name(day: date) -> dict[str, list[Remembered]]:
    """The same by the item's name."""
    past = remembered(day)
    names = session.execute(select(Item.id, Item.name).where(Item.id.in_(past)))
    return {name: past[key] for key, name in names}

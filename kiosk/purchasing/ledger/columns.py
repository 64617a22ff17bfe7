"""What the columns of rows without a header are, guessed from what they hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from kiosk.core.formats import BadValue
from kiosk.core.tables import MOST_COLUMNS, Cell
from kiosk.purchasing.ledger.cells import is_blank, parse_day, parse_number, text_of
from kiosk.purchasing.ledger.lines import close_up, letter
from kiosk.purchasing.ledger.words import CLASS_NAMES, SUPPLIER, TOTAL, UNITS, field_of, squeeze

GRID_FIELDS = (
    *("item", "specification", "unit", "quantity", "unit_price", "amount", "supplier"),
    *("batch", "shelf_life", "remark"),
)
"""The order in which people write the columns of a sheet."""
COLUMN_FIELDS = ("day", "canteen", "number", "item_class", *GRID_FIELDS, "purchaser", "custodian", "receiver")
"""The fields that a column may be."""
MOST = Decimal(10) ** 9
ENOUGH = 0.8
"""So many of a column's cells, at least, have to be what it is taken for."""


@dataclass(frozen=True)
class Known:
    """What the school has bought before, as plain names: items, and who delivered them."""

    items: frozenset[str] = frozenset()
    suppliers: frozenset[str] = frozenset()


NOTHING_KNOWN = Known()


@dataclass
class Guess:
    """A field for each column ("" for none), and whether what the columns hold says so surely."""

    fields: list[str]
    sure: bool = False
    knows_items: bool = True
    """False when items are known here, but none of this column is one of them."""
    in_order: bool = False
    """Whether the columns stand as those of the grid from the chosen cell on: nothing is to be asked."""


class _Column:
    """What one column holds."""

    def __init__(self, place: int, cells: list[Cell], known: Known) -> None:
        self.place = place
        self.cells = cells
        held = [cell for cell in cells if not is_blank(cell)]
        self.texts = [close_up(text_of(cell)) for cell in held]
        self.filled = len(held)
        self.numbers = [_number(cell) for cell in cells]
        share = 1 / self.filled if self.filled else 0.0
        self.number_share = sum(number is not None for number in self.numbers) * share
        self.day_share = sum(_is_day(cell) for cell in held) * share
        self.unit_share = sum(text.lower() in UNITS for text in self.texts) * share
        self.class_share = sum(bool(CLASS_NAMES.match(squeeze(text))) for text in self.texts) * share
        self.item_share = sum(text in known.items for text in self.texts) * share
        self.supplier_share = sum(text in known.suppliers for text in self.texts) * share
        self.supplier_like = sum(bool(SUPPLIER.search(text)) for text in self.texts) * share
        self.distinct = len(set(self.texts)) * share

    @property
    def is_figures(self) -> bool:
        """Whether it holds numbers, and no days."""
        return self.filled > 0 and self.number_share >= ENOUGH and self.day_share < ENOUGH

    @property
    def is_serial(self) -> bool:
        """Whether it counts the rows."""
        numbers = [number for number in self.numbers if number is not None]
        steps = all(after - before == 1 for before, after in pairwise(numbers))
        return self.is_figures and len(numbers) > 1 and steps and numbers[0] in (0, 1)

    @property
    def fractions(self) -> float:
        """The share of numbers that are not whole."""
        numbers = [number for number in self.numbers if number is not None]
        return sum(number != int(number) for number in numbers) / len(numbers) if numbers else 0.0


def _number(cell: Cell) -> Decimal | None:
    if is_blank(cell):
        return None
    try:
        return parse_number(cell, places=6, maximum=MOST).value
    except BadValue:
        return None


def _is_day(cell: Cell) -> bool:
    try:
        parse_day(cell)
    except BadValue:
        return False
    return True


def guess(rows: Sequence[Sequence[Cell]], known: Known = NOTHING_KNOWN, first: str | None = None) -> Guess:
    """The fields of rows without a header; `first` is where the first column is pasted to, if it is known.

    Sure is only what proves itself: quantity times price makes the amount.
    """
    kept = [row for row in rows if any(not is_blank(cell) for cell in row) and not _is_sum(row)]
    width = max((len(row) for row in kept), default=0)
    columns = [
        _Column(place, [row[place] if place < len(row) else None for row in kept], known)
        for place in range(width)
    ]
    fields = [""] * width
    if first and width == 1:
        return Guess([first], sure=True, in_order=True)
    left = [column for column in columns if column.filled]
    if left and left[0].is_serial and len(left) > 1 and len(kept) > 1:
        left = left[1:]
    proved = _figures(left, fields, first)
    _words(left, fields, known)
    if first in GRID_FIELDS:
        _by_place(left, fields, first)
    item = next((column for column in columns if fields[column.place] == "item"), None)
    knows = not known.items or item is None or item.filled < 3 or item.item_share > 0
    needed = {"item", "quantity"} <= set(fields) and bool({"unit_price", "amount"} & set(fields))
    order = GRID_FIELDS[GRID_FIELDS.index(first) :] if first in GRID_FIELDS else ()
    held = [column.place for column in columns if column.filled]
    in_order = bool(order) and all(place < len(order) and fields[place] == order[place] for place in held)
    return Guess(fields, sure=needed and proved, knows_items=knows, in_order=in_order)


def _by_place(left: list[_Column], fields: list[str], first: str) -> None:
    """What the columns do not say themselves, their place beside the first one says."""
    names = GRID_FIELDS[GRID_FIELDS.index(first) :]
    for column in left:
        place = column.place - left[0].place
        if not fields[column.place] and place < len(names) and names[place] not in fields:
            fields[column.place] = names[place]


def _is_sum(row: Sequence[Cell]) -> bool:
    texts = [squeeze(text_of(cell)) for cell in row if not is_blank(cell)]
    return any(TOTAL.search(text) for text in texts[:3])


def _figures(left: list[_Column], fields: list[str], first: str | None) -> bool:
    """Find quantity, price and amount among the columns of numbers; whether they prove one another."""
    figures = [column for column in left if column.is_figures]
    triple = next(
        (
            (one, two, product)
            for product in reversed(figures)
            for one in figures
            for two in figures
            if one.place < two.place and product not in (one, two) and _multiplies(one, two, product)
        ),
        None,
    )
    if triple:
        one, two, product = triple
        quantity, price = (two, one) if _is_price_first(one, two) else (one, two)
        for column, name in ((quantity, "quantity"), (price, "unit_price"), (product, "amount")):
            fields[column.place] = name
        return not _is_open(one, two)
    names = ["quantity", "unit_price", "amount"]
    start = names.index(first) if first in names and figures and figures[0] is left[0] else 0
    for column, name in zip(figures, names[start:], strict=False):
        fields[column.place] = name
    return False


def _multiplies(one: _Column, two: _Column, product: _Column) -> bool:
    rows = [
        (a, b, c)
        for a, b, c in zip(one.numbers, two.numbers, product.numbers, strict=True)
        if a is not None and b is not None and c is not None
    ]
    fits = sum(abs(a * b - c) <= max(Decimal("0.02"), c / 200) for a, b, c in rows)
    return bool(rows) and fits >= len(rows) * ENOUGH and any(a * b for a, b, _c in rows)


def _is_price_first(one: _Column, two: _Column) -> bool:
    """Prices have fractions more often than quantities; the usual order counts where this does not tell."""
    return one.fractions > 0.3 and two.fractions == 0


def _is_open(one: _Column, two: _Column) -> bool:
    """Whether the two could be exchanged without anybody noticing: the first has more fractions."""
    return one.fractions > two.fractions


def _words(left: list[_Column], fields: list[str], known: Known) -> None:
    """Name the columns of words: units, days, items, suppliers, classes, specifications, remarks."""

    def take(name: str, candidates: list[_Column], score: object) -> None:
        assert callable(score)
        free = [column for column in candidates if not fields[column.place]]
        best = max(free, key=lambda column: (score(column), -column.place), default=None)
        if best is not None and score(best) > 0 and name not in fields:
            fields[best.place] = name

    words = [column for column in left if not column.is_figures and not fields[column.place]]
    figures = [place for place, name in enumerate(fields) if name in ("quantity", "unit_price", "amount")]
    begin, end = min(figures, default=len(fields)), max(figures, default=-1)
    take("day", words, lambda c: c.day_share >= ENOUGH)
    take("unit", words, lambda c: c.unit_share if c.unit_share >= ENOUGH else 0)
    texts = [column for column in words if column.day_share < ENOUGH]
    take("item", texts, lambda c: c.item_share if c.item_share >= 0.2 else 0)
    take("supplier", texts, lambda c: c.supplier_share if c.supplier_share >= 0.5 else 0)
    take("supplier", texts, lambda c: c.supplier_like if c.supplier_like >= 0.5 else 0)
    take("item_class", texts, lambda c: c.class_share if c.class_share >= 0.5 and c.place < begin else 0)
    before = [column for column in texts if column.place < begin]
    take("item", before, lambda c: c.distinct if c.filled and c.distinct >= 0.5 else 0)
    take("item", before, lambda c: 1)
    item = fields.index("item") if "item" in fields else -1
    take("specification", [c for c in texts if item < c.place < begin], lambda c: 1)
    after = [column for column in texts if column.place > end]
    take("supplier", after, lambda c: 1 if c.filled and (c.distinct < 0.8 or c.place == end + 1) else 0)
    take("remark", list(reversed(after)), lambda c: 1)
    take("batch", [c for c in words if c.place > end], lambda c: c.day_share >= ENOUGH)


def column_field(word: str) -> str:
    """The field that somebody names, by its name or by a word that stands above such columns."""
    found = None if word in COLUMN_FIELDS else field_of(word)
    return found[0] if found and found[0] in COLUMN_FIELDS else word


def letters_to(last: str) -> list[str]:
    """The letters of all columns up to one."""
    letters = [""]
    while letters[-1] != last and len(letters) <= MOST_COLUMNS:
        letters.append(letter(len(letters) - 1))
    return letters[1:]

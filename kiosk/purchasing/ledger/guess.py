"""What the columns of rows without a header are, guessed from what they hold."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from kiosk.core.cells import UNITS, is_blank, parse_day, parse_number, squeeze, text_of
from kiosk.core.formats import BadValue
from kiosk.core.table_rows import TOTAL
from kiosk.core.tables import Cell
from kiosk.purchasing.ledger.columns import GRID_FIELDS, Column, columns_text
from kiosk.purchasing.ledger.forms import FIGURES
from kiosk.purchasing.ledger.lines import close_up
from kiosk.purchasing.ledger.problems import LedgerProblem
from kiosk.purchasing.ledger.words import CLASS_NAMES, FIELD_NAMES, SUPPLIER

MOST = Decimal(10) ** 9
ENOUGH = 0.8
"""So many of a column's cells, at least, have to be what it is taken for."""


@dataclass(frozen=True)
class Known:
    """What the school has bought before, as plain names: items, and who delivered them."""

    items: frozenset[str] = frozenset()
    suppliers: frozenset[str] = frozenset()


NOTHING_KNOWN = Known()


@dataclass(frozen=True)
class Guess:
    """A field for each column ("" for none), and whether what the columns hold says so surely."""

    fields: list[str]
    sure: bool = False
    knows_items: bool = True
    """False when items are known here, but none of this column is one of them."""
    in_order: bool = False
    """Whether the columns stand as those of the grid from the chosen cell on: nothing is to be asked."""


class _Content:
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


Fields = Mapping[int, str]
"""Fields by a column's place."""
Score = Callable[[_Content], float]


def guess(rows: Sequence[Sequence[Cell]], known: Known = NOTHING_KNOWN, first: str | None = None) -> Guess:
    """The fields of rows without a header; `first` is where the first column is pasted to, if it is known.

    Sure is only what proves itself: quantity times price makes the amount.
    """
    columns = _contents(rows, known)
    if first and len(columns) == 1:
        return Guess([first], sure=True, in_order=True)
    candidates = _without_serial([column for column in columns if column.filled])
    figures, is_proved = _figures(candidates, first)
    fields = _with_words(candidates, figures, len(columns))
    if first in GRID_FIELDS:
        fields = _with_neighbours(candidates, fields, first)
    names = set(fields.values())
    needed = {"item", "quantity"} <= names and bool({"unit_price", "amount"} & names)
    return Guess(
        [fields.get(column.place, "") for column in columns],
        sure=needed and is_proved,
        knows_items=_knows_items(columns, fields, known),
        in_order=first in GRID_FIELDS and _is_in_order(columns, fields, first),
    )


def questions_of(guess: Guess, columns: Sequence[Column]) -> list[LedgerProblem]:
    """What is to be asked about guessed columns."""
    words = columns_text([column for column in columns if column.field], lambda c: FIELD_NAMES[c.field])
    code, severity = ("columns-guessed", "warning") if guess.sure else ("columns-unsure", "error")
    questions = [LedgerProblem(0, "", code, severity, params={"columns": words})]
    if not guess.knows_items:
        item = next((column.letter for column in columns if column.field == "item"), "")
        questions.append(LedgerProblem(0, item, "all-first-time", "warning", "item", {"column": item}))
    return questions


def _contents(rows: Sequence[Sequence[Cell]], known: Known) -> list[_Content]:
    lines = [row for row in rows if any(not is_blank(cell) for cell in row) and not _is_sum(row)]
    width = max((len(row) for row in lines), default=0)
    return [
        _Content(place, [row[place] if place < len(row) else None for row in lines], known)
        for place in range(width)
    ]


def _is_sum(row: Sequence[Cell]) -> bool:
    texts = [squeeze(text_of(cell)) for cell in row if not is_blank(cell)]
    return any(TOTAL.search(text) for text in texts[:3])


def _without_serial(columns: list[_Content]) -> list[_Content]:
    is_numbered = len(columns) > 1 and columns[0].is_serial and len(columns[0].cells) > 1
    return columns[1:] if is_numbered else columns


def _knows_items(columns: Sequence[_Content], fields: Fields, known: Known) -> bool:
    item = next((column for column in columns if fields.get(column.place) == "item"), None)
    return not known.items or item is None or item.filled < 3 or item.item_share > 0


def _is_in_order(columns: Sequence[_Content], fields: Fields, first: str) -> bool:
    order = GRID_FIELDS[GRID_FIELDS.index(first) :]
    places = [column.place for column in columns if column.filled]
    return all(place < len(order) and fields.get(place) == order[place] for place in places)


def _with_neighbours(columns: Sequence[_Content], fields: Fields, first: str) -> Fields:
    """What the columns do not say themselves, their place beside the first one says."""
    names = GRID_FIELDS[GRID_FIELDS.index(first) :]
    neighbours = dict(fields)
    for column in columns:
        place = column.place - columns[0].place
        if column.place not in neighbours and place < len(names) and names[place] not in neighbours.values():
            neighbours[column.place] = names[place]
    return neighbours


def _figures(columns: Sequence[_Content], first: str | None) -> tuple[Fields, bool]:
    """Quantity, price and amount among the columns of numbers, and whether they prove one another."""
    figures = [column for column in columns if column.is_figures]
    if product := _product_of(figures):
        left, right, amount = product
        quantity, price = (right, left) if _is_price_first(left, right) else (left, right)
        fields = {quantity.place: "quantity", price.place: "unit_price", amount.place: "amount"}
        return fields, not _is_open(left, right)
    starts_with_figures = first in FIGURES and bool(figures) and figures[0] is columns[0]
    start = FIGURES.index(first) if first in FIGURES and starts_with_figures else 0
    return {column.place: name for column, name in zip(figures, FIGURES[start:], strict=False)}, False


def _product_of(figures: Sequence[_Content]) -> tuple[_Content, _Content, _Content] | None:
    """Two columns whose numbers make those of a third, that one last."""
    return next(
        (
            (left, right, product)
            for product in reversed(figures)
            for left in figures
            for right in figures
            if left.place < right.place and product not in (left, right) and _multiplies(left, right, product)
        ),
        None,
    )


def _multiplies(left: _Content, right: _Content, product: _Content) -> bool:
    rows = [
        (a, b, c)
        for a, b, c in zip(left.numbers, right.numbers, product.numbers, strict=True)
        if a is not None and b is not None and c is not None
    ]
    fits = sum(abs(a * b - c) <= max(Decimal("0.02"), c / 200) for a, b, c in rows)
    return bool(rows) and fits >= len(rows) * ENOUGH and any(a * b for a, b, _c in rows)


def _is_price_first(left: _Content, right: _Content) -> bool:
    """Prices have fractions more often than quantities; the usual order counts where this does not tell."""
    return left.fractions > 0.3 and right.fractions == 0


def _is_open(left: _Content, right: _Content) -> bool:
    """Whether the two could be exchanged without anybody noticing: the first has more fractions."""
    return left.fractions > right.fractions


def _with_words(columns: Sequence[_Content], figures: Fields, width: int) -> Fields:
    """The fields with the columns of words: days, units, items, suppliers, classes and the rest."""
    words = [column for column in columns if not column.is_figures and column.place not in figures]
    begin, end = min(figures, default=width), max(figures, default=-1)
    texts = [column for column in words if column.day_share < ENOUGH]
    before = [column for column in texts if column.place < begin]
    after = [column for column in texts if column.place > end]
    fields = figures
    for name, candidates, score in (
        ("day", words, lambda c: c.day_share >= ENOUGH),
        ("unit", words, _if_enough(lambda c: c.unit_share, ENOUGH)),
        ("item", texts, _if_enough(lambda c: c.item_share, 0.2)),
        ("supplier", texts, _if_enough(lambda c: c.supplier_share, 0.5)),
        ("supplier", texts, _if_enough(lambda c: c.supplier_like, 0.5)),
        ("item_class", before, _if_enough(lambda c: c.class_share, 0.5)),
        ("item", before, _if_enough(lambda c: c.distinct, 0.5)),
        ("item", before, _first),
    ):
        fields = _with_best(fields, name, candidates, score)
    item = next((place for place, name in fields.items() if name == "item"), -1)
    for name, candidates, score in (
        ("specification", [column for column in before if column.place > item], _first),
        ("supplier", after, lambda c: bool(c.filled) and (c.distinct < 0.8 or c.place == end + 1)),
        ("remark", after, _first),
        ("batch", [c for c in words if c.place > end], lambda c: c.day_share >= ENOUGH),
    ):
        fields = _with_best(fields, name, candidates, score)
    return fields


def _if_enough(share: Score, least: float) -> Score:
    """A share as a score, where it is at least so large."""
    return lambda column: share(column) if share(column) >= least else 0


def _first(_column: _Content) -> float:
    """The same for all: the first column is the best."""
    return 1


def _with_best(fields: Fields, name: str, candidates: Sequence[_Content], score: Score) -> Fields:
    """The fields with the free column that has the best score, unless another has the name."""
    free = [column for column in candidates if column.place not in fields]
    best = max(free, key=lambda column: (score(column), -column.place), default=None)
    if best is None or score(best) <= 0 or name in fields.values():
        return fields
    return {**fields, best.place: name}

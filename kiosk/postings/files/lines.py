"""The lines below a table's heads, its sums compared, and every row that is no line."""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from kiosk.core import field as declared
from kiosk.core.cells import is_blank, squeeze, text_of, year_of
from kiosk.core.errors import Invalid
from kiosk.core.formats import BadValue, round_to
from kiosk.core.i18n import Text, _
from kiosk.core.table_grid import letter
from kiosk.core.table_rows import DITTO, NOTE, TOTAL
from kiosk.core.tables import Cell
from kiosk.postings.files.cells import typed
from kiosk.postings.files.columns import SERIALS, Heads, plain_head
from kiosk.postings.files.named import is_number
from kiosk.postings.files.outline import level_of, sections_of
from kiosk.postings.files.units import joined, split
from kiosk.postings.queries import Kind
from kiosk.postings.queries.contents import value_of

SIGNED = re.compile(r"[:：]")
SUBTOTAL = re.compile("^(小计|本页|本日|本月|sub)")
FEN = Decimal("0.01")


@dataclass(frozen=True)
class Remark:
    """What is to be known of a file, in the reader's words, at a row (from 1) and a column's letter.

    A `problem` is in a line that is kept and cannot be posted so.
    """

    text: Text
    row: int = 0
    column: str = ""
    problem: bool = True


@dataclass
class Body:
    """What was read below the heads."""

    rows: list[int] = field(default_factory=list)
    texts: list[dict[str, str]] = field(default_factory=list)
    others: list[tuple[int, str]] = field(default_factory=list)
    """The rows that are no line: row number, and what they say."""
    remarks: list[Remark] = field(default_factory=list)


def read_body(kind: Kind, heads: Heads, left_out: AbstractSet[int] = frozenset()) -> Body:
    """The lines below the heads. What is no line is kept by its text, so that nothing vanishes.

    Rows that are `left_out` (from 0) are known to be none.
    """
    return _Reader(kind, heads, left_out).read()


class _Reader:
    """Goes down the rows and carries along what the rows above say."""

    def __init__(self, kind: Kind, heads: Heads, left_out: AbstractSet[int]) -> None:
        self.kind, self.heads, self.grid, self.left_out = kind, heads, heads.grid, left_out
        self.columns = [one for one in kind.columns if one.name in heads.places]
        self.factors = {
            one.name: heads.factor(one.name)
            for one in self.columns
            if isinstance(one, declared.Money | declared.UnitPrice)
        }
        years = (year_of(text) for text in (*heads.titles, self.grid.table.name))
        self.year = next((year for year in years if year), None)
        self.body = Body()
        self.first = heads.places.get(kind.columns[0].name, 0) if kind.not_lines else 0
        self.other: int | None = None
        """How deep the section is numbered that is none of the kind's, while the rows are deeper."""
        self.sections = sections_of(heads, kind.columns[0].name) if kind.not_lines else set()
        self.since = 0
        """How many lines stood above the last subtotal."""

    def read(self) -> Body:
        """Take over every row."""
        for row in range(self.heads.first, self.grid.height):
            if any(self.grid.texts(row)):
                self._take(row)
        return self.body

    def _take(self, row: int) -> None:
        cells = {one.name: self.grid.down(row, self.heads.places[one.name]) for one in self.columns}
        if self._is_total(row) and not self._is_other(row, cells):
            self._compare(row, cells)
        elif row in self.left_out or not self._is_line(row, cells):
            self.body.others.append((row + 1, self.grid.line(row).strip()[:80]))
        else:
            self._take_line(row, cells)

    def _is_total(self, row: int) -> bool:
        texts = [
            squeeze(text) for place, text in enumerate(self.grid.texts(row)) if text and self._own(place)
        ]
        return any(TOTAL.search(text) for text in texts[:2])

    def _own(self, place: int) -> bool:
        """Whether 合计 may stand in a column: one of the kind, or that numbers the rows."""
        words = plain_head(self.heads.words.get(place, ""))
        return place >= self.first or not words or words in SERIALS

    def _is_line(self, row: int, cells: dict[str, Cell]) -> bool:
        """A line says something in two columns at least, and is neither a note nor the heads once more."""
        texts = [text for text in self.grid.texts(row) if text]
        if NOTE.match(squeeze(texts[0]).lower()) or len(set(texts)) == 1 < len(self.columns):
            return False
        if self._is_other(row, cells) or row in self.sections:
            return False
        if self.sections and not any(is_number(cell) for cell in self.grid.table.rows[row]):
            return False
        filled = [name for name, cell in cells.items() if not is_blank(cell)]
        words = [squeeze(self.heads.words.get(self.heads.places[name], "")) for name in filled]
        if filled and words == [squeeze(text_of(cells[name])) for name in filled]:
            return False
        return bool(filled) and not (len(filled) == 1 and SIGNED.search(texts[0]))

    def _is_other(self, row: int, cells: dict[str, Cell]) -> bool:
        """Whether a row, or the section it is in, is none of the kind's: income among what was spent."""
        first = squeeze(text_of(cells.get(self.kind.columns[0].name)))
        level = level_of(first)
        if self.other is not None and (level is None or level <= self.other):
            self.other = None
        is_other = any(word in first for word in self.kind.not_lines)
        if is_other and row in self.sections:
            self.other = level
        return is_other or self.other is not None

    def _take_line(self, row: int, cells: dict[str, Cell]) -> None:
        body, texts = self.body, {}
        units = self._units(row, cells)
        problems: dict[str, Text] = {}
        for one in self.columns:
            texts[one.name], problems[one.name] = self._typed(one, cells[one.name])
        self._multiply(texts)
        for one in self.columns:
            if problem := problems[one.name] or refused(one, texts[one.name]):
                body.remarks.append(Remark(problem, row + 1, letter(self.heads.places[one.name])))
        body.rows.append(row + 1)
        body.texts.append({**texts, **units})
        body.remarks += self._multiplied(row, texts)

    def _units(self, row: int, cells: dict[str, Cell]) -> dict[str, str]:
        """What stands behind an amount, or in its place, in the column that the kind names for it."""
        found = {}
        for name, unit in self.kind.units.items():
            if isinstance(cells.get(name), str) and name in self.factors:
                cells[name], words = split(text_of(cells[name]))
                found[unit] = joined(words, text_of(cells.get(unit)))
                if words and not cells[name]:
                    text = _("There is no amount; “%(words)s” is taken as how it is charged.", words=words)
                    self.body.remarks.append(
                        Remark(text, row + 1, letter(self.heads.places[name]), problem=False)
                    )
        return found

    def _multiply(self, texts: dict[str, str]) -> None:
        """An amount that nobody wrote is the product of what stands beside it."""
        for name, (times, each) in self.kind.products.items():
            if texts.get(name) == "":
                with suppress(KeyError, ArithmeticError):
                    texts[name] = str(round_to(Decimal(texts[times]) * Decimal(texts[each]), 2))

    def _multiplied(self, row: int, texts: dict[str, str]) -> Iterator[Remark]:
        """Quantity times unit price that is not the amount beside it is said, and nothing is mended."""
        try:
            quantity, price, amount = (Decimal(texts[name]) for name in ("quantity", "unit_price", "amount"))
        except (KeyError, ArithmeticError):
            return
        found = round_to(quantity * price, 2)
        if abs(found - amount) > FEN:
            text = _("Quantity × unit price makes %(computed)s, not %(typed)s.", computed=found, typed=amount)
            yield Remark(text, row + 1, letter(self.heads.places["amount"]), problem=False)

    def _typed(self, one: Any, cell: Cell) -> tuple[str, Text]:
        text = text_of(cell)
        if text in DITTO and self.body.texts:
            return self.body.texts[-1].get(one.name, ""), ""
        try:
            factor = self.factors.get(one.name, Decimal(1))
            return typed(one, cell, factor=factor, year=self.year, first=self.grid.table.first_day), ""
        except BadValue as bad:
            return text, str(bad)

    def _compare(self, row: int, cells: dict[str, Cell]) -> None:
        """A sum that is none is said, and nothing is mended."""
        self.body.others.append((row + 1, self.grid.line(row).strip()[:80]))
        first = next(squeeze(text) for text in self.grid.texts(row) if text)
        for one in self.columns:
            if isinstance(one, declared.Money | declared.Whole):
                self.body.remarks += self._differing(one, row, cells[one.name])
        if SUBTOTAL.match(first):
            self.since = len(self.body.texts)

    def _differing(self, one: Any, row: int, cell: Cell) -> Iterator[Remark]:
        try:
            written = Decimal(self._typed(one, cell)[0] or "x")
        except ArithmeticError:
            return
        sums = [self._sum(one.name, begin) for begin in (0, self.since)]
        if None not in sums and all(abs(written - found) > FEN for found in sums if found is not None):
            text = _(
                "The total says %(typed)s, the lines make %(computed)s.", typed=written, computed=sums[0]
            )
            yield Remark(text, row + 1, letter(self.heads.places[one.name]), problem=False)

    def _sum(self, name: str, begin: int) -> Decimal | None:
        """The sum of a column from a line on; None where one of its cells is no number."""
        try:
            return sum((Decimal(texts[name] or 0) for texts in self.body.texts[begin:]), Decimal(0))
        except ArithmeticError:
            return None


def refused(one: Any, text: str) -> Text:
    """Why a kind's column does not take a text; empty where it does."""
    try:
        value_of(one, text)
    except Invalid as problem:
        return str(problem)
    return ""

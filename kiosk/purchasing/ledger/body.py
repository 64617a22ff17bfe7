"""The body of a form, row by row: its lines as the cells say them, and why every other row is none."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kiosk.core.cells import UNITS, is_blank, is_error, is_nothing, parse_day, parse_number, squeeze, text_of
from kiosk.core.formats import BadValue
from kiosk.core.table_grid import letter
from kiosk.core.table_rows import DITTO, TOTAL, WHOLE_TOTAL
from kiosk.core.tables import Cell, Formula
from kiosk.purchasing.ledger.figures import parse_money
from kiosk.purchasing.ledger.forms import FIGURES, Block, Form, day_in
from kiosk.purchasing.ledger.labels import labelled
from kiosk.purchasing.ledger.lines import PEOPLE, PLACES, RawLine
from kiosk.purchasing.ledger.rows import lone_day, row_kind
from kiosk.purchasing.ledger.words import SERIAL

WHOLE_YEAR = re.compile(r"[\d零〇一二三四五六七八九]{4}|^\d\d\D")
Cells = Mapping[str, Cell]


@dataclass(frozen=True)
class OtherRow:
    """A row that is no line: what it says, and why it is none ("total", "signature", "not-bought" …)."""

    row: int
    text: str
    why: str


@dataclass
class Body:
    """What was read of a form's body, and what was not."""

    lines: list[RawLine] = field(default_factory=list)
    other_rows: list[OtherRow] = field(default_factory=list)
    totals: list[tuple[int, str, Decimal]] = field(default_factory=list)
    """Row, the amount column's letter, and the sum that is written there."""
    labels: dict[str, list[str]] = field(default_factory=dict)
    footer: str = ""
    year_assumed: bool = False


@dataclass
class _Above:
    """What the rows above say for those below."""

    day: date | None
    bad_day: Cell = None
    """What stands in place of a day that cannot be read; it holds for the rows below, too."""
    number: str = ""
    canteen: str = ""
    item_class: str = ""
    texts: dict[str, str] = field(default_factory=dict)


def read_body(form: Form, year: int | None) -> Body:
    """The filled lines of a form, block by block; `year` completes days written without one."""
    reader = _Reader(form, year)
    for block in form.header.blocks:
        reader.go_down(block)
    return reader.body


class _Reader:
    """Goes down the blocks of a form and carries along what the rows above say."""

    def __init__(self, form: Form, year: int | None) -> None:
        self.form, self.grid, self.year = form, form.grid, year
        self.block = form.header.blocks[0]
        self.above = _Above(form.day)
        self.body = Body()

    def go_down(self, block: Block) -> None:
        """Take over every row of a block."""
        self.block, self.above = block, _Above(self.form.day)
        for row in self.form.body:
            if any(self.grid.texts(row)):
                self._take(row)

    def _take(self, row: int) -> None:
        kind = row_kind(self.form, self.block, row, self.year)
        if not kind:
            cells = self._remember(_cells(self.form, self.block, row, self.above.texts))
            if _is_filled(cells):
                self._take_line(row, cells)
                return
            kind = _why_no_line(cells)
        elif kind == "total":
            self._take_total(row)
        elif kind == "signature":
            self._take_signature(row)
        elif kind in ("day", "class"):
            self._take_heading(kind, next(text for text in self.grid.texts(row) if text))
        self.body.other_rows.append(OtherRow(row + 1, self.grid.line(row).strip()[:60], kind))

    def _remember(self, cells: Cells) -> Cells:
        """Keep what a row says for the rows below; the row with its class and its plain name."""
        texts = {name: text_of(cell) for name, cell in cells.items() if name not in FIGURES}
        self.above.texts.update({name: text for name, text in texts.items() if text})
        named = texts.get("item_class", "")
        if is_error(named):
            self.above.item_class = ""
        elif named and not TOTAL.search(squeeze(named)):
            self.above.item_class = re.sub(r"\s+", "", named)
        item = re.sub(r"^\d+\s*、\s*(?=\D)", "", texts["item"])
        return {**cells, "item": item, "item_class": named if is_error(named) else self.above.item_class}

    def _take_line(self, row: int, cells: Cells) -> None:
        people = {name: _names(cells.get(name)) for name in PEOPLE}
        for name, names in people.items():
            known = self.body.labels.setdefault(name, [])
            known.extend(part for part in names if part not in known)
        self._take_day(cells.get("day"))
        for name in ("number", "canteen"):
            self._take_place(name, cells.get(name))
        bad = {name: cells[name] for name in ("number", "canteen") if is_error(cells.get(name))}
        if self.above.bad_day is not None:
            bad["day"] = self.above.bad_day
        own = {name: cell for name, cell in cells.items() if name not in (*PLACES, *PEOPLE)}
        columns = {name: letter(column) for name, column in self.block.columns.items()}
        above = self.above
        self.body.lines.append(
            RawLine(
                row + 1,
                {**_with_unit(own, self.block), **bad},
                columns,
                above.day,
                above.number,
                above.canteen,
                people,
            )
        )

    def _take_day(self, cell: Cell) -> None:
        """Let the row's day hold from here on; one that cannot be read takes none from above."""
        if is_blank(cell):
            return
        try:
            self.above.day = parse_day(cell, self.year, self.grid.table.first_day)
        except BadValue:
            self.above.day, self.above.bad_day = None, cell if text_of(cell) else "#"
            return
        self.above.bad_day = None
        self.body.year_assumed = self.body.year_assumed or not WHOLE_YEAR.search(text_of(cell))

    def _take_place(self, name: str, cell: Cell) -> None:
        if is_error(cell):
            setattr(self.above, name, "")
        elif not is_blank(cell):
            setattr(self.above, name, text_of(cell))

    def _take_heading(self, kind: str, text: str) -> None:
        """Let a day or a class that stands alone hold for the rows below."""
        if kind == "day":
            self.above.day, self.above.bad_day = lone_day(text, self.year), None
        else:
            self.above.item_class = SERIAL.sub("", squeeze(text))[:30]

    def _take_signature(self, row: int) -> None:
        line = self.grid.line(row)
        for name, values in labelled(line).items():
            self.body.labels.setdefault(name, []).extend(values)
        self.body.footer += "   " + line
        is_heading = sum(map(bool, self.grid.texts(row))) <= 2 and not self.body.labels.get("receiver")
        day = day_in(line, self.year, self.grid.table.first_day) if is_heading else None
        self.above.day = day or self.above.day

    def _take_total(self, row: int) -> None:
        column = self.block.columns.get("amount")
        words = [squeeze(text).lower() for text in self.grid.texts(row) if text]
        if column is None or not any(WHOLE_TOTAL.search(word) for word in words):
            return
        try:
            value = parse_money(self.grid.cell(row, column)).value
        except BadValue:
            return
        if value:
            self.body.totals.append((row + 1, letter(column), value))


def _cells(form: Form, block: Block, row: int, above: Mapping[str, str]) -> Cells:
    """A row's cells by field; 同上 is what stands above."""
    grid = form.grid
    return {
        name: grid.cell(row, column) if name in FIGURES else _ditto(grid.down(row, column), above.get(name))
        for name, column in block.columns.items()
    }


def _ditto(cell: Cell, above: str | None) -> Cell:
    return above if above is not None and text_of(cell) in DITTO else cell


def _names(cell: Cell) -> list[str]:
    return [name for name in re.split(r"[、,，;；/\s]+", text_of(cell)) if name and not is_blank(name)]


def _is_filled(cells: Cells) -> bool:
    """Whether a row is a line at all: blank forms, items not bought today and bare subtotals are not."""
    quantity, price, amount = (not is_nothing(cells.get(name)) for name in FIGURES)
    if isinstance(cells.get("amount"), Formula) and not (quantity or price):
        amount = False
    item = cells["item"]
    if is_error(item):
        return quantity and not is_error(cells.get("quantity"))
    if not item or is_blank(item):
        return quantity and (price or amount) and not is_error(cells.get("quantity"))
    return quantity or amount or any(is_error(cell) for cell in cells.values())


def _why_no_line(cells: Cells) -> str:
    item = cells["item"]
    return "not-bought" if item and not is_blank(item) and not is_error(item) else "empty"


def _with_unit(cells: Cells, block: Block) -> dict[str, Cell]:
    """A line's cells with the unit from where it stands: its column, 规格（单位）, a number, the header."""
    own = {name: cell for name, cell in cells.items() if name != "specification+unit"}
    if "specification+unit" in block.columns:
        both = text_of(cells.get("specification+unit"))
        tail = re.split(r"[/每]", both)[-1].strip()
        is_unit = both.lower() in UNITS
        own.setdefault("unit", both if is_unit else tail if tail.lower() in UNITS else "")
        own.setdefault("specification", "" if is_unit else both)
    if is_blank(own.get("unit")):
        own["unit"] = next((unit for unit in _units_around(own, block) if unit), "")
    return own


def _units_around(cells: Cells, block: Block) -> Iterator[str]:
    for name in ("quantity", "unit_price"):
        try:
            yield parse_number(cells.get(name), places=4, maximum=Decimal(10) ** 12).unit
        except BadValue:
            pass
    yield from (block.units.get("quantity", ""), block.units.get("unit_price", ""))

"""The lines of a form: read as texts by field, then judged into lines or problems."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from kiosk.catalogue.queries.units import base
from kiosk.core.formats import BadValue
from kiosk.core.i18n import Text, _
from kiosk.core.tables import Cell, Formula
from kiosk.purchasing.ledger.cells import (
    Number,
    has_label,
    is_blank,
    is_error,
    labelled,
    parse_day,
    parse_money,
    parse_number,
    parse_price,
    parse_quantity,
    split_unit,
    text_of,
)
from kiosk.purchasing.ledger.forms import FIGURES, Block, Form, day_in, is_number
from kiosk.purchasing.ledger.limits import LENGTHS
from kiosk.purchasing.ledger.words import (
    CLASS_NAMES,
    DITTO,
    FIELD_OF,
    GIFT,
    MESSAGES,
    NOTE,
    SUM_OF,
    TOTAL,
    UNITS,
    WHOLE_TOTAL,
    squeeze,
)

FEN = Decimal("0.01")
Figures = tuple[Decimal, Decimal, Decimal]
LARGER = {"克": "公斤", "g": "kg", "毫升": "升", "ml": "升"}
"""What holds a thousand of a unit, for prices that are too small to be kept."""
FLOAT_DECIMALS = 10
"""So many decimals are what a computer left behind, not what a person wrote."""

PEOPLE = ("purchaser", "receiver", "custodian")
TEXTS = ("item", "item_class", "specification", "unit", "supplier", "batch", "shelf_life", "remark")


def placed(text: Text, row: int, column: str = "") -> str:
    """A text about a cell or a row of a file, with its place in the reader's words."""
    if not row:
        return str(text)
    if not column:
        return str(_("Row %(row)s: %(text)s", row=row, text=text))
    return str(_("Row %(row)s, column %(column)s: %(text)s", row=row, column=column, text=text))


@dataclass(frozen=True)
class LedgerProblem:
    """What is wrong, and where: the file's row number (from 1), the column's letter, the field.

    An "error" keeps its line aside until it is mended; a "warning" does not. `params` fill the message.
    """

    row: int
    column: str
    code: str
    severity: str = "error"
    field: str = ""
    params: dict[str, Any] = made(default_factory=dict)

    @property
    def message(self) -> str:
        """The problem in the reader's language."""
        params = {name: str(value) for name, value in self.params.items()}
        return str(MESSAGES[self.code]) % params if params else str(MESSAGES[self.code])

    @property
    def placed(self) -> str:
        """The problem and where it is."""
        return placed(self.message, self.row, self.column)


@dataclass(frozen=True)
class LedgerLine:
    """A line that is ready: quantity to the thousandth, price to 0.0001 yuan, amount computed to the fen."""

    row: int
    item: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    item_class: str = ""
    specification: str = ""
    unit: str = ""
    supplier: str = ""
    batch: str = ""
    shelf_life: str = ""
    remark: str = ""
    gift: bool = False
    """Given for nothing: price and amount are 0."""
    written: Decimal | None = None
    """The amount as the paper says it; None where it says none."""


@dataclass(frozen=True)
class RawLine:
    """A line as its cells say it, with what is filled down from above; `columns` are the cells' letters."""

    row: int
    cells: dict[str, Cell]
    columns: dict[str, str] = made(default_factory=dict)
    day: date | None = None
    number: str = ""
    canteen: str = ""
    people: dict[str, list[str]] = made(default_factory=dict)

    @property
    def texts(self) -> dict[str, str]:
        """The cells as texts, for showing and mending."""
        return {name: text_of(cell) for name, cell in self.cells.items()}


@dataclass(frozen=True)
class Passed:
    """A row that is no line: what it says, and why it is none ("total", "signature", "not-bought" …)."""

    row: int
    text: str
    why: str


@dataclass
class Body:
    """What was read of a form's body, and what was not."""

    passed: list[Passed] = made(default_factory=list)
    lines: list[RawLine] = made(default_factory=list)
    totals: list[tuple[int, str, Decimal]] = made(default_factory=list)
    labels: dict[str, list[str]] = made(default_factory=dict)
    problems: list[LedgerProblem] = made(default_factory=list)
    footer: str = ""
    year_assumed: bool = False


SPACED_OUT = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")
NAMES = {"item", "item_class", "unit"}


def close_up(name: str) -> str:
    """A name without the spaces that forms are spaced out with: 土 豆 is 土豆; others stay."""
    return SPACED_OUT.sub("", name)


def letter(column: int) -> str:
    """The letters of a column counted from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def read_body(form: Form, year: int | None) -> Body:
    """The filled lines of a form, block by block; `year` completes days written without one."""
    body = Body()
    for block in form.header.blocks:
        _read_block(form, block, body, year)
    return body


@dataclass
class _State:
    day: date | None
    number: str = ""
    canteen: str = ""
    item_class: str = ""
    lost: Cell = None
    """What stands in place of a day that cannot be read; it holds for the rows below, too."""
    last: dict[str, str] = made(default_factory=dict)


def _read_block(form: Form, block: Block, body: Body, year: int | None) -> None:
    state = _State(form.day)
    grid = form.grid
    for row in form.body:
        if not any(grid.texts(row)):
            continue
        figures = any(is_number(grid.cell(row, block.columns[n])) for n in FIGURES if n in block.columns)
        if _is_total(form, block, row):
            _note_total(form, block, row, body)
            why = "total"
        elif not figures and (aside := _aside(form, row, body, state, year, block)):
            why = aside
        else:
            line = _raw_line(form, block, row, state, body, year)
            if line is not None:
                body.lines.append(line)
                continue
            item = text_of(grid.down(row, block.columns["item"]))
            why = "not-bought" if item and not is_blank(item) and not is_error(item) else "empty"
        body.passed.append(Passed(row + 1, grid.line(row).strip()[:60], why))


def _is_total(form: Form, block: Block, row: int) -> bool:
    limit = max(block.columns["item"], 2)
    texts = form.grid.texts(row)
    shown = [squeeze(text) for text in texts[block.first if block.first > 2 else 0 : limit + 1] if text]
    if any(TOTAL.search(text) for text in shown):
        return True
    item = text_of(form.grid.down(row, block.columns["item"]))
    if SUM_OF.match(squeeze(item)) and not _is_priced(form, block, row):
        return True
    return not item and any(
        TOTAL.search(squeeze(text)) for text in texts[block.first : block.last + 1] if text
    )


def _is_priced(form: Form, block: Block, row: int) -> bool:
    """Whether a row has what only an item has: a unit, or a quantity beside a price."""
    held = {name for name in ("unit", "quantity", "unit_price") if name in block.columns}
    held = {name for name in held if not is_blank(form.grid.cell(row, block.columns[name]))}
    return "unit" in held or {"quantity", "unit_price"} <= held


def _note_total(form: Form, block: Block, row: int, body: Body) -> None:
    if "amount" not in block.columns:
        return
    words = [squeeze(text).lower() for text in form.grid.texts(row) if text]
    if not any(WHOLE_TOTAL.search(word) for word in words):
        return
    column = block.columns["amount"]
    try:
        value = parse_money(form.grid.cell(row, column)).value
    except BadValue:
        return
    if value:
        body.totals.append((row + 1, letter(column), value))


def _aside(form: Form, row: int, body: Body, state: _State, year: int | None, block: Block) -> str:
    """What a row without figures is: a signature line, a note, a header, a day or class above its lines."""
    grid, line = form.grid, form.grid.line(row)
    texts = [text for text in grid.texts(row) if text]
    if _has_label_beside_remarks(form, block, row):
        for name, values in labelled(line).items():
            body.labels.setdefault(name, []).extend(values)
        body.footer += "   " + line
        if day := day_in(line, year, grid.table.first_day):
            state.day = day if len(texts) <= 2 and not body.labels.get("receiver") else state.day
        return "signature"
    if NOTE.match(squeeze(texts[0]).lower()) or (len(texts) == 1 and len(texts[0]) > 30):
        return "note"
    if len(set(texts)) != 1:
        return "header" if _repeats_header(texts) else ""
    try:
        state.day, state.lost = parse_day(texts[0].strip("【】[]()（） "), year), None
        return "day"
    except BadValue:
        pass
    column = next(place for place, text in enumerate(grid.texts(row)) if text)
    if column == block.columns.get("item_class") or CLASS_NAMES.match(squeeze(texts[0])):
        state.item_class = re.sub(r"^[一二三四五六七八九十\d]+[、.]", "", squeeze(texts[0]))[:30]
        return "class"
    return "" if column == block.columns["item"] else "title"


def _has_label_beside_remarks(form: Form, block: Block, row: int) -> bool:
    """Whether the row carries a label anywhere but in a line's own words about itself."""
    own = {block.columns.get(name) for name in ("remark", "supplier", "batch", "specification")}
    item = text_of(form.grid.cell(row, block.columns["item"]))
    skipped = own if item and not re.search("[:：]$", item) else set()
    return has_label("   ".join(text for c, text in enumerate(form.grid.texts(row)) if c not in skipped))


def _repeats_header(texts: list[str]) -> bool:
    return sum(squeeze(text).lower() in FIELD_OF for text in texts) * 2 >= len(texts)


def _raw_line(
    form: Form, block: Block, row: int, state: _State, body: Body, year: int | None
) -> RawLine | None:
    grid = form.grid
    cells = {
        name: grid.cell(row, column) if name in FIGURES else _ditto(grid.down(row, column), name, state)
        for name, column in block.columns.items()
    }
    columns = {name: letter(column) for name, column in block.columns.items()}
    _fill_down(cells, state)
    if not _is_filled(cells):
        return None
    people = {name: _names(cells.pop(name, None)) for name in PEOPLE}
    for name, names in people.items():
        known = body.labels.setdefault(name, [])
        known.extend(part for part in names if part not in known)
    _day_of_row(cells, state, body, year, grid.table.first_day)
    for name in ("number", "canteen"):
        cell = cells.pop(name, None)
        if is_error(cell):
            cells[name] = cell
        kept = getattr(state, name) if is_blank(cell) else text_of(cell)
        setattr(state, name, "" if is_error(cell) else kept)
    cells.setdefault("item_class", state.item_class)
    _split_units(cells, block)
    return RawLine(row + 1, cells, columns, state.day, state.number, state.canteen, people)


def _names(cell: Cell) -> list[str]:
    return [name for name in re.split(r"[、,，;；/\s]+", text_of(cell)) if name and not is_blank(name)]


def _day_of_row(cells: dict[str, Cell], state: _State, body: Body, year: int | None, first_day: date) -> None:
    """Take the row's day over into the state; a day that cannot be read takes none from above."""
    cell = cells.pop("day", None)
    if is_blank(cell):
        if state.lost is not None:
            cells["day"] = state.lost
        return
    try:
        state.day, state.lost = parse_day(cell, year, first_day), None
        body.year_assumed = body.year_assumed or not re.search(
            r"[\d零〇一二三四五六七八九]{4}|^\d\d\D", text_of(cell)
        )
    except BadValue:
        state.day, state.lost = None, cell if text_of(cell) else "#"
        cells["day"] = state.lost


def _ditto(cell: Cell, name: str, state: _State) -> Cell:
    text = text_of(cell)
    if text in DITTO and name in state.last:
        return state.last[name]
    if text:
        state.last[name] = text
    return cell


def _fill_down(cells: dict[str, Cell], state: _State) -> None:
    name = text_of(cells.pop("item_class", None))
    if is_error(name):
        cells["item_class"], state.item_class = name, ""
    elif name and not TOTAL.search(squeeze(name)):
        state.item_class = re.sub(r"\s+", "", name)
    item = text_of(cells["item"])
    numbered = re.match(r"^\d+\s*、\s*(?=\D)", item)
    cells["item"] = item[numbered.end() :] if numbered else item


def _is_filled(cells: dict[str, Cell]) -> bool:
    """Whether a row is a line at all: blank forms, items not bought today and bare subtotals are not."""
    quantity, price, amount = (not _is_nothing(cells.get(name)) for name in FIGURES)
    if isinstance(cells.get("amount"), Formula) and not (quantity or price):
        amount = False
    item = cells["item"]
    if is_error(item):
        return quantity and not is_error(cells.get("quantity"))
    if not item or is_blank(item):
        return quantity and (price or amount) and not is_error(cells.get("quantity"))
    return quantity or amount or any(is_error(cell) for cell in cells.values())


def _is_nothing(cell: Cell) -> bool:
    if is_blank(cell):
        return True
    try:
        return parse_number(cell, places=4, maximum=Decimal(10) ** 12).value == 0
    except BadValue:
        return False


def _split_units(cells: dict[str, Cell], block: Block) -> None:
    """Give the unit from where it stands: its column, 规格（单位）, behind a number, in the header."""
    if "specification+unit" in block.columns:
        both = text_of(cells.pop("specification+unit", None))
        tail = re.split(r"[/每]", both)[-1].strip()
        is_unit = both.lower() in UNITS
        cells.setdefault("unit", both if is_unit else tail if tail.lower() in UNITS else "")
        cells.setdefault("specification", "" if is_unit else both)
    if is_blank(cells.get("unit")):
        cells["unit"] = next((unit for unit in _units_around(cells, block) if unit), "")


def _units_around(cells: dict[str, Cell], block: Block) -> Iterator[str]:
    for name in ("quantity", "unit_price"):
        try:
            yield parse_number(cells.get(name), places=4, maximum=Decimal(10) ** 12).unit
        except BadValue:
            pass
    yield from (block.units.get("quantity", ""), block.units.get("unit_price", ""))


def unit_problem(cells: Mapping[str, Cell]) -> LedgerProblem | None:
    """What is wrong with a line's unit: a number is none, and a unit behind a number may be no other."""
    unit = text_of(cells.get("unit"))
    if re.fullmatch(r"[-\d.,，。]+", unit):
        return LedgerProblem(0, "", "unit-number", field="unit", params={"text": unit[:20]})
    for name in ("quantity", "unit_price"):
        behind = split_unit(text_of(cells.get(name)))[1]
        unit = unit or behind
        if behind and base(behind) != base(unit):
            params = {"here": behind, "unit": unit[:20]}
            return LedgerProblem(0, "", "unit-differs", field=name, params=params)
    return None


def is_gift(cells: Mapping[str, Cell]) -> bool:
    """Whether a line has no price and no amount, or 0, and says that it was given for nothing."""
    figures = [cells.get(name) for name in ("unit_price", "amount")]
    if any(not _is_nothing(cell) and not GIFT.search(text_of(cell)) for cell in figures):
        return False
    said = ("item", "specification", "supplier", "remark", "item_class", "unit_price", "amount")
    return any(GIFT.search(text_of(cells.get(name))) for name in said)


class Judge:
    """Turns the cells of one line into a LedgerLine, or into the problems to mend."""

    def __init__(self, raw: RawLine) -> None:
        self.raw = raw
        self.problems: list[LedgerProblem] = []
        self.written: Decimal | None = None
        self.unit = ""

    def problem(self, name: str, code: str, severity: str = "error", **params: Any) -> None:
        """Note a problem at the cell of a field."""
        self.problems.append(
            LedgerProblem(self.raw.row, self.raw.columns.get(name, ""), code, severity, name, params)
        )

    def line(self) -> LedgerLine | None:
        """The line when nothing stands against it; its problems are in `problems` either way."""
        texts = {name: close_up(self._text(name)) if name in NAMES else self._text(name) for name in TEXTS}
        if not texts["item"]:
            self.problem("item", "no-item")
        self._places()
        if wrong := unit_problem({**self.raw.cells, "unit": texts["unit"]}):
            self.problem(wrong.field, wrong.code, **wrong.params)
        self.unit = texts["unit"]
        figures = self._figures()
        if figures is None or any(problem.severity == "error" for problem in self.problems):
            return None
        if not texts["unit"] and "unit" in self.raw.columns:
            self.problem("unit", "no-unit", "warning")
        quantity, price, amount = figures
        return LedgerLine(
            self.raw.row,
            quantity=quantity,
            unit_price=price,
            amount=amount,
            gift=price == 0,
            written=self.written,
            **{**texts, "unit": self.unit},
        )

    def _places(self) -> None:
        """The problems of what says where a line belongs: its day, its sheet's number, its canteen."""
        for name in ("day", "number", "canteen"):
            cell = self.raw.cells.get(name)
            if cell is not None:
                code = "formula" if isinstance(cell, Formula) else "bad-day"
                code = "error-cell" if is_error(cell) else code
                self.problem(name, code, text=text_of(cell)[:30])

    def _text(self, name: str) -> str:
        text = text_of(self.raw.cells.get(name))
        if is_error(text):
            self.problem(name, "error-cell", text=text)
        elif len(text) > LENGTHS[name]:
            self.problem(name, "too-long", most=LENGTHS[name])
        return "" if text in {"/", "-", "—", "——"} else text

    def _number(self, name: str, parse: Any) -> Number | None:
        cell = self.raw.cells.get(name)
        if is_blank(cell) or (name == "amount" and isinstance(cell, Formula)):
            return None
        try:
            number: Number = parse(cell)
        except BadValue as fault:
            self.problem(name, fault.code, **fault.params)
            return Number(Decimal(-1))
        decimals = len(number.rounded_from.partition(".")[2])
        if 0 < decimals < FLOAT_DECIMALS and name != "amount":
            self.problem(name, "rounded", "warning", text=number.rounded_from, value=number.value.normalize())
        return number

    def _figures(self) -> Figures | None:
        given = is_gift(self.raw.cells)
        quantity = self._number("quantity", parse_quantity)
        price = Number(Decimal(0)) if given else self._price()
        returned = any(problem.code == "negative" for problem in self.problems)
        typed = None if returned or given else self._number("amount", parse_money)
        self.written = typed.value if typed and typed.value > 0 else None
        if quantity is None:
            self.problem("quantity", "no-quantity")
        elif quantity.value == 0:
            self.problem("quantity", "zero-quantity")
        no_price = price is None or price.value == 0
        no_amount = typed is None or typed.value == 0
        if given:
            self.problem("unit_price", "gift", "warning")
        elif no_price and price is not None and price.rounded_from:
            self.problem("unit_price", "price-zero")
        elif no_price and no_amount:
            self.problem("unit_price", "no-price")
        if quantity is None or any(problem.severity == "error" for problem in self.problems):
            return None
        if no_price and not given and typed is not None:
            return self._price_from(quantity.value, typed.value)
        assert price is not None
        return self._compare(quantity.value, price.value, typed)

    def _price(self) -> Number | None:
        """The price; a formula that lost its value is none where the amount says it."""
        cell, amount = self.raw.cells.get("unit_price"), self.raw.cells.get("amount")
        if isinstance(cell, Formula) and not isinstance(amount, Formula) and not _is_nothing(amount):
            return None
        return self._number("unit_price", parse_price)

    def _price_from(self, quantity: Decimal, typed: Decimal) -> Figures | None:
        price = _price_of(typed, quantity)
        larger = LARGER.get(self.unit) if product(quantity, price) != typed else None
        if larger and (thousandth := quantity / 1000) == thousandth.quantize(Decimal("0.001")):
            better = _price_of(typed, thousandth)
            if product(thousandth, better) == typed:
                params = {"larger": f"{plain(thousandth)} {larger}", "unit": self.unit, "amount": typed}
                self.problem("unit", "larger-unit", "warning", quantity=plain(quantity), **params)
                quantity, price, self.unit = thousandth, better, larger
        if price == 0:
            self.problem("unit_price", "price-zero")
            return None
        self.problem("unit_price", "price-computed", "warning", computed=plain(price, 2))
        return self._compare(quantity, price, Number(typed))

    def _compare(self, quantity: Decimal, price: Decimal, typed: Number | None) -> Figures:
        computed = product(quantity, price)
        if typed is not None and typed.value and abs(typed.value - computed) > FEN:
            self.problem("amount", "amount-differs", "warning", typed=typed.value, computed=computed)
        return quantity, price, computed


def judge(raw: RawLine) -> tuple[LedgerLine | None, list[LedgerProblem]]:
    """The line that the cells make, if they make one, and every problem found on the way."""
    judge = Judge(raw)
    return judge.line(), judge.problems


def _price_of(amount: Decimal, quantity: Decimal) -> Decimal:
    return (amount / quantity).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)


def product(quantity: Decimal, price: Decimal) -> Decimal:
    """Quantity times unit price, to the fen, rounded half up."""
    return (quantity * price).quantize(FEN, rounding=ROUND_HALF_UP)


def plain(value: Decimal, least: int = 0) -> str:
    """A decimal as text without needless zeros, with at least so many decimals."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    decimals = len(text.partition(".")[2])
    return text if decimals >= least else f"{Decimal(text):.{least}f}"

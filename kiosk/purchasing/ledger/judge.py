"""Whether the cells of a line make a line: what it is then, or what is to be mended."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from kiosk.catalogue.queries.units import base
from kiosk.core.cells import Number, is_blank, is_error, is_nothing, split_unit, text_of
from kiosk.core.formats import BadValue
from kiosk.core.tables import Cell, Formula
from kiosk.purchasing.ledger.figures import parse_money, parse_price, parse_quantity
from kiosk.purchasing.ledger.limits import LENGTHS
from kiosk.purchasing.ledger.lines import NAMES, PLACES, TEXTS, LedgerLine, RawLine, close_up, plain
from kiosk.purchasing.ledger.problems import LedgerProblem, has_error
from kiosk.purchasing.ledger.words import GIFT

FEN = Decimal("0.01")
NOTHING = {"/", "-", "—", "——"}
LARGER = {"克": "公斤", "g": "kg", "毫升": "升", "ml": "升"}
"""What holds a thousand of a unit, for prices that are too small to be kept."""
FLOAT_DECIMALS = 10
"""So many decimals are what a computer left behind, not what a person wrote."""
Verdict = tuple[LedgerLine | None, list[LedgerProblem]]
"""The line, if the cells make one, and every problem on the way."""


@dataclass(frozen=True)
class _Figure:
    """A number as its cell says it; None where nothing stands, or nothing that can be read."""

    value: Decimal | None
    problems: tuple[LedgerProblem, ...] = ()
    rounded_from: str = ""

    @property
    def is_missing(self) -> bool:
        """Whether nothing stands there, or 0."""
        return not self.value and not has_error(self.problems)


@dataclass(frozen=True)
class _Figures:
    """What a line bought and what that cost, with what is to be said of it; its unit may be a larger one."""

    quantity: Decimal
    price: Decimal
    unit: str
    problems: tuple[LedgerProblem, ...] = ()

    @property
    def amount(self) -> Decimal:
        return product(self.quantity, self.price)


def judge_texts(texts: Mapping[str, str], row: int = 0) -> Verdict:
    """A line from its texts by field, mended or typed: the line if it is one, and what is wrong with it."""
    cells: dict[str, Cell] = {"item": "", **texts}
    for name in ("day", "number"):
        cells.pop(name, None)
    if is_blank(cells.get("unit")):
        for parse, name in ((parse_quantity, "quantity"), (parse_price, "unit_price")):
            try:
                cells["unit"] = cells.get("unit") or parse(cells.get(name)).unit
            except BadValue:
                continue
    return judge(RawLine(row, cells))


def judge(raw: RawLine) -> Verdict:
    """The line that the cells make, if they make one, and every problem on the way."""
    texts = {name: _text(raw, name) for name in TEXTS}
    problems = [*_text_problems(raw, texts), *_place_problems(raw), *_unit_problems(raw, texts["unit"])]
    quantity, price, amount = _read_figures(raw)
    problems += _figure_problems(raw, quantity, price, amount)
    if has_error(problems):
        return None, problems
    assert quantity.value is not None
    figures = _figures(raw, quantity.value, price.value, amount.value, texts["unit"])
    problems += figures.problems
    if has_error(problems):
        return None, problems
    if not texts["unit"] and "unit" in raw.columns:
        problems.append(_problem(raw, "unit", "no-unit", "warning"))
    line = LedgerLine(
        raw.row,
        quantity=figures.quantity,
        unit_price=figures.price,
        amount=figures.amount,
        gift=figures.price == 0,
        written=amount.value or None,
        **{**texts, "unit": figures.unit},
    )
    return line, problems


def _problem(raw: RawLine, name: str, code: str, severity: str = "error", **params: Any) -> LedgerProblem:
    """A problem at the cell of a field."""
    return LedgerProblem(raw.row, raw.columns.get(name, ""), code, severity, name, params)


def _text(raw: RawLine, name: str) -> str:
    text = text_of(raw.cells.get(name))
    if text in NOTHING:
        return ""
    return close_up(text) if name in NAMES else text


def _text_problems(raw: RawLine, texts: Mapping[str, str]) -> Iterator[LedgerProblem]:
    for name in TEXTS:
        text = text_of(raw.cells.get(name))
        if is_error(text):
            yield _problem(raw, name, "error-cell", text=text)
        elif len(text) > LENGTHS[name]:
            yield _problem(raw, name, "too-long", most=LENGTHS[name])
    if not texts["item"]:
        yield _problem(raw, "item", "no-item")


def _place_problems(raw: RawLine) -> Iterator[LedgerProblem]:
    """The problems of what says where a line belongs: its day, its sheet's number, its canteen."""
    for name in PLACES:
        cell = raw.cells.get(name)
        if cell is not None:
            code = "formula" if isinstance(cell, Formula) else "bad-day"
            code = "error-cell" if is_error(cell) else code
            yield _problem(raw, name, code, text=text_of(cell)[:30])


def _unit_problems(raw: RawLine, unit: str) -> Iterator[LedgerProblem]:
    if problem := unit_problem({**raw.cells, "unit": unit}):
        yield _problem(raw, problem.field, problem.code, **problem.params)


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
    if any(not is_nothing(cell) and not GIFT.search(text_of(cell)) for cell in figures):
        return False
    words = ("item", "specification", "supplier", "remark", "item_class", "unit_price", "amount")
    return any(GIFT.search(text_of(cells.get(name))) for name in words)


PARSE: dict[str, Callable[[Cell], Number]] = {
    "quantity": parse_quantity,
    "unit_price": parse_price,
    "amount": parse_money,
}


def _read_figures(raw: RawLine) -> tuple[_Figure, _Figure, _Figure]:
    """Quantity, price and amount as they are written; a gift has neither price nor amount."""
    quantity = _figure(raw, "quantity")
    if is_gift(raw.cells):
        return quantity, _Figure(Decimal(0)), _Figure(None)
    price = _price(raw)
    is_returned = any(problem.code == "negative" for problem in (*quantity.problems, *price.problems))
    return quantity, price, _Figure(None) if is_returned else _figure(raw, "amount")


def _price(raw: RawLine) -> _Figure:
    """The price; a formula that lost its value is none where the amount says it."""
    cell, amount = raw.cells.get("unit_price"), raw.cells.get("amount")
    if isinstance(cell, Formula) and not isinstance(amount, Formula) and not is_nothing(amount):
        return _Figure(None)
    return _figure(raw, "unit_price")


def _figure(raw: RawLine, name: str) -> _Figure:
    cell = raw.cells.get(name)
    if is_blank(cell) or (name == "amount" and isinstance(cell, Formula)):
        return _Figure(None)
    try:
        number = PARSE[name](cell)
    except BadValue as bad:
        return _Figure(None, (_problem(raw, name, bad.code, **bad.params),))
    decimals = len(number.rounded_from.partition(".")[2])
    if name == "amount" or not 0 < decimals < FLOAT_DECIMALS:
        return _Figure(number.value, (), number.rounded_from)
    params = {"text": number.rounded_from, "value": number.value.normalize()}
    return _Figure(number.value, (_problem(raw, name, "rounded", "warning", **params),), number.rounded_from)


def _figure_problems(
    raw: RawLine, quantity: _Figure, price: _Figure, amount: _Figure
) -> Iterator[LedgerProblem]:
    yield from (*quantity.problems, *price.problems, *amount.problems)
    if quantity.is_missing:
        yield _problem(raw, "quantity", "no-quantity" if quantity.value is None else "zero-quantity")
    if is_gift(raw.cells):
        yield _problem(raw, "unit_price", "gift", "warning")
    elif price.is_missing and price.rounded_from:
        yield _problem(raw, "unit_price", "price-zero")
    elif price.is_missing and amount.is_missing:
        yield _problem(raw, "unit_price", "no-price")


def _figures(
    raw: RawLine, quantity: Decimal, price: Decimal | None, amount: Decimal | None, unit: str
) -> _Figures:
    """The figures of a line, the price computed where only the amount is written."""
    if not price and amount:
        return _from_amount(raw, quantity, amount, unit)
    figures = _Figures(quantity, price or Decimal(0), unit)
    return replace(figures, problems=_amount_problems(raw, figures, amount))


def _from_amount(raw: RawLine, quantity: Decimal, amount: Decimal, unit: str) -> _Figures:
    figures = _Figures(quantity, _price_of(amount, quantity), unit)
    if figures.amount != amount and (larger := _in_larger_unit(raw, figures, amount)):
        figures = larger
    if figures.price == 0:
        return replace(figures, problems=(*figures.problems, _problem(raw, "unit_price", "price-zero")))
    computed = _problem(raw, "unit_price", "price-computed", "warning", computed=plain(figures.price, 2))
    return replace(figures, problems=(*figures.problems, computed, *_amount_problems(raw, figures, amount)))


def _in_larger_unit(raw: RawLine, figures: _Figures, amount: Decimal) -> _Figures | None:
    """The same in a unit a thousand times as large, where the amount then stays as it is written."""
    larger, quantity = LARGER.get(figures.unit), figures.quantity / 1000
    if not larger or quantity != quantity.quantize(Decimal("0.001")):
        return None
    better = _Figures(quantity, _price_of(amount, quantity), larger)
    if better.amount != amount:
        return None
    params = {
        "quantity": plain(figures.quantity),
        "larger": f"{plain(quantity)} {larger}",
        "unit": figures.unit,
        "amount": amount,
    }
    return replace(better, problems=(_problem(raw, "unit", "larger-unit", "warning", **params),))


def _amount_problems(raw: RawLine, figures: _Figures, amount: Decimal | None) -> tuple[LedgerProblem, ...]:
    if not amount or abs(amount - figures.amount) <= FEN:
        return ()
    params = {"typed": amount, "computed": figures.amount}
    return (_problem(raw, "amount", "amount-differs", "warning", **params),)


def _price_of(amount: Decimal, quantity: Decimal) -> Decimal:
    return (amount / quantity).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)


def product(quantity: Decimal, price: Decimal) -> Decimal:
    """Quantity times unit price, to the fen, rounded half up."""
    return (quantity * price).quantize(FEN, rounding=ROUND_HALF_UP)

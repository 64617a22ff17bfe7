"""What the cells of a file say, as it would be typed into a kind's grid."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from kiosk.core import field
from kiosk.core.cells import FULL_DAY, is_blank, parse_number, text_of, western
from kiosk.core.formats import MOST_MONEY, round_to
from kiosk.core.tables import FIRST_DAY, Cell
from kiosk.postings.queries.contents import near_day

COUNTED = re.compile(r"([-\d.,， ]+)[^\d.,\s]{1,3}")
"""A number with a word of counting behind it: 120人."""
ENDS = re.compile(r"^(有效期)?(截止|至|到)+[:：]?|(止|前|前有效|到期|有效)$")
"""What stands around the day on which something ends."""
LARGE = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}


def typed(
    one: Any, cell: Cell, *, factor: Decimal = Decimal(1), year: int | None = None, first: date = FIRST_DAY
) -> str:
    """A cell as it would be typed: money in yuan (times `factor`), days as 2026-03-04, choices by code.

    `year` completes days without one, else the nearest is meant; days as numbers count from
    `first`. Raises BadValue for what is no number or no day; an unknown choice stays as it is written.
    """
    if is_blank(cell):
        return ""
    match one:
        case field.Money():
            return f"{_money(cell, factor):.2f}"
        case field.Fraction():
            return f"{_money(cell, factor).normalize():f}"
        case field.Whole():
            return str(_whole(cell))
        case field.Quantity():
            return f"{_number(cell, one.places).normalize():f}"
        case field.UnitPrice():
            return f"{round_to(_number(cell, 8) * factor, one.places).normalize():f}"
        case field.Several():
            return one.kept(text_of(cell))
        case field.Until():
            return until(one, cell, year, first).isoformat()
        case field.Day():
            return near_day(cell, year, first).isoformat()
        case field.Choice():
            return one.code_of(text_of(cell)) or text_of(cell)
    return text_of(cell)


def until(one: field.Until, cell: Cell, year: int | None, first: date) -> date:
    """The day on which something ends: of a span (2021.3.5-2026.3.4) the last. Raises BadValue for none."""
    text = text_of(cell)
    if any(text.endswith(word) for word in one.endless()):
        return date.max
    spans = [found[0] for found in FULL_DAY.finditer(western(text))]
    return near_day(spans[-1] if len(spans) > 1 else ENDS.sub("", text) if spans else cell, year, first)


def _money(cell: Cell, factor: Decimal) -> Decimal:
    text = text_of(cell)
    for sign, times in LARGE.items():
        if found := re.fullmatch(rf"(.*\d)\s*{sign}\s*元?", text):
            return _number(found[1], 8) * times
    return _number(cell, 8) * (Decimal(1) if text.endswith("元") else factor)


def amount_of(cell: Cell) -> Decimal:
    """The amount in a cell as it is written there. Raises BadValue for what is none."""
    return _money(cell, Decimal(1))


def _whole(cell: Cell) -> Decimal:
    found = COUNTED.fullmatch(text_of(cell))
    number = _number(found[1].strip() if found else cell, 6)
    return number.to_integral_value() if number == number.to_integral_value() else number.normalize()


def _number(cell: Cell, places: int) -> Decimal:
    return parse_number(cell, places=places, maximum=MOST_MONEY).value

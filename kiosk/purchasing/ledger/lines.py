"""A line of a ledger: as its cells say it, and as it is once it is ready."""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kiosk.core.cells import text_of
from kiosk.core.tables import Cell

PLACES = ("day", "number", "canteen")
"""What says where a line belongs, and is no part of it."""
PEOPLE = ("purchaser", "receiver", "custodian")
TEXTS = ("item", "item_class", "specification", "unit", "supplier", "batch", "shelf_life", "remark")
NAMES = {"item", "item_class", "unit"}
"""The texts that are closed up: 土 豆 is 土豆."""
SPACED_OUT = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")


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
    columns: dict[str, str] = field(default_factory=dict)
    day: date | None = None
    number: str = ""
    canteen: str = ""
    people: dict[str, list[str]] = field(default_factory=dict)

    @property
    def texts(self) -> dict[str, str]:
        """The cells as texts, for showing and mending."""
        return {name: text_of(cell) for name, cell in self.cells.items()}


def close_up(name: str) -> str:
    """A name without the spaces that forms are spaced out with: 土 豆 is 土豆; others stay."""
    return SPACED_OUT.sub("", name)


def plain(value: Decimal, least: int = 0) -> str:
    """A decimal as text without needless zeros, with at least so many decimals."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    decimals = len(text.partition(".")[2])
    return text if decimals >= least else f"{Decimal(text):.{least}f}"

"""The numbers of a purchase as its cells hold them."""

from kiosk.core.cells import Number, parse_number
from kiosk.core.tables import Cell
from kiosk.purchasing.ledger.limits import NUMBERS


def parse_quantity(cell: Cell) -> Number:
    """A quantity, to the thousandth. Raises BadValue."""
    return _limited(cell, "quantity")


def parse_price(cell: Cell) -> Number:
    """A unit price in yuan, to four decimals. Raises BadValue."""
    return _limited(cell, "unit_price")


def parse_money(cell: Cell) -> Number:
    """An amount in yuan, to the fen. Raises BadValue."""
    return _limited(cell, "amount")


def _limited(cell: Cell, name: str) -> Number:
    places, most = NUMBERS[name]
    return parse_number(cell, places=places, maximum=most)

"""How long and how large what stands on a sheet may be: one table for all ways to bring it in."""

from decimal import Decimal

from kiosk.core.formats import MOST_MONEY, MOST_PRICE, MOST_QUANTITY

LENGTHS = {
    **{"item": 60, "specification": 60, "unit": 20, "supplier": 80, "item_class": 30},
    **{"batch": 40, "shelf_life": 40, "remark": 200},
}
"""The longest texts that a line may carry."""
LONGEST_TYPED = 300
"""How much of a cell is kept while it is a draft, good or not."""
MOST_LINES = 500
"""So many lines make a sheet at most."""
NUMBERS: dict[str, tuple[int, Decimal]] = {
    "quantity": (3, MOST_QUANTITY),
    "unit_price": (4, MOST_PRICE),
    "amount": (2, MOST_MONEY),
}
"""The numbers of a line: how many decimals they keep, and the largest."""

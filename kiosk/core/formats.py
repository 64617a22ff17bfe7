"""Numbers as text and back: money in fen, quantities in thousandths, unit prices in 0.0001 yuan.

Reading is strict: an ASCII pattern, Decimal, and a range. `1_000`, NaN and 1e309 are no numbers.
"""

import re
import unicodedata
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from kiosk.core.errors import Invalid
from kiosk.core.i18n import Text, lazy

NUMBER = re.compile(r"-?(\d{1,3}(,\d{3})+|\d{1,12})(\.\d{1,16})?")
MOST_QUANTITY = Decimal(1_000_000)
MOST_PRICE = Decimal(1_000_000)
MOST_MONEY = Decimal(1_000_000_000)


def whole(text: str | None) -> int | None:
    """The whole number that plain digits write, as an address or a hidden field has it; else None.

    At most nine digits: what is longer is no number of anything here, and some columns could not hold it.
    """
    return int(text) if text and re.fullmatch("[0-9]{1,9}", text) else None


class BadValue(Invalid):
    """A text that is no usable number."""

    code = "bad-value"

    def __init__(self, message: Text, **params: Any) -> None:
        super().__init__(message, **params)


def parse_decimal(text: str, *, places: int, minimum: Decimal, maximum: Decimal) -> Decimal:
    """The number in `text`, rounded half up to `places` decimals; full-width digits mean what they say.

    Spaces, a currency sign before and 元 after it, and separators of thousands are allowed. Raises BadValue.
    """
    plain = unicodedata.normalize("NFKC", text.replace("−", "-")).strip().lstrip("¥￥$")
    plain = plain.removesuffix("元").replace(" ", "")
    if not plain:
        raise BadValue(lazy("A number is missing."))
    if not plain.isascii() or not NUMBER.fullmatch(plain):
        raise BadValue(lazy("“%(text)s” is not a number."), text=text.strip()[:20])
    value = Decimal(plain.replace(",", ""))
    if value < minimum:
        raise BadValue(lazy("This must not be less than %(minimum)s."), minimum=str(minimum))
    if value > maximum:
        raise BadValue(lazy("This number is too large."))
    return round_to(value, places)


def round_to(value: Decimal, places: int) -> Decimal:
    """Round half up, as on paper."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def amount_of(quantity: int, unit_price: int) -> int:
    """Quantity (thousandths) times unit price (0.0001 yuan), in fen, rounded half up."""
    return (quantity * unit_price + 50_000) // 100_000


def _grouped(whole: int) -> str:
    return f"{whole:,}"


def fen_to_text(fen: int) -> str:
    """531112 as 5,311.12."""
    sign = "−" if fen < 0 else ""
    return f"{sign}{_grouped(abs(fen) // 100)}.{abs(fen) % 100:02d}"


def milli_to_text(milli: int) -> str:
    """50000 as 50, 2500 as 2.5."""
    whole, rest = divmod(abs(milli), 1000)
    decimals = f".{rest:03d}".rstrip("0").rstrip(".")
    return ("−" if milli < 0 else "") + _grouped(whole) + decimals


def price_to_text(price: int) -> str:
    """23800 as 2.38, 74067 as 7.4067: two decimals at least, four at most."""
    whole, rest = divmod(abs(price), 10_000)
    decimals = f"{rest:04d}"
    while len(decimals) > 2 and decimals.endswith("0"):
        decimals = decimals[:-1]
    return ("−" if price < 0 else "") + f"{_grouped(whole)}.{decimals}"


def month_at(text: str) -> date | None:
    """The first day of a month like 2026-03; None for anything else, and for a year that no school sees."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return found if 2000 <= found.year < 9999 else None

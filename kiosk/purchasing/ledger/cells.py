"""Single cells of a ledger: numbers, days, units, and what titles and signature lines say."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from kiosk.core.formats import MOST_MONEY, MOST_PRICE, MOST_QUANTITY, BadValue
from kiosk.core.tables import Cell, Formula
from kiosk.purchasing.ledger.words import BLANKS, MESSAGES, SIGNATURES, UNITS, squeeze

NUMBER = re.compile(r"[-−]?(\d{1,3}(,\d{3})+|\d{1,30})(\.\d{0,20})?|[-−]?\.\d{1,20}")
SERIAL_DAYS = (36_526, 73_050)
"""The spreadsheet serials of 2000-01-01 and 2099-12-31."""

FULL_DAY = re.compile(r"(?<!\d)(20\d\d|\d\d)\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})(?!\d)\s*[日号]?")
SHORT_DAY = re.compile(r"(?<!\d)(\d{1,2})\s*月\s*(\d{1,2})(?!\d)\s*[日号]?")
PLAIN_DAY = re.compile(r"(\d{1,2})[-./](\d{1,2})")
PACKED_DAY = re.compile(r"(20\d\d)(\d\d)(\d\d)")
AFTER_DAY = re.compile(
    r"[T\s,(]*((星期|周|礼拜)[一二三四五六日天])?[\s,)]*([上下]午)?\s*(\d{1,2}:\d\d(:\d\d)?(\.\d+)?Z?)?"
)
YEAR = re.compile(r"(?<!\d)(20\d\d)\s*(年|[-./]\s*\d{1,2}(?!\d))")
RANGE = re.compile(r"\s*([~至到]|—|–|--|-\s*\d)")


@dataclass(frozen=True)
class Number:
    """A number as a cell holds it: rounded to its places, with the unit that stood behind it."""

    value: Decimal
    unit: str = ""
    rounded_from: str = ""


def text_of(cell: Cell) -> str:
    """A cell as text: identifiers such as 4811.0 without their decimals, days as ISO dates."""
    if cell is None or isinstance(cell, Formula):
        return ""
    if isinstance(cell, datetime):
        return (
            cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat(" ", "minutes")
        )
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float | Decimal):
        return (
            f"{Decimal(repr(cell) if isinstance(cell, float) else cell).normalize():f}"
            if cell == cell
            else ""
        )
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", unicodedata.normalize("NFC", str(cell))).strip(" \ufeff\u200b")


def is_blank(cell: Cell) -> bool:
    """Nothing, or one of the strokes that people draw for nothing."""
    return not isinstance(cell, Formula) and text_of(cell) in BLANKS


def refuse(code: str, **params: object) -> BadValue:
    """A BadValue with one of the ledger's own messages."""
    fault = BadValue(MESSAGES[code], **params)
    fault.code = code
    return fault


def parse_number(cell: Cell, *, places: int, maximum: Decimal) -> Number:
    """The number in a cell, rounded half up. Raises BadValue: none, negative, too large, a formula."""
    if isinstance(cell, Formula):
        raise refuse("formula")
    shown = text_of(cell)[:30]
    if isinstance(cell, bool | date):
        raise refuse("no-number", text=shown)
    plain, unit = split_unit(unicodedata.normalize("NFKC", shown if isinstance(cell, str) else text_of(cell)))
    if not plain.isascii() or not NUMBER.fullmatch(plain):
        raise refuse("no-number", text=shown)
    value = Decimal(plain.replace(",", "").replace("−", "-"))
    if value < 0:
        raise refuse("negative", text=shown)
    if value > maximum:
        raise refuse("too-large", text=shown)
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    typed = isinstance(cell, str) and rounded != value
    return Number(rounded, unit, shown if typed else "")


def split_unit(text: str) -> tuple[str, str]:
    """A number's text without currency, and the unit behind it: 50斤 is (50, 斤), ¥2.5元/斤 is (2.5, 斤)."""
    plain = re.sub(r"\s+", "", text.replace("−", "-")).removeprefix("人民币").lstrip("¥$")
    plain = plain.removeprefix("RMB").removeprefix("CNY")
    found = re.fullmatch(r"(-?[\d.,]+)(.*)", plain)
    if not found:
        return plain, ""
    rest = re.sub(r"^(元整|元|圆|块钱|rmb|yuan)", "", found[2], flags=re.IGNORECASE).removeprefix("/")
    if rest and rest.lower() not in UNITS:
        return plain, ""
    return found[1], rest


def parse_quantity(cell: Cell) -> Number:
    """A quantity, to the thousandth. Raises BadValue."""
    return parse_number(cell, places=3, maximum=MOST_QUANTITY)


def parse_price(cell: Cell) -> Number:
    """A unit price in yuan, to four decimals. Raises BadValue."""
    return parse_number(cell, places=4, maximum=MOST_PRICE)


def parse_money(cell: Cell) -> Number:
    """An amount in yuan, to the fen. Raises BadValue."""
    return parse_number(cell, places=2, maximum=MOST_MONEY)


def parse_day(cell: Cell, year: int | None = None) -> date:
    """The day in a cell: a date, a serial (45292), or text in any of the usual forms. Raises BadValue.

    `year` completes a day written without one (1月7日); without it such a text is no date.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = unicodedata.normalize("NFKC", text_of(cell)).strip()
    found = _day_parts(text, year)
    if (
        found is None
        and re.fullmatch(r"\d{5}(\.\d+)?", text)
        and SERIAL_DAYS[0] <= float(text) <= SERIAL_DAYS[1]
    ):
        return date(1899, 12, 30) + timedelta(days=int(float(text)))
    if found is None or (isinstance(cell, float | bool) and "." in text):
        raise refuse("bad-day", text=text[:30])
    try:
        return date(*found)
    except ValueError as fault:
        raise refuse("bad-day", text=text[:30]) from fault


def _day_parts(text: str, year: int | None) -> tuple[int, int, int] | None:
    if packed := PACKED_DAY.fullmatch(text):
        return int(packed[1]), int(packed[2]), int(packed[3])
    if (full := FULL_DAY.match(text)) and AFTER_DAY.fullmatch(text, full.end()):
        return int(full[1]) + (0 if len(full[1]) == 4 else 2000), int(full[2]), int(full[3])
    if year is None:
        return None
    short = SHORT_DAY.match(text)
    if short and AFTER_DAY.fullmatch(text, short.end()):
        return year, int(short[1]), int(short[2])
    plain = PLAIN_DAY.fullmatch(text)
    return (year, int(plain[1]), int(plain[2])) if plain else None


def find_day(text: str, year: int | None = None) -> date | None:
    """The one day that a title names anywhere in its text; None for a span of days or none at all."""
    plain = unicodedata.normalize("NFKC", text)
    patterns = [(FULL_DAY, None), (SHORT_DAY, year)] if year else [(FULL_DAY, None)]
    for pattern, known in patterns:
        found = pattern.search(plain)
        if not found:
            continue
        if RANGE.match(plain, found.end()):
            return None
        try:
            return parse_day(found[0].strip(), known)
        except BadValue:
            continue
    packed = re.search(r"(?<!\d)(20\d{6})(?!\d)", plain)
    try:
        return parse_day(packed[1]) if packed else None
    except BadValue:
        return None


def find_year(text: str) -> int | None:
    """The year that a text names (2024年, 2024-01)."""
    found = YEAR.search(unicodedata.normalize("NFKC", text))
    return int(found[1]) if found else None


_LABELS = {label: field for field, labels in SIGNATURES.items() for label in labels}
_LABEL = re.compile(
    r"(?<![一-鿿A-Za-z])("
    + "|".join(
        r"\s*".join(map(re.escape, label))
        for label in sorted(_LABELS, key=lambda label: (-len(label), label))
    )
    + r")\s*(?:\((?:签字|签名|双人|盖章|签章)\)|签字|签名)?\s*\d?\s*(?::|(?<=No)\.|(?<=NO)\.)"
)


def labelled(text: str) -> dict[str, list[str]]:
    """What stands behind labels such as 编号： and 验收人： in a line, by field."""
    plain = unicodedata.normalize("NFKC", text)
    found = list(_LABEL.finditer(plain))
    values: dict[str, list[str]] = {}
    for place, label in enumerate(found):
        field = _LABELS[squeeze(label[1])]
        end = found[place + 1].start() if place + 1 < len(found) else len(plain)
        value = plain[label.end() : end].strip(" \t_—-　")
        if field != "receiver":
            value = re.split(r"\s{2,}|\t", value)[0]
        value = value.strip(" _—.,;、")
        if field != "other" and value and not re.fullmatch(r"[\W_]+", value):
            values.setdefault(field, []).extend(_people(field, value))
    return values


def _people(field: str, value: str) -> list[str]:
    if field == "receiver":
        return [name[:40] for name in re.split(r"[、,;/\s]+", value) if name and not re.search(r"\d", name)]
    if field == "number":
        return [re.split(r"\s", value)[0][:40]]
    return [re.sub(r"(?<=[一-鿿])\s(?=[一-鿿])", "", value)[:40]]


def has_label(text: str) -> bool:
    """Whether a line carries any label of titles and signature lines."""
    return bool(_LABEL.search(unicodedata.normalize("NFKC", text)))

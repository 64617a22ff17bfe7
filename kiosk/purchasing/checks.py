"""What is wrong with a line or with the people of a sheet, as it was typed: pure, and said cell by cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kiosk.core.formats import BadValue, amount_of, fen_to_text
from kiosk.core.i18n import Text, lazy
from kiosk.purchasing.ledger import (
    LENGTHS,
    LONGEST_TYPED,
    MESSAGES,
    NAMES,
    NUMBERS,
    clean_text,
    close_up,
    is_error,
    is_gift,
    parse_number,
    split_unit,
    unit_problem,
)

LONGEST = LENGTHS

FIELDS = (
    "item",
    "specification",
    "unit",
    "quantity",
    "unit_price",
    "amount",
    "supplier",
    "item_class",
    "batch",
    "shelf_life",
    "remark",
)
"""The fields of a line as texts, in the order of the grid."""
PEOPLE = ("purchaser", "custodian", "receiver1", "receiver2")
BOUGHT = {"quantity", "unit_price", "amount", "batch"}
"""A line with none of these names something that was not bought, as a copied sheet does."""

Texts = Mapping[str, str]
"""One line as it was typed: a text for each of FIELDS that is not empty."""


@dataclass
class CheckedLine:
    """A line that can be posted: quantity in thousandths, unit_price in 0.0001 yuan, amount in fen."""

    texts: dict[str, str]
    quantity: int
    unit_price: int
    amount: int
    row: int = 0


@dataclass
class Checked:
    """Lines after checking: the good ones, and what is wrong by (row, field); rows count from 0.

    `missing` are the places among `errors` where nothing was typed yet. `warnings` are said and do not hinder
    posting. `left_out` are rows that only name an item, without quantity and price: they are not posted.
    """

    lines: list[CheckedLine] = field(default_factory=list)
    errors: dict[tuple[int, str], Text] = field(default_factory=dict)
    missing: set[tuple[int, str]] = field(default_factory=set)
    warnings: dict[tuple[int, str], Text] = field(default_factory=dict)
    left_out: list[int] = field(default_factory=list)

    @property
    def total(self) -> int:
        """The sum of the good lines, in fen."""
        return sum(line.amount for line in self.lines)

    @property
    def filled(self) -> int:
        """How many lines there are, good or still to mend."""
        return len(self.lines) + len({row for row, _name in self.errors})


def clean(texts: Mapping[str, Any]) -> dict[str, str]:
    """The known fields of a line, trimmed, without what nobody sees; empty ones left out."""
    cleaned = {}
    for name in FIELDS:
        typed = clean_text(str(texts.get(name) or "")[:LONGEST_TYPED])
        text = " ".join("".join(c if c.isprintable() else " " for c in typed).split())
        if text:
            cleaned[name] = close_up(text) if name in NAMES else text
    return cleaned


def check_lines(rows: Sequence[Texts]) -> Checked:
    """Check typed lines; empty rows are passed over."""
    checked = Checked()
    for row, raw in enumerate(rows):
        texts = clean(raw)
        if not texts.keys() & BOUGHT:
            if "item" in texts:
                checked.left_out.append(row)
            continue
        problems = _problems_of(texts)
        if problems:
            checked.errors.update({(row, name): text for name, text in problems.items()})
            checked.missing.update((row, name) for name in problems if name not in texts)
            continue
        texts = _parted(texts)
        quantity = _scaled(texts["quantity"], "quantity")
        unit_price = 0 if is_gift(texts) else _scaled(texts["unit_price"], "unit_price")
        line = CheckedLine(texts, quantity, unit_price, amount_of(quantity, unit_price), row)
        checked.lines.append(line)
        checked.warnings.update({(row, name): text for name, text in _warnings_of(line).items()})
    return checked


def _scaled(text: str, name: str) -> int:
    """A number as it is stored. BadValue where none stands, or none that can be."""
    if not text:
        raise BadValue(MESSAGES["missing-number"])
    places, most = NUMBERS[name]
    return int(parse_number(text, places=places, maximum=most).value.scaleb(places))


def _parted(texts: dict[str, str]) -> dict[str, str]:
    """A line's texts with a unit that stands behind a number in its own place: 12斤 is 12 and 斤."""
    parted = dict(texts)
    for name in ("quantity", "unit_price"):
        number, unit = split_unit(texts.get(name, ""))
        if unit:
            parted[name] = number
            parted.setdefault("unit", unit)
    return parted


def _problems_of(texts: Texts) -> dict[str, Text]:
    problems: dict[str, Text] = {}
    if "item" not in texts:
        problems["item"] = lazy("Which item is this?")
    for name, longest in LONGEST.items():
        if is_error(texts.get(name, "")):
            problems[name] = str(MESSAGES["error-cell"]) % {"text": texts[name]}
        elif len(texts.get(name, "")) > longest:
            problems[name] = lazy("This is too long; %(n)s characters at most.", n=longest)
    for name in ("quantity",) if is_gift(texts) else ("quantity", "unit_price"):
        try:
            if _scaled(texts.get(name, ""), name) == 0:
                problems[name] = lazy("This must be more than 0.")
        except BadValue as error:
            negative = error.code == "negative"
            problems[name] = lazy("This must be more than 0.") if negative else str(error)
    if wrong := unit_problem(texts):
        problems.setdefault(wrong.field, wrong.message)
    return problems


def _warnings_of(line: CheckedLine) -> dict[str, Text]:
    """What is said of a good line: a number that was rounded, an amount that is another than the computed."""
    warnings: dict[str, Text] = {}
    for name in ("quantity", "unit_price"):
        places, most = NUMBERS[name]
        text = line.texts.get(name, "")
        if text and not (name == "unit_price" and line.unit_price == 0):
            number = parse_number(text, places=places, maximum=most)
            if number.rounded_from:
                rounded = {"text": text, "value": f"{number.value.normalize():f}"}
                warnings[name] = str(MESSAGES["rounded"]) % rounded
    typed = line.texts.get("amount")
    if typed is None or is_gift(line.texts):
        return warnings
    try:
        amount = _scaled(typed, "amount")
    except BadValue as error:
        return {**warnings, "amount": str(error)}
    if abs(amount - line.amount) <= 1:
        return warnings
    message = lazy("Typed %(typed)s, computed %(computed)s.", typed=typed, computed=fen_to_text(line.amount))
    return {**warnings, "amount": message}

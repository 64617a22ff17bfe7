"""What is wrong with a line or with the people of a sheet, as it was typed: pure, and said cell by cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from kiosk.core.formats import MOST_PRICE, MOST_QUANTITY, BadValue, amount_of, fen_to_text, parse_decimal
from kiosk.core.i18n import Text, lazy
from kiosk.purchasing.ledger import LENGTHS, LONGEST_TYPED, NAMES, close_up

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
NUMBERS = (("quantity", 3, MOST_QUANTITY), ("unit_price", 4, MOST_PRICE))
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


def clean(texts: Mapping[str, Any]) -> dict[str, str]:
    """The known fields of a line, trimmed, without control characters; empty ones left out."""
    cleaned = {}
    for name in FIELDS:
        typed = str(texts.get(name) or "")[:LONGEST_TYPED]
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
        quantity = _scaled(texts["quantity"], 3, MOST_QUANTITY)
        unit_price = _scaled(texts["unit_price"], 4, MOST_PRICE)
        line = CheckedLine(texts, quantity, unit_price, amount_of(quantity, unit_price), row)
        checked.lines.append(line)
        checked.warnings.update({(row, name): text for name, text in _warnings_of(line).items()})
    return checked


def _scaled(text: str, places: int, maximum: Decimal) -> int:
    return int(parse_decimal(text, places=places, minimum=Decimal(0), maximum=maximum).scaleb(places))


def _problems_of(texts: Texts) -> dict[str, Text]:
    problems: dict[str, Text] = {}
    if "item" not in texts:
        problems["item"] = lazy("Which item is this?")
    for name, places, maximum in NUMBERS:
        try:
            if _scaled(texts.get(name, ""), places, maximum) == 0:
                problems[name] = lazy("This must be more than 0.")
        except BadValue as error:
            problems[name] = str(error)
    for name, longest in LONGEST.items():
        if len(texts.get(name, "")) > longest:
            problems[name] = lazy("This is too long; %(n)s characters at most.", n=longest)
    return problems


def _warnings_of(line: CheckedLine) -> dict[str, Text]:
    typed = line.texts.get("amount")
    if typed is None:
        return {}
    try:
        amount = _scaled(typed, 2, Decimal(10**12))
    except BadValue as error:
        return {"amount": str(error)}
    if abs(amount - line.amount) <= 1:
        return {}
    message = lazy("Typed %(typed)s, computed %(computed)s.", typed=typed, computed=fen_to_text(line.amount))
    return {"amount": message}


def check_people(people: Mapping[str, str], *, required: bool = True) -> dict[str, Text]:
    """What is wrong with purchaser, custodian and the two receivers: none may be another.

    Each is needed, unless an old paper sheet is brought in that names fewer (`required` is False).
    """
    errors: dict[str, Text] = {}
    seen: dict[str, str] = {}
    for role in PEOPLE:
        name = "".join(people.get(role, "").split())
        if not name:
            if required:
                errors[role] = lazy("A name is missing.")
            continue
        if name in seen:
            errors[role] = lazy("These must be different people.")
        elif len(name) > 40:
            errors[role] = lazy("This is too long; %(n)s characters at most.", n=40)
        seen.setdefault(name, role)
    return errors

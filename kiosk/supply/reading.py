"""Lines as they are typed, row by row: what they say, and what is wrong with which cell."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from kiosk.core.errors import Invalid
from kiosk.core.formats import whole
from kiosk.core.i18n import Text
from kiosk.supply.models import EXPECTED, ITEM, MOST_LINES, QUANTITY, SPECIFICATION, UNIT, UNIT_PRICE
from kiosk.supply.queries import PlanLine
from kiosk.supply.services import Wanted

COLUMNS = (ITEM, SPECIFICATION, UNIT, QUANTITY, UNIT_PRICE)
NAMES = tuple(one.name for one in COLUMNS)
BLANK = 3
"""Empty rows below those that say something."""


class Row(NamedTuple):
    """A row as it was typed, and what is wrong with it, by column."""

    texts: Mapping[str, str]
    errors: Mapping[str, Text]
    key: str = ""
    """What the row belongs to: a day, the line of a plan."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed."""
        return not any(text.strip() for text in self.texts.values())


@dataclass
class Table:
    """Rows as they were typed."""

    rows: list[Row] = field(default_factory=list)

    @property
    def is_wrong(self) -> bool:
        """Whether anything is to be mended."""
        return any(row.errors for row in self.rows)

    def padded(self, key: str = "") -> list[Row]:
        """The rows of a key, and empty ones below them."""
        found = [row for row in self.rows if row.key == key]
        return [*found, *(Row({}, {}, key) for _number in range(BLANK))]


def read_rows(form: Mapping[str, str], key: str = "") -> Iterable[tuple[Row, dict[str, Any]]]:
    """The rows `item-KEY-0`, `item-KEY-1` … of what was sent that say something, each with what it means."""
    for number in range(MOST_LINES):
        place = f"{key}-{number}" if key else str(number)
        if f"item-{place}" not in form:
            return
        texts = {name: form.get(f"{name}-{place}", "") for name in NAMES}
        row, meant = read(texts, key)
        if not row.is_empty:
            yield row, meant


def read(texts: Mapping[str, str], key: str) -> tuple[Row, dict[str, Any]]:
    """A row, and what it means as far as it can be read."""
    errors: dict[str, Text] = {}
    meant: dict[str, Any] = {}
    for column in COLUMNS:
        try:
            meant[column.name] = column.read(texts.get(column.name, ""))
        except Invalid as problem:
            errors[column.name] = str(problem)
    if not meant.get("quantity", 1):
        errors["quantity"] = str(QUANTITY.missing)
    return Row(dict(texts), errors, key), meant


def plan_lines(form: Mapping[str, str], days: Iterable[date]) -> tuple[Table, list[PlanLine]]:
    """What was typed into a plan, day by day, and the lines that it means."""
    table, lines = Table(), []
    for day in days:
        for row, meant in read_rows(form, day.isoformat()):
            table.rows.append(row)
            if not row.errors:
                lines.append(PlanLine(day=day, **meant))
    return table, lines


def wanted(form: Mapping[str, str]) -> tuple[Table, list[Wanted]]:
    """What was typed into an order: of a plan's lines those with a quantity, by `planned-0`."""
    table, lines = Table(), []
    for row, meant in _ordered(form):
        table.rows.append(row)
        if not row.errors:
            lines.append(Wanted(**meant, planned=whole(row.key)))
    return table, lines


def _ordered(form: Mapping[str, str]) -> Iterable[tuple[Row, dict[str, Any]]]:
    for number in range(MOST_LINES):
        if f"item-{number}" not in form:
            return
        texts = {name: form.get(f"{name}-{number}", "") for name in NAMES}
        key = form.get(f"planned-{number}", "")
        if key and not texts["quantity"].strip().strip("0."):
            continue  # of the plan, and not bought now
        row, meant = read(texts, key)
        if not row.is_empty:
            yield row, meant


def expected(form: Mapping[str, str], days: Iterable[date]) -> dict[date, int]:
    """How many meals are expected on each day. Raises Invalid."""
    found = {}
    for day in days:
        text = form.get(f"expected-{day.isoformat()}", "").strip()
        found[day] = EXPECTED.read(whole(text) if text else 0)
    return found


def texts_of(line: PlanLine | Wanted) -> dict[str, str]:
    """A line as it would be typed."""
    return {
        "item": line.item,
        "specification": line.specification,
        "unit": line.unit,
        "quantity": QUANTITY.plain(line.quantity),
        "unit_price": UNIT_PRICE.plain(line.unit_price),
    }

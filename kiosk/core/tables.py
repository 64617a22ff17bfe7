"""What a sheet is once it has been read, and the bounds within which it is read."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from kiosk.core.errors import Problem
from kiosk.core.i18n import lazy

MOST_PACKED = 4 * 1024 * 1024
MOST_UNPACKED = 30 * 1024 * 1024
MOST_MEMBERS = 200
MOST_SHEETS = 100
MOST_ROWS = 5_000
MOST_COLUMNS = 50


class Formula:
    """Stands in a cell whose formula was saved without its value."""

    def __repr__(self) -> str:
        return "FORMULA"


FORMULA = Formula()

Cell = str | int | float | bool | Decimal | date | datetime | Formula | None


@dataclass
class Table:
    """One sheet: `rows[0]` is row 1 of the file, `rows[0][0]` its column A; trailing empty cells are cut.

    `merged` are ranges (first row, first column, last row, last column), counted from 0; only their first
    cell holds the value. `truncated` says that the file holds more than the bounds allow.
    """

    name: str
    rows: list[list[Cell]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    truncated: bool = False


class UnreadableFile(Problem):
    """A file that cannot be read as a sheet; the message says what it was taken for."""

    code = "unreadable-file"
    status = 422
    message = lazy("This file cannot be read as a sheet.")

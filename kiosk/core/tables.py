"""What a sheet is once it has been read, and the bounds within which it is read."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from kiosk.core.errors import Problem
from kiosk.core.i18n import lazy

MOST_PACKED = 4 * 1024 * 1024
MOST_UNPACKED = 30 * 1024 * 1024
MOST_MEMBERS = 2_000
MOST_SHEETS = 100
MOST_ROWS = 5_000
MOST_COLUMNS = 50


FIRST_DAY = date(1899, 12, 30)
"""Day 0 of the calendar of most workbooks; others count from FIRST_DAY_1904."""
FIRST_DAY_1904 = date(1904, 1, 1)


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
    cell holds the value. `truncated` says that the file holds more than the bounds allow. `hidden` says that
    a reader of the file does not see the sheet; `hidden_rows` and `hidden_columns` are those of them that
    nobody sees, counted from 0. `first_day` is day 0 of the file's own calendar. An error cell is its text
    (`#N/A`), a formula without its value is FORMULA.
    """

    name: str
    rows: list[list[Cell]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    truncated: bool = False
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    first_day: date = FIRST_DAY


class UnreadableFile(Problem):
    """A file that cannot be read as a sheet; the message says what it was taken for."""

    code = "unreadable-file"
    status = 422
    message = lazy("This file cannot be read as a sheet.")


PASSWORD = lazy("This workbook is protected by a password. Please save it without one and try again.")
CORRUPT = lazy(
    "This workbook is damaged and cannot be read. Please open it, save it again and try once more."
)
TOO_LARGE = lazy("This file holds more than can be read at once. Please save the sheet alone in a new file.")


@dataclass
class Marks:
    """What a sheet says beside its values: errors and formulas without a value by (row, column)."""

    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    hidden: bool = False

    def put_on(self, table: Table) -> None:
        """Let a table say it too, within its bounds."""
        table.hidden = self.hidden
        for (row, column), mark in self.cells.items():
            if row >= MOST_ROWS or column >= MOST_COLUMNS:
                continue
            while len(table.rows) <= row:
                table.rows.append([])
            cells = table.rows[row]
            cells.extend([None] * (column + 1 - len(cells)))
            cells[column] = mark
        table.hidden_rows = {row for row in self.hidden_rows if row < len(table.rows) and table.rows[row]}
        table.hidden_columns = {column for column in self.hidden_columns if column < MOST_COLUMNS}

"""A table as its reader sees it: merged cells show one value, columns have letters."""

from kiosk.core.cells import text_of
from kiosk.core.tables import MOST_COLUMNS, Cell, Table

MOST_MERGED = 300_000


class Grid:
    """A table whose merged cells all show the value of their first cell."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.width = max((len(row) for row in table.rows), default=0)
        self.height = len(table.rows)
        self._first: dict[tuple[int, int], tuple[int, int]] = {}
        self._down: set[tuple[int, int]] = set()
        for merged in table.merged:
            self._merge(*merged)

    def _merge(self, top: int, left: int, bottom: int, right: int) -> None:
        for row in range(top, min(bottom + 1, self.height)):
            for column in range(left, min(right + 1, max(self.width, left + 1))):
                if len(self._first) >= MOST_MERGED:
                    return
                self._first[row, column] = (top, left)
                if left == right:
                    self._down.add((row, column))

    def cell(self, row: int, column: int) -> Cell:
        """What the cell itself holds."""
        cells = self.table.rows[row] if row < self.height else []
        return cells[column] if column < len(cells) else None

    def visible(self, row: int, column: int) -> Cell:
        """What a reader sees in the cell: of a merged range, the value of its first cell."""
        top, left = self._first.get((row, column), (row, column))
        return self.cell(top, left)

    def down(self, row: int, column: int) -> Cell:
        """What the cell shows, merged downwards only: a title merged across is no value of a column."""
        return self.visible(row, column) if (row, column) in self._down else self.cell(row, column)

    def texts(self, row: int) -> list[str]:
        """The row's own texts, column by column."""
        return [text_of(cell) for cell in self.table.rows[row]] if row < self.height else []

    def line(self, row: int) -> str:
        """The row as one text, its cells set apart."""
        return "   ".join(_raw(cell) for cell in self.table.rows[row] if _raw(cell).strip())


def _raw(cell: Cell) -> str:
    return cell if isinstance(cell, str) else text_of(cell)


def letter(column: int) -> str:
    """The letters of a column counted from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def letters_to(last: str) -> list[str]:
    """The letters of all columns up to one."""
    letters = [""]
    while letters[-1] != last and len(letters) <= MOST_COLUMNS:
        letters.append(letter(len(letters) - 1))
    return letters[1:]

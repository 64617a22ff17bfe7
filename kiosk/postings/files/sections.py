"""A table with one column of money, whose headings say what is an income and what a cost.

Its headings are numbered (一、收入 · （一）伙食收入 · 1.学生), and often have the sum of what is below them.
"""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from kiosk.core.cells import is_blank, squeeze, text_of
from kiosk.core.formats import BadValue
from kiosk.core.i18n import _
from kiosk.core.table_grid import Grid, letter
from kiosk.core.table_rows import TOTAL
from kiosk.core.tables import Cell, Table
from kiosk.postings.files.beside import RESULT, Beside, beside, section_of
from kiosk.postings.files.cells import amount_of
from kiosk.postings.files.columns import MOST_HEAD_ROWS, Known, plain_head
from kiosk.postings.files.lines import Remark
from kiosk.postings.files.outline import LEVELS
from kiosk.postings.queries import Kind


@dataclass
class Sectioned:
    """A table with a column of its own for each section, the rows that are no lines, and sums that differ."""

    table: Table
    left_out: set[int] = field(default_factory=set)
    remarks: list[Remark] = field(default_factory=list)


@dataclass
class _Row:
    number: int
    level: int
    amount: Decimal | None
    section: str
    is_total: bool


def sectioned(kind: Kind, table: Table) -> Sectioned | None:
    """The table with the money of each section in its own column; None where its heads are otherwise."""
    grid = Grid(table)
    found = _heads(kind, grid) if kind.sections else None
    if found is None:
        return None
    head, item, amount = found
    own = beside(kind, grid, head, item, amount)
    table, grid = own.table, Grid(own.table)
    rows = _rows(kind, grid, own, head, amount)
    new = Sectioned(table)
    columns = list(dict.fromkeys(kind.sections.values()))
    cells = [list(row) + [None] * (grid.width - len(row)) for row in table.rows]
    labels = {one.name: str(one.label) for one in kind.columns}
    cells[head][amount] = labels[columns[0]]
    for place, name in enumerate(columns[1:]):
        for number, line in enumerate(cells):
            line.append(labels[name] if number == head else None)
        for row in (one for one in rows if one.section == name):
            cells[row.number][grid.width + place] = cells[row.number][amount]
            cells[row.number][amount] = None
    _leave_out(new, rows, amount)
    new.table = replace(table, rows=cells)
    return new


def _heads(kind: Kind, grid: Grid) -> tuple[int, int, int] | None:
    """The row of the heads, the columns of items and of money; None where each section has its own."""
    names, money = Known(kind).names, {plain_head(head) for head in kind.section_heads}
    for row in range(min(grid.height, MOST_HEAD_ROWS)):
        heads = [plain_head(text_of(grid.visible(row, place))) for place in range(grid.width)]
        known = [names[head][0] if head in names else None for head in heads]
        if not set(kind.sections.values()).isdisjoint(known):
            return None
        item = next((place for place, name in enumerate(known) if name == kind.columns[0].name), None)
        amount = next((place for place, head in enumerate(heads) if head in money), None)
        if item is not None and amount is not None:
            return row, item, amount
    return None


def _rows(kind: Kind, grid: Grid, table: Beside, head: int, amount: int) -> list[_Row]:
    """Every row below the heads with its level and section, which it says itself or has from above."""
    found, above, section = [], "", ""
    for number in range(head + 1, grid.height):
        text = squeeze(text_of(grid.cell(number, table.item)))
        if not text:
            continue
        level = next((place for place, one in enumerate(LEVELS) if one.match(text)), len(LEVELS))
        own = table.given.get(number, "") or section_of(kind, text)
        if level == 0:
            above = section = own
        elif own and level < len(LEVELS) - 2:
            section = own
        said = own or ("" if RESULT.search(text) else section or above)
        found.append(_Row(number, level, _amount(grid.cell(number, amount)), said, bool(TOTAL.search(text))))
    return found


def _amount(cell: Cell) -> Decimal | None:
    try:
        return None if is_blank(cell) else amount_of(cell)
    except BadValue:
        return None


def _leave_out(new: Sectioned, rows: list[_Row], amount: int) -> None:
    """Headings with a sum of what stands below them, rows without money, and what is computed."""
    for place, row in enumerate(rows):
        below: list[_Row] = []
        for other in rows[place + 1 :]:
            if other.level <= row.level or other.is_total:
                break
            below.append(other)
        parts = _leaves([one for one in below if one.amount is not None and one.section])
        if row.is_total:
            continue
        if row.amount is None or not row.section or parts:
            new.left_out.add(row.number)
        total = sum((one.amount for one in parts if one.amount is not None), Decimal(0))
        if row.amount is not None and parts and row.section and total != row.amount:
            text = _(
                "The total says %(typed)s, the lines make %(computed)s.", typed=row.amount, computed=total
            )
            new.remarks.append(Remark(text, row.number + 1, letter(amount), problem=False))


def _leaves(rows: list[_Row]) -> list[_Row]:
    """Those of some rows that have none below them."""
    after = [one.level for one in rows[1:]] + [0]
    return [one for one, level in zip(rows, after, strict=False) if level <= one.level]

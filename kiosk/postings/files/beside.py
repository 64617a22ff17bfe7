"""A table with what belongs together named in a column beside the items: 收入 | 学生伙食费, 支出 | 粮油."""

import re
from dataclasses import dataclass, field, replace

from kiosk.core.cells import squeeze, text_of
from kiosk.core.table_grid import Grid
from kiosk.core.table_rows import TOTAL
from kiosk.core.tables import Table
from kiosk.postings.queries import Kind

RESULT = re.compile("结余|盈余|结存|余额|利润|盈亏|毛利|利率|亏损|累计")
"""What is computed from the lines, and no line itself."""


@dataclass
class Beside:
    """The table with its items in one column, and the section of the rows that have it from beside them."""

    table: Table
    item: int
    given: dict[int, str] = field(default_factory=dict)


def section_of(kind: Kind, text: str) -> str:
    """The section that a text names; empty for none, and for what is computed."""
    if RESULT.search(text):
        return ""
    return next((name for word, name in kind.sections.items() if word in text), "")


def beside(kind: Kind, grid: Grid, head: int, item: int, amount: int) -> Beside:
    """The table as it is where no column left of the amounts holds sections alone."""
    named = [place for place in range(amount) if _names_sections(kind, grid, head, place)]
    if named == [item] and _goes_on(grid, head, item, amount):
        section, place = item, item + 1
    elif len(named) == 1 and named != [item]:
        section, place = named[0], item
    else:
        return Beside(grid.table, item)
    rows = [list(row) + [None] * (grid.width - len(row)) for row in grid.table.rows]
    rows[head][section], rows[head][place] = None, str(kind.columns[0].label)
    found = Beside(grid.table, place)
    for number in range(head + 1, grid.height):
        if text_of(grid.cell(number, place)):
            found.given[number] = section_of(kind, squeeze(text_of(grid.down(number, section))))
        else:
            rows[number][place] = grid.cell(number, section)
        rows[number][section] = None
    merged = [one for one in grid.table.merged if one[1] > max(section, place)]
    found.table = replace(grid.table, rows=rows, merged=merged)
    return found


def _names_sections(kind: Kind, grid: Grid, head: int, place: int) -> bool:
    texts = [squeeze(text_of(grid.cell(number, place))) for number in range(head + 1, grid.height)]
    said = [text for text in texts if text and not RESULT.search(text) and not TOTAL.search(text)]
    return any(section_of(kind, text) for text in said) and all(section_of(kind, text) for text in said)


def _goes_on(grid: Grid, head: int, item: int, amount: int) -> bool:
    """Whether the head of the items spans the next column as well, and that has texts."""
    if item + 1 >= amount or text_of(grid.cell(head, item + 1)):
        return False
    return any(text_of(grid.cell(row, item + 1)) for row in range(head + 1, grid.height))

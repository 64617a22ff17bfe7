"""Two lists side by side, as accounts are drawn: 收入项目 | 金额 | 支出项目 | 金额, or with a row above."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kiosk.core.cells import squeeze, text_of
from kiosk.core.table_grid import Grid, letter
from kiosk.core.tables import Cell
from kiosk.postings.files.beside import RESULT, section_of
from kiosk.postings.files.columns import MOST_HEAD_ROWS, Heads, Known, heads_of, plain_head
from kiosk.postings.files.lines import Body, read_body
from kiosk.postings.queries import Kind

ITEMS = ("项目", "科目", "内容", "名称", "摘要")
"""What heads of items end with that begin with their section."""


@dataclass(frozen=True)
class Side:
    """One of the lists: where its items and its money stand, and the column of the kind that it fills."""

    item: int
    money: int
    section: str


def twofold(kind: Kind, grid: Grid) -> tuple[Heads, Body] | None:
    """What the lists hold, one after the other; None for a table that is drawn otherwise."""
    for row in range(min(grid.height, MOST_HEAD_ROWS)) if kind.sections else ():
        sides = list(_sides(kind, grid, row))
        if len({side.section for side in sides}) == len(sides) > 1:
            return _read(kind, grid, row, sides)
    return None


def _sides(kind: Kind, grid: Grid, row: int) -> Iterator[Side]:
    heads = [plain_head(text_of(grid.visible(row, place))) for place in range(grid.width)]
    names, money = Known(kind).names, {plain_head(head) for head in kind.section_heads}
    item, own = -1, kind.columns[0].name
    for place, head in enumerate(heads):
        section = section_of(kind, head)
        if head in money or (section and head.endswith("金额")):
            said = section_of(kind, heads[item]) if item >= 0 else ""
            if item >= 0 and (found := said or section or _above(kind, grid, row, item)):
                yield Side(item, place, found)
            item = -1
        elif names.get(head, ("",))[0] == own or (section and (head.endswith(ITEMS) or len(head) <= 2)):
            item = place


def _above(kind: Kind, grid: Grid, row: int, place: int) -> str:
    """The section in the row above, over the column or to the left of it."""
    texts = [text_of(grid.visible(row - 1, left)) for left in range(place, -1, -1)] if row else []
    return section_of(kind, squeeze(next((text for text in texts if text), "")))


def _read(kind: Kind, grid: Grid, head: int, sides: list[Side]) -> tuple[Heads, Body] | None:
    labels = {one.name: str(one.label) for one in kind.columns}
    columns = [side.section for side in sides]
    rows: list[list[Cell]] = [list(row) for row in grid.table.rows[:head]]
    if head and any(section_of(kind, squeeze(text_of(cell))) for cell in rows[-1]):
        rows[-1] = []
    rows.append([labels[kind.columns[0].name], *(labels[name] for name in columns)])
    origin: list[tuple[int, Side]] = []
    left_out = set()
    for side in sides:
        for number in range(head + 1, grid.height):
            item, money = grid.cell(number, side.item), grid.cell(number, side.money)
            if RESULT.search(squeeze(text_of(item))):
                left_out.add(len(rows))
            rows.append([item, *(money if name == side.section else None for name in columns)])
            origin.append((number, side))
    merged = [one for one in grid.table.merged if one[2] < head - 1]
    heads = heads_of(kind, Grid(replace(grid.table, rows=rows, merged=merged)))
    if heads is None or heads.row != head:
        return None
    return heads, _moved_back(read_body(kind, heads, left_out), head, origin)


def _moved_back(body: Body, head: int, origin: list[tuple[int, Side]]) -> Body:
    """What was read, with the rows and columns of the file itself."""

    def row_of(number: int) -> int:
        return origin[number - head - 2][0] + 1 if number > head + 1 else number

    remarks = []
    for one in body.remarks:
        side = origin[one.row - head - 2][1] if one.row > head + 1 else None
        place = one.column and side and letter(side.item if one.column == "A" else side.money)
        remarks.append(replace(one, row=row_of(one.row), column=place or one.column))
    body.remarks = remarks
    body.rows = [row_of(number) for number in body.rows]
    body.others = [(row_of(number), text) for number, text in body.others]
    return body

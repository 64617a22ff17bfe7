"""The forms in a table: where their headers stand, which columns they have, what their titles say."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from kiosk.core.cells import (
    NUMBER,
    UNITS,
    day_of,
    is_error,
    serial_day,
    split_unit,
    squeeze,
    text_of,
    year_of,
)
from kiosk.core.table_grid import Grid
from kiosk.core.table_rows import TOTAL
from kiosk.core.tables import FIRST_DAY, Cell, Formula, Table
from kiosk.purchasing.ledger.labels import has_label, has_signature, labelled
from kiosk.purchasing.ledger.words import (
    GROUPS,
    PLANNED,
    RECEIVED,
    field_of,
    is_only_a_book,
    kind_of,
    unit_hint,
)

FIGURES = ("quantity", "unit_price", "amount")
LEADING = {"", "item_class", "day", "number", "supplier", "canteen"}


@dataclass(frozen=True)
class Block:
    """The columns of one block of a form: field → column; a form may hold two blocks side by side."""

    columns: dict[str, int]
    units: dict[str, str] = field(default_factory=dict)
    first: int = 0
    last: int = 0


@dataclass(frozen=True)
class Header:
    """A header of one or two rows."""

    row: int
    depth: int
    blocks: list[Block]
    groups: frozenset[str] = frozenset()

    @property
    def fields(self) -> set[str]:
        """Every field that it names."""
        return {name for block in self.blocks for name in block.columns}


@dataclass(frozen=True)
class Form:
    """A form: its header, the rows of its body, and what its title rows say."""

    grid: Grid
    header: Header
    body: range
    kind: str = ""
    title: str = ""
    day: date | None = None
    year: int | None = None
    labels: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Label:
    column: int
    field: str
    rank: int
    text: str


def header_at(grid: Grid, row: int) -> Header | None:
    """The header that begins in this row, if any: an item beside a quantity, a price or an amount."""
    if any(isinstance(cell, int | float | Formula) for cell in grid.table.rows[row]):
        return None
    for depth in (2, 1):
        labels = list(_labels(grid, row, depth))
        names = {label.field for label in labels}
        if "item" not in names or not names & set(FIGURES):
            continue
        blocks = [_block(grid, part) for part in _parts(labels)]
        words = (squeeze(text_of(grid.cell(row, column))) for column in range(grid.width))
        groups = {match[0] for word in words if (match := GROUPS.match(word))}
        return Header(row, depth, blocks, frozenset(groups) if depth == 2 else frozenset())
    return None


def _labels(grid: Grid, row: int, depth: int) -> Iterator[_Label]:
    if depth == 2 and not _is_lower_header(grid, row + 1):
        return
    parent = ""
    for column in range(grid.width):
        own = text_of(grid.visible(row, column))
        below = text_of(grid.cell(row + 1, column)) if depth == 2 else ""
        parent = own or (parent if below else "")
        label = _two_levels(parent, below) if below else field_of(text_of(grid.cell(row, column)))
        if label is not None:
            yield _Label(column, label[0], label[1], f"{parent}({below})" if below and own != below else own)


def _is_lower_header(grid: Grid, row: int) -> bool:
    """Whether a row holds the lower words of a header: words only, of figures, and no item."""
    cells = grid.table.rows[row] if row < grid.height else []
    texts = [text_of(cell) for cell in cells if text_of(cell)]
    if not texts or any(not isinstance(cell, str) for cell in cells if cell is not None):
        return False
    fields = [(named[0] if (named := field_of(text)) else None) for text in texts]
    if "item" in fields or any(TOTAL.search(squeeze(text)) and not field_of(text) for text in texts):
        return False
    words = sum(
        name in FIGURES or name == "unit" or _is_share(text) for name, text in zip(fields, texts, strict=True)
    )
    return words >= 1 and words * 2 >= len(texts)


def _is_share(text: str) -> bool:
    key = squeeze(text).strip("()")
    return (
        bool(re.fullmatch("(应|实|计划|实际|申购|预计|订|验)(收|购|到|数|量|际|领|买)?", key)) or key in UNITS
    )


def _two_levels(parent: str, below: str) -> tuple[str, int] | None:
    if GROUPS.match(squeeze(parent)) and not squeeze(parent).startswith(("入库", "本期")):
        return "", 0
    upper, lower = field_of(parent), field_of(below)
    if upper and upper[0] in FIGURES and (lower is None or lower[0] == "quantity" or _is_share(below)):
        rank = -40 if RECEIVED.search(below) else 40 if PLANNED.search(below) else 0
        return upper[0], rank
    return lower


def _parts(labels: list[_Label]) -> list[list[_Label]]:
    """Cut the labels where the same item word begins again, with what leads up to it: blocks side by side."""
    items = [place for place, label in enumerate(labels) if label.field == "item"]
    word = squeeze(labels[items[0]].text)
    cuts = [0]
    for before, place in pairwise(items):
        between = {label.field for label in labels[before:place]}
        if squeeze(labels[place].text) != word or not between & set(FIGURES):
            continue
        start = place
        seen = {label.field for label in labels[cuts[-1] : items[0] if len(cuts) == 1 else place]}
        while labels[start - 1].field in LEADING & seen and labels[start - 1].field not in FIGURES:
            start -= 1
        cuts.append(start)
    return [labels[a:b] for a, b in zip(cuts, [*cuts[1:], len(labels)], strict=True)]


def _block(grid: Grid, labels: list[_Label]) -> Block:
    best: dict[str, _Label] = {}
    for label in labels:
        if label.field and (label.field not in best or label.rank < best[label.field].rank):
            best[label.field] = label
    units: dict[str, str] = {
        name: unit_hint(best[name].text) for name in ("quantity", "unit_price") if name in best
    }
    columns = {name: label.column for name, label in best.items()}
    return Block(columns, units, labels[0].column, labels[-1].column)


def partial_header(grid: Grid) -> set[str]:
    """The fields of the row that looks most like a header of items; empty when none does."""
    best: set[str] = set()
    for row in range(min(grid.height, 200)):
        fields = (field_of(text) for text in grid.texts(row))
        names = {named[0] for named in fields if named and named[0]}
        if "item" in names and len(names) > max(len(best), 1):
            best = names
    return best


def is_number(cell: Cell) -> bool:
    """Whether a cell holds a number, text that is one, or an error in place of one."""
    if isinstance(cell, bool) or cell is None:
        return False
    if isinstance(cell, int | float | Formula):
        return True
    text = text_of(cell)
    return is_error(text) or bool(NUMBER.fullmatch(split_unit(text)[0]))


def forms_of(table: Table) -> list[Form]:
    """The forms of a table from top to bottom."""
    grid = Grid(table)
    headers: list[Header] = []
    for row in range(grid.height):
        if headers and row < headers[-1].row + headers[-1].depth:
            continue
        header = header_at(grid, row)
        if header:
            headers.append(header)
    if not headers:
        return []
    starts = [
        _preamble_start(grid, header, headers[place - 1] if place else None)
        for place, header in enumerate(headers)
    ]
    ends = [*starts[1:], grid.height]
    return [_form(grid, header, start, end) for header, start, end in zip(headers, starts, ends, strict=True)]


def _preamble_start(grid: Grid, header: Header, before: Header | None) -> int:
    """The first of the title rows above a header; what stands above them belongs to the form before."""
    if before is None:
        return 0
    row, titled, blank = header.row, False, False
    while row > before.row + before.depth:
        above = row - 1
        texts = [text for text in grid.texts(above) if text]
        if not texts:
            blank = True
        elif _ends_preamble(grid, above, before, titled=titled, blank=blank):
            break
        else:
            titled = titled or _is_title(texts)
        row = above
    return row


def _ends_preamble(grid: Grid, row: int, before: Header, *, titled: bool, blank: bool) -> bool:
    texts = [text for text in grid.texts(row) if text]
    if titled and (blank or not _is_title(texts)):
        return True
    return _belongs_to_body(grid, row, before) or (blank and has_signature(grid.line(row)))


def _is_title(texts: list[str]) -> bool:
    return len(texts) == 1 and len(texts[0]) <= 40 and not has_label(texts[0])


def _belongs_to_body(grid: Grid, row: int, before: Header) -> bool:
    for block in before.blocks:
        if any(is_number(grid.cell(row, block.columns[name])) for name in FIGURES if name in block.columns):
            return True
    return any(TOTAL.search(squeeze(text)) for text in grid.texts(row)[:3] if text)


def _form(grid: Grid, header: Header, start: int, end: int) -> Form:
    titles = [line for row in range(start, header.row) if squeeze(line := grid.line(row))]
    text = "   ".join(titles)
    year = year_of(text) or year_of(grid.table.name)
    return Form(
        grid,
        header,
        range(header.row + header.depth, end),
        _kind(header, titles, grid.table.name),
        next((line for line in titles if kind_of(line)), titles[0] if titles else ""),
        day_in(text, year, grid.table.first_day),
        year,
        _labels_of(titles),
    )


def _labels_of(titles: Iterable[str]) -> dict[str, list[str]]:
    labels: dict[str, list[str]] = {}
    for line in titles:
        for name, values in labelled(line).items():
            labels.setdefault(name, []).extend(values)
    return labels


def _kind(header: Header, titles: Iterable[str], table: str) -> str:
    if {"入库", "出库"} <= header.groups or {"账面", "盘点"} & header.groups:
        return "register" if "出库" in header.groups else "stocktaking"
    names = [*(re.split(r"\s{3,}", title.strip())[0] for title in titles), table]
    books = [name for name in names if is_only_a_book(name)]
    has_days = "day" in header.fields
    kinds = (kind_of(name, has_days=has_days) for name in names if name not in books)
    return next((kind for kind in kinds if kind), "register" if books else "")


def day_in(text: str, year: int | None, first_day: date = FIRST_DAY) -> date | None:
    """The day that title rows name: a full date, one completed by `year`, or a serial after 日期."""
    day = day_of(text, year)
    serial = re.search(r"(?:日\s*期|时间|date)\s*[:：]?\s*(\d{5})(?!\d)", text, re.IGNORECASE)
    return serial_day(serial[1], first_day) if day is None and serial else day

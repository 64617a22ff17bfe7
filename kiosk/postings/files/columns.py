"""Which column of a file is which of a kind: found by its labels in every language, and by its aliases."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from kiosk.core.cells import squeeze, text_of
from kiosk.core.i18n import in_every_language
from kiosk.core.table_grid import Grid, letter
from kiosk.postings.queries import Kind

FACTORS = {
    "分": Decimal("0.01"),
    "角": Decimal("0.1"),
    "元": Decimal(1),
    "百元": Decimal(100),
    "千元": Decimal(1_000),
    "万元": Decimal(10_000),
    "亿元": Decimal(100_000_000),
}
"""The units of money that a head or a title names, in yuan."""
MONEY_UNIT = re.compile(r"(?:单位[:：]?|[(（\[【/])\s*(?:人民币)?(分|角|元|百元|千元|万元|亿元)")
SERIALS = {"序号", "编号", "行号", "no", "no.", "id", "#"}
"""Heads of columns that only number the rows."""
MOST_HEAD_ROWS = 40
LONGEST_HEAD = 40


def plain_head(text: object) -> str:
    """A head as it is compared: no spaces, no brackets and what stands in them, no colon."""
    return re.sub(r"[(（\[【].*?([)）\]】]|$)", "", squeeze(text)).rstrip(":：").lower()


def money_unit(text: str) -> Decimal | None:
    """What a head, or a title, says that money is counted in: 金额（万元） and 单位：万元 are 10000."""
    found = MONEY_UNIT.search(squeeze(text))
    return FACTORS[found[1]] if found else None


@dataclass(frozen=True)
class Heads:
    """The heads of a table: the first of their `depth` rows, each column's words, and what each column is."""

    grid: Grid
    row: int
    depth: int
    words: dict[int, str]
    places: dict[str, int]
    """By the name of a kind's column: where it stands."""

    @property
    def first(self) -> int:
        """The first row below them."""
        return self.row + self.depth

    @cached_property
    def titles(self) -> list[str]:
        """The texts above them, row by row."""
        return [text for row in range(self.row) if (text := self.grid.line(row).strip())]

    def factor(self, name: str) -> Decimal:
        """In what the money of a column is counted, in yuan."""
        own = money_unit(self.words.get(self.places[name], ""))
        above = (found for text in self.titles if (found := money_unit(text)))
        return own or next(above, Decimal(1))

    def unplaced(self) -> list[str]:
        """The columns that hold something and are none of the kind's: B 备注."""
        used = set(self.places.values())
        rows = range(self.first, self.grid.height)
        return [
            f"{letter(place)} {self.words.get(place, '')}".strip()
            for place in range(self.grid.width)
            if place not in used
            and plain_head(self.words.get(place, "")) not in SERIALS
            and any(text_of(self.grid.cell(row, place)) for row in rows)
        ]


def names_of(kind: Kind) -> dict[str, str]:
    """By a head as it is compared: the name of the column."""
    found: dict[str, str] = {}
    for one in kind.columns:
        for text in (*in_every_language(one.label), one.name, *kind.aliases.get(one.name, ())):
            found.setdefault(plain_head(text), one.name)
    return found


def heads_of(kind: Kind, grid: Grid) -> Heads | None:
    """The row, or the two rows, that name most of the kind's columns; None where no row names two of them."""
    names = names_of(kind)
    found = [
        heads
        for row in range(min(grid.height, MOST_HEAD_ROWS))
        for depth in (1, 2)
        if (heads := _heads_at(names, grid, row, depth))
    ]
    best = max(found, key=lambda heads: (len(heads.places), -heads.depth, -heads.row), default=None)
    if best is None or len(best.places) < min(2, len(kind.columns)):
        return None
    return _with_upper_row(names, best)


def _with_upper_row(names: dict[str, str], best: Heads) -> Heads:
    """The heads with the row above them, where it names columns, too: words of others may stand there."""
    upper = _heads_at(names, best.grid, best.row - 1, 1) if best.depth == 1 and best.row else None
    both = _heads_at(names, best.grid, best.row - 1, 2) if upper and len(upper.places) > 1 else None
    return both if both and both.places.keys() >= best.places.keys() else best


def _heads_at(names: dict[str, str], grid: Grid, row: int, depth: int) -> Heads | None:
    if row + depth > grid.height or any(isinstance(cell, int | float) for cell in grid.table.rows[row]):
        return None
    words: dict[int, str] = {}
    places: dict[str, int] = {}
    for place in range(grid.width):
        texts = [text_of(grid.visible(row + level, place)) for level in range(depth)]
        texts = [text for text in dict.fromkeys(texts) if text]
        words[place] = " ".join(texts)[:LONGEST_HEAD]
        for text in ("".join(texts), *reversed(texts)):
            name = names.get(plain_head(text)) if text else None
            if name and name not in places:
                places[name] = place
                break
    return Heads(grid, row, depth, words, places) if places else None

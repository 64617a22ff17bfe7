"""Which column of a file is which of a kind: found by its labels in every language, and by its aliases."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, partial

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
    fields: dict[str, str] = field(default_factory=dict)
    """What the heads themselves say of the posting as a whole."""

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


class Known:
    """What the heads of a kind can be: 有效期 may stand above several columns, each beside its licence."""

    def __init__(self, kind: Kind) -> None:
        self.order = [one.name for one in kind.columns]
        self.own = [squeeze(text).lower() for text in in_every_language(kind.label) if kind.not_lines]
        self.names: dict[str, tuple[str, ...]] = {}
        for one in kind.columns:
            for text in (*in_every_language(one.label), one.name, *kind.aliases.get(one.name, ())):
                names = self.names.get(plain_head(text), ())
                self.names[plain_head(text)] = tuple(dict.fromkeys((*names, one.name)))

    def are_own(self, words: str) -> bool:
        """Whether words name the kind itself."""
        return any(own in squeeze(words).lower() for own in self.own)


def heads_of(kind: Kind, grid: Grid) -> Heads | None:
    """The row, or the two rows, that name most of the kind's columns; None where no row names two of them."""
    known = Known(kind)
    found = [
        heads
        for row in range(min(grid.height, MOST_HEAD_ROWS))
        for depth in (1, 2)
        if (heads := _heads_at(known, grid, row, depth))
    ]
    best = max(found, key=partial(_rank, known), default=None)
    if best is None or len(best.places) < min(1 if kind.called else 2, len(kind.columns)):
        return None
    return _with_upper_row(known, best)


def _rank(known: Known, heads: Heads) -> tuple[int, bool, int, int, int]:
    """Of heads that name two columns those go first in which one of these names the kind itself (支出)."""
    own = any(known.are_own(heads.words[place]) for place in heads.places.values())
    return min(len(heads.places), 2), own, len(heads.places), -heads.depth, -heads.row


def _with_upper_row(known: Known, best: Heads) -> Heads:
    """The heads with the row above them, where it names columns, too: words of others may stand there."""
    upper = _heads_at(known, best.grid, best.row - 1, 1) if best.depth == 1 and best.row else None
    both = _heads_at(known, best.grid, best.row - 1, 2) if upper and len(upper.places) > 1 else None
    return both if both and both.places.keys() >= best.places.keys() else best


def _heads_at(known: Known, grid: Grid, row: int, depth: int) -> Heads | None:
    if row + depth > grid.height or any(isinstance(cell, int | float) for cell in grid.table.rows[row]):
        return None
    words: dict[int, str] = {}
    can_be: dict[int, tuple[str, ...]] = {}
    for place in range(grid.width):
        texts = [text_of(grid.visible(row + level, place)) for level in range(depth)]
        texts = [text for text in dict.fromkeys(texts) if text]
        words[place] = " ".join(texts)[:LONGEST_HEAD]
        plain = [plain_head(text) for text in ("".join(texts), *reversed(texts))]
        if found := next((known.names[text] for text in plain if text in known.names), None):
            can_be[place] = found
    places = _placed(can_be, words, known)
    return Heads(grid, row, depth, words, places) if places else None


def _placed(can_be: dict[int, tuple[str, ...]], words: dict[int, str], known: Known) -> dict[str, int]:
    """Where each column stands. Of several places the one counts that names the kind (支出 beside 收入),
    else the next one to the right of the column before it; what stands beside the other is then the other's.
    """
    places: dict[str, int] = {}
    last, sided = -1, False
    for name in known.order:
        free = [place for place, names in can_be.items() if name in names and place not in places.values()]
        beside = [place for place in free if place > last]
        best = [place for place in free if known.are_own(words[place])] if len(free) > 1 else []
        sided = sided or bool(best)
        if chosen := best or beside or ([] if sided else free):
            places[name] = last = min(chosen)
    return places

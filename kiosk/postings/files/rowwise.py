"""Tables with a row for each item and market (品名 · 市场 · 价格), read as one line an item.

What can be read in two ways is not decided here: it is marked, or the file is refused with the question.
"""

from dataclasses import dataclass, field, replace

from kiosk.core.cells import is_blank, squeeze, text_of
from kiosk.core.errors import Invalid
from kiosk.core.i18n import _, lazy, listed
from kiosk.core.table_grid import Grid, letter
from kiosk.core.table_rows import DITTO, NOTE, TOTAL
from kiosk.core.tables import Cell, Table
from kiosk.postings.files.columns import MOST_HEAD_ROWS, Heads, Known, plain_head
from kiosk.postings.files.lines import Body, Remark, read_body
from kiosk.postings.files.named import is_number
from kiosk.postings.queries import Kind


@dataclass(frozen=True)
class Places:
    """Where the heads stand: their row, the columns of a line by name, whose value it is, and the value."""

    row: int
    own: dict[str, int]
    whose: int
    value: int


@dataclass
class Widened:
    """The table as a list with a column for each market, and where each of its values stood in the file."""

    table: Table
    places: Places
    markets: dict[str, int]
    """The column of each market, in the order in which they are named."""
    left: set[int]
    """Rows that are of no line."""
    stood: dict[tuple[int, str], int] = field(default_factory=dict)
    """By row number and letter of a value here: its row number in the file."""
    remarks: list[Remark] = field(default_factory=list)

    def read(self, kind: Kind) -> tuple[Heads, Body]:
        """Its heads and lines, with what is wrong at the file's own rows and columns."""
        names = dict(zip(kind.called, self.markets, strict=False))
        grid = Grid(self.table)
        words = {place: text_of(grid.cell(self.places.row, place)) for place in range(grid.width)}
        places = {**self.places.own, **{name: self.markets[market] for name, market in names.items()}}
        fields = {kind.called[name]: market for name, market in names.items()}
        heads = Heads(grid, self.places.row, 1, words, places, fields)
        body = read_body(kind, heads, self.left)
        body.remarks = [*self.remarks, *map(self._at, body.remarks)]
        return heads, body

    def _at(self, one: Remark) -> Remark:
        row = self.stood.get((one.row, one.column))
        return replace(one, row=row, column=letter(self.places.value)) if row else one


def widened(kind: Kind, grid: Grid) -> Widened | None:
    """The table with its markets side by side; None for any other table.

    Invalid for several columns of values, or more markets than a line has room for.
    """
    found = _places(kind, grid) if kind.rowwise else None
    if found is None:
        return None
    lines = _Lines(kind, grid, found).read()
    if len(lines.markets) > len(kind.called):
        raise Invalid(
            lazy(
                "The file names %(n)s markets, and there is room for %(most)s: %(names)s. Which are to"
                " be read? Please leave the others out of the file."
            ),
            field="file",
            n=len(lines.markets),
            most=len(kind.called),
            names=listed(lines.markets),
        )
    return lines.widened()


def _places(kind: Kind, grid: Grid) -> Places | None:
    """The first row that names the item, whose value it is, and the value."""
    known, (whose, values) = Known(kind).names, kind.rowwise or ((), ())
    for row in range(min(grid.height, MOST_HEAD_ROWS)):
        heads = {place: plain_head(text_of(grid.visible(row, place))) for place in range(grid.width)}
        own: dict[str, int] = {}
        for place, head in heads.items():
            if head in known and head not in whose:
                own.setdefault(known[head][0], place)
        named = [place for place, head in heads.items() if head in whose]
        priced = [place for place, head in heads.items() if head in values and head not in known]
        if kind.columns[0].name in own and len(named) == 1 and priced and _says_whose(grid, row, named[0]):
            if len(priced) > 1:
                columns = listed(f"{letter(place)} {text_of(grid.visible(row, place))}" for place in priced)
                raise Invalid(
                    lazy(
                        "Each row names a market, and several columns hold prices: %(columns)s. Which one"
                        " counts? Please leave the others out of the file."
                    ),
                    field="file",
                    columns=columns,
                )
            return Places(row, own, named[0], priced[0])
    return None


def _says_whose(grid: Grid, head: int, place: int) -> bool:
    """Whether a column holds names, and no figures."""
    cells = [grid.down(row, place) for row in range(head + 1, grid.height)]
    told = [cell for cell in cells if not is_blank(cell)]
    return bool(told) and not any(map(is_number, told))


Key = tuple[str, ...]


class _Lines:
    """Goes down the rows and gathers what belongs to one line: the same item, specification and unit."""

    def __init__(self, kind: Kind, grid: Grid, places: Places) -> None:
        self.grid, self.places = grid, places
        names = [one.name for one in kind.columns]
        told = names[: names.index(next(iter(kind.called)))]
        self.told = [places.own[name] for name in told if name in places.own]
        """The columns that tell one line from another, the item first."""
        self.rows: dict[Key, int] = {}
        self.cells: dict[Key, dict[int, list[Cell]]] = {}
        self.values: dict[Key, dict[str, dict[str, tuple[int, Cell]]]] = {}
        self.markets: list[str] = []
        self.left: set[int] = set()
        self.carried: list[int] = []
        self.above: dict[int, Cell] = {}

    def read(self) -> "_Lines":
        """Every row: of a line, or left as it stands."""
        for row in range(self.places.row + 1, self.grid.height):
            texts = [squeeze(text) for text in self.grid.texts(row) if text]
            if texts and (NOTE.match(texts[0].lower()) or TOTAL.search(texts[0]) or not self._take(row)):
                self.left.add(row)
        return self

    def _take(self, row: int) -> bool:
        """Put a row where it belongs; not one that names neither item nor market, or an item alone."""
        places = (*self.places.own.values(), self.places.whose, self.places.value)
        cells = {place: self._cell(row, place) for place in places}
        item, market = (not is_blank(cells[place]) for place in (self.told[0], self.places.whose))
        if not (item and market) and (not (item or market) or is_blank(cells[self.places.value])):
            return False
        again = () if item and market else (self.places.whose,) if item else self.told
        cells |= {place: self.above.get(place) for place in again if is_blank(cells[place])}
        if is_blank(cells[self.told[0]]) or is_blank(cells[self.places.whose]):
            return False
        self.above = cells
        self.carried += [row + 1] * bool(again)
        self._put(row, cells)
        return True

    def _cell(self, row: int, place: int) -> Cell:
        cell = self.grid.down(row, place)
        return None if is_blank(cell) or text_of(cell) in DITTO else cell

    def _put(self, row: int, cells: dict[int, Cell]) -> None:
        key = tuple(squeeze(text_of(cells[place])) for place in self.told)
        market, value = text_of(cells[self.places.whose]).strip(), cells[self.places.value]
        self.rows.setdefault(key, row)
        self.markets += [market] * (market not in self.markets)
        for place in self.places.own.values():
            there = self.cells.setdefault(key, {}).setdefault(place, [])
            there += [cells[place]] * (not is_blank(cells[place]) and cells[place] not in there)
        if not is_blank(value):
            values = self.values.setdefault(key, {}).setdefault(market, {})
            values.setdefault(text_of(value), (row, value))

    def widened(self) -> Widened:
        """The table with each line in its first row, and the rows below that it took up empty."""
        width, places = self.grid.width, self.places
        columns = [places.value, *range(width, width + len(self.markets) - 1)]
        markets = dict(zip(self.markets, columns, strict=True))
        rows = [[*row, *[None] * (max(columns) + 1 - len(row))] for row in self.grid.table.rows]
        for row in range(places.row + 1, len(rows)):
            rows[row] = rows[row] if row in self.left else []
        rows[places.row][places.whose] = None
        for market, place in markets.items():
            rows[places.row][place] = market
        found = Widened(replace(self.grid.table, rows=rows, merged=[]), places, markets, self.left)
        for key, row in self.rows.items():
            rows[row] = [None] * (max(columns) + 1)
            for place, there in self.cells[key].items():
                rows[row][place] = there[0] if len(there) == 1 else "、".join(map(text_of, there)) or None
            for market, values in self.values.get(key, {}).items():
                rows[row][markets[market]] = self._one_or_all(values)
                found.stood[row + 1, letter(markets[market])] = next(iter(values.values()))[0] + 1
        if self.carried:
            text = _(
                "Where item or market is empty, what stands above was taken: rows %(rows)s.",
                rows=listed(self.carried[:20]),
            )
            found.remarks.append(Remark(text, places.row + 1, problem=False))
        return found

    def _one_or_all(self, values: dict[str, tuple[int, Cell]]) -> Cell:
        """The value; several of one market stand together, which is no figure: somebody has to say which."""
        cells = [cell for _row, cell in values.values()]
        return cells[0] if len(cells) == 1 else " / ".join(values)

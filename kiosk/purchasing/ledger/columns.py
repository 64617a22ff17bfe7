"""The columns of a form: their letters, the words above them, and what they are read as."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kiosk.core.cells import text_of
from kiosk.core.i18n import listed
from kiosk.core.table_grid import letter
from kiosk.core.table_rows import TOTAL
from kiosk.purchasing.ledger.forms import Block, Form, Header
from kiosk.purchasing.ledger.problems import LedgerProblem, warning
from kiosk.purchasing.ledger.words import OTHER_WORDS, field_of, header_key

GRID_FIELDS = (
    *("item", "specification", "unit", "quantity", "unit_price", "amount", "supplier"),
    *("batch", "shelf_life", "remark"),
)
"""The order in which people write the columns of a sheet."""
COLUMN_FIELDS = ("day", "canteen", "number", "item_class", *GRID_FIELDS, "purchaser", "custodian", "receiver")
"""The fields that a column may be."""
SERIALS = OTHER_WORDS & {"序号", "编号", "no", "id", "sn", "serial", "index", "行号"}
MOST_TEXT = 400


@dataclass(frozen=True)
class Column:
    """A column of a table: its letter, the words above it, the field that it was read as ("" for none)."""

    letter: str
    name: str
    field: str
    samples: tuple[str, ...] = ()

    @property
    def is_unread(self) -> bool:
        """Whether it holds something and was not read."""
        return not self.field and bool(self.samples)

    @property
    def says_nothing_new(self) -> bool:
        """Whether it only numbers the rows, or sums them up."""
        word = header_key(self.name)[0]
        return word in SERIALS or bool(TOTAL.search(word))


def columns_of(form: Form, rows: Sequence[int]) -> list[Column]:
    """Every column of a form that holds something in those rows (from 1), read or not."""
    grid, header = form.grid, form.header
    fields = {column: name for block in header.blocks for name, column in block.columns.items()}
    above = range(max(header.row, 0), header.row + header.depth) if header.row >= 0 else range(0)
    columns = []
    for place in range(grid.width):
        names = dict.fromkeys(text_of(grid.visible(row, place)) for row in above)
        texts = (text_of(grid.down(row - 1, place)) for row in rows)
        samples = tuple(text[:40] for text in texts if text)[:3]
        name = " ".join(text for text in names if text)[:40]
        if name or samples or place in fields:
            column_field = fields.get(place, "").removesuffix("+unit")
            columns.append(Column(letter(place), name, column_field, samples))
    return columns


def columns_as(fields: Sequence[str]) -> dict[str, int]:
    """The place of each field, the first where two columns have one name."""
    return {name: place for place, name in reversed(list(enumerate(fields))) if name}


def header_of(columns: dict[str, int], width: int) -> Header:
    """A header that no row holds: somebody says what the columns are."""
    return Header(-1, 1, [Block(columns, {}, 0, max(width - 1, 0))])


def unread_warning(columns: Iterable[Column], row: int = 0) -> LedgerProblem | None:
    """Names the columns that hold something and were not read."""
    unread = [column for column in columns if column.is_unread and not column.says_nothing_new]
    if not unread:
        return None
    return warning("columns-unread", row, unread[0].letter, columns=columns_text(unread)[:MOST_TEXT])


def columns_text(columns: Iterable[Column], name_of: Callable[[Column], object] | None = None) -> str:
    """Columns in words: B 品名、G 检疫证号."""
    return listed(
        [f"{column.letter} {name_of(column) if name_of else column.name}".strip() for column in columns]
    )


def column_field(word: str) -> str:
    """The field that somebody names, by its name or by a word that stands above such columns."""
    field = None if word in COLUMN_FIELDS else field_of(word)
    return field[0] if field and field[0] in COLUMN_FIELDS else word

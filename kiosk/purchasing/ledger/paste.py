"""What is pasted from a spreadsheet into the grid: read like a file, as lines of texts to be judged there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kiosk.core.cells import split_unit, text_of
from kiosk.core.table_grid import Grid
from kiosk.core.tables import Cell, Table
from kiosk.core.tabular import read_delimited
from kiosk.purchasing.ledger.body import OtherRow, read_body
from kiosk.purchasing.ledger.columns import Column, columns_as, columns_of, header_of, unread_warning
from kiosk.purchasing.ledger.forms import Form, forms_of
from kiosk.purchasing.ledger.guess import NOTHING_KNOWN, Guess, Known, guess, questions_of
from kiosk.purchasing.ledger.lines import NAMES, PEOPLE, PLACES, RawLine, close_up
from kiosk.purchasing.ledger.preview import problem_json
from kiosk.purchasing.ledger.problems import LedgerProblem, warning
from kiosk.purchasing.ledger.words import QUESTIONS


@dataclass(frozen=True)
class PasteLine:
    """A line of a paste: its row (from 1), its texts by field, and the day and canteen that it names."""

    row: int
    texts: dict[str, str]
    day: str = ""
    canteen: str = ""


@dataclass(frozen=True)
class Paste:
    """What a pasted text gives, column by column and row by row."""

    columns: list[Column] = field(default_factory=list)
    header: bool = False
    """Whether a row says what the columns are."""
    guessed: bool = False
    lines: list[PasteLine] = field(default_factory=list)
    other_rows: list[OtherRow] = field(default_factory=list)
    problems: list[LedgerProblem] = field(default_factory=list)

    @property
    def questions(self) -> list[LedgerProblem]:
        """What is to be asked before anything is taken over."""
        return [problem for problem in self.problems if problem.code in QUESTIONS]


@dataclass(frozen=True)
class _FormRows:
    """The rows of a form: lines, and what is none."""

    lines: list[PasteLine]
    other_rows: list[OtherRow]
    columns: list[Column]


def read_paste(
    text: str | Sequence[Sequence[Cell]],
    *,
    known: Known = NOTHING_KNOWN,
    columns: Sequence[str] | None = None,
    first: str | None = None,
) -> Paste:
    """The lines of a pasted text, by its header, by `columns` (a field for each), or by what they hold.

    `first` is the field of the cell that it is pasted into. A row is a line, or `other_rows` says why it is
    none.
    """
    table = _table(text)
    titled = forms_of(table)
    guessed = None if columns or titled else guess(table.rows, known, first)
    fields = list(columns or (guessed.fields if guessed else ()))
    forms = _with_columns(table, titled, fields) if columns or guessed else titled
    parts = [_rows_of(form) for form in forms]
    own_columns = next((part.columns for part in parts if part.columns), [])
    lines = [line for part in parts for line in part.lines]
    others = [other for part in parts for other in part.other_rows]
    is_guessed = guessed is not None and not guessed.in_order
    rest = _rows_outside(table, forms, {line.row for line in lines} | {other.row for other in others})
    return Paste(
        own_columns,
        bool(titled),
        is_guessed,
        lines,
        sorted([*others, *rest], key=lambda other: other.row),
        [*_problems(table, own_columns, guessed if is_guessed else None)],
    )


def _table(text: str | Sequence[Sequence[Cell]]) -> Table:
    if isinstance(text, str):
        return read_delimited(text.strip("\r\n"), "")
    return Table("", [list(row) for row in text])


def _with_columns(table: Table, forms: Sequence[Form], fields: Sequence[str]) -> list[Form]:
    """The forms with these columns; the whole table where it has no form."""
    beyond = max(len(fields), Grid(table).width)  # the place of the item where no column names one
    header = header_of({"item": beyond, **columns_as(fields)}, len(fields))
    whole = Form(Grid(table), header, range(len(table.rows)))
    return [replace(form, header=replace(form.header, blocks=header.blocks)) for form in forms] or [whole]


def _rows_of(form: Form) -> _FormRows:
    body = read_body(form, form.year)
    others = {other.row: other for other in body.other_rows}
    lines = {raw.row: _line(raw) for raw in body.lines}
    halves = {
        row: PasteLine(row, texts)
        for row, other in others.items()
        if row not in lines and other.why in ("not-bought", "empty") and (texts := _half(form, row))
    }
    lines |= halves
    rows = sorted(lines)
    return _FormRows(
        [lines[row] for row in rows],
        [other for row, other in others.items() if row not in lines],
        columns_of(form, rows),
    )


def _line(raw: RawLine) -> PasteLine:
    """A line as it would be typed: a unit behind a number stands in its own place."""
    texts = {name: text for name, text in raw.texts.items() if text and name not in PLACES}
    for name in ("quantity", "unit_price"):
        number, unit = split_unit(texts.get(name, ""))
        if unit and unit == texts.get("unit"):
            texts[name] = number
    return PasteLine(raw.row, _closed_up(texts), raw.day.isoformat() if raw.day else "", raw.canteen)


def _half(form: Form, row: int) -> dict[str, str]:
    """What a row holds that is no line yet: an item alone, a column of prices."""
    columns = form.header.blocks[0].columns
    texts = {name: text_of(form.grid.down(row - 1, column)) for name, column in columns.items()}
    elsewhere = (*PLACES, *PEOPLE, "specification+unit")
    return _closed_up({name: text for name, text in texts.items() if text and name not in elsewhere})


def _closed_up(texts: Mapping[str, str]) -> dict[str, str]:
    return {name: close_up(text) if name in NAMES else text for name, text in texts.items()}


def _rows_outside(table: Table, forms: Sequence[Form], rows: set[int]) -> Iterator[OtherRow]:
    """Every row above, between and below the forms, by name."""
    headers = {form.header.row + 1 + deep for form in forms for deep in range(form.header.depth)}
    grid = Grid(table)
    for row in range(1, len(table.rows) + 1):
        if row not in rows and any(grid.texts(row - 1)):
            why = "header" if row in headers else "title"
            yield OtherRow(row, grid.line(row - 1).strip()[:60], why)


def _problems(table: Table, columns: Sequence[Column], guess: Guess | None) -> Iterator[LedgerProblem]:
    """What is to be asked about a guess, else which columns were not read; and whether all was read."""
    if guess is not None:
        yield from questions_of(guess, columns)
    elif unread := unread_warning(columns):
        yield unread
    if table.truncated:
        yield warning("truncated", len(table.rows))


def paste_json(paste: Paste) -> dict[str, Any]:
    """A paste as plain values, for the page that asked."""
    return {
        "columns": [
            {
                "letter": column.letter,
                "name": column.name,
                "field": column.field,
                "samples": list(column.samples),
            }
            for column in paste.columns
        ],
        "header": paste.header,
        "guessed": paste.guessed,
        "lines": [
            {"row": line.row, "texts": line.texts, "day": line.day, "canteen": line.canteen}
            for line in paste.lines
        ],
        "passed": [{"row": other.row, "text": other.text, "why": other.why} for other in paste.other_rows],
        "problems": [problem_json(problem) for problem in paste.problems],
        "questions": [problem_json(problem) for problem in paste.questions],
    }

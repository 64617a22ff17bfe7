"""What one table gives: its forms, read by their headers, by columns that somebody named, or by a guess."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from kiosk.core.cells import parse_day, squeeze, text_of, year_of
from kiosk.core.formats import BadValue
from kiosk.core.table_grid import Grid, letter
from kiosk.core.tables import Table
from kiosk.purchasing.ledger.columns import Column, columns_as, columns_text, header_of
from kiosk.purchasing.ledger.forms import Form, forms_of, partial_header
from kiosk.purchasing.ledger.guess import NOTHING_KNOWN, Known, guess, questions_of
from kiosk.purchasing.ledger.limits import MOST_LINES
from kiosk.purchasing.ledger.preview import LedgerSheet, rows_text
from kiosk.purchasing.ledger.problems import LedgerProblem, warning
from kiosk.purchasing.ledger.sheets import parted, read_form
from kiosk.purchasing.ledger.words import kind_name, kind_of

PURCHASES = ("", "purchase")
"""What a form of purchases may be titled: nothing, or what it is."""


@dataclass(frozen=True)
class Wishes:
    """How somebody wants a table to be read."""

    default_day: date | None = None
    as_purchases: bool = False
    columns: tuple[str, ...] = ()
    known: Known = NOTHING_KNOWN


@dataclass(frozen=True)
class TableReading:
    """What one table gave."""

    table: Table
    wishes: Wishes
    sheets: list[LedgerSheet] = field(default_factory=list)
    problems: list[LedgerProblem] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    title: str = ""
    fields: tuple[str, ...] = ()
    guessed: bool = False
    hidden_rows: int = 0

    @property
    def weight(self) -> int:
        """How many lines it gave, ready or not."""
        return sum(len(sheet.rows) for sheet in self.sheets)

    def is_like(self, other: "TableReading") -> bool:
        """Whether both are sheets of one kind of form: one a day, or one a canteen."""
        if not self.weight:
            return False
        if self.title or other.title:
            return self.title == other.title
        return self.fields == other.fields


def read_table(table: Table, wishes: Wishes) -> TableReading:
    """The purchases of a table with a header, or with columns that somebody named."""
    named = _with_columns(table, wishes.columns) if wishes.columns else forms_of(table)
    complete = [form for form in named if is_complete(form)]
    forms = [form for form in complete if wishes.as_purchases or form.kind in PURCHASES]
    if not forms:
        return TableReading(table, wishes)
    year = next((form.year for form in forms if form.year), None) or _year_of(table, forms)
    parts = [read_form(form, form.year or year, wishes.default_day) for form in forms]
    sheets = [sheet for part in parts for sheet in part.sheets]
    columns = next((part.columns for part in parts if part.columns), [])
    rows = [row for sheet in sheets for row in sheet.rows if row - 1 in table.hidden_rows]
    return TableReading(
        table,
        wishes,
        [part for sheet in sheets for part in parted(sheet)],
        [
            *(_skipped(form) for form in complete if form not in forms),
            *_said_once([problem for part in parts for problem in part.problems]),
            *_table_warnings(table, sheets, rows),
            *_hidden_columns(table, forms, columns),
            *_splits(sheets),
        ],
        columns,
        re.sub(r"[\d年月日号第周星期一二三四五六天()（）.、\-/:]+", "", squeeze(forms[0].title))[:40],
        tuple(sorted(forms[0].header.fields)),
        hidden_rows=len(rows),
    )


def read_headless(table: Table, wishes: Wishes) -> TableReading:
    """Read a table that has no header at all by what its columns hold; the guess is to be confirmed."""
    is_titled = titled_kind(table) and not wishes.as_purchases
    if is_titled or forms_of(table) or partial_header(Grid(table)):
        return TableReading(table, wishes)
    fields = guess(table.rows, wishes.known)
    names = set(fields.fields)
    if not {"item", "quantity"} <= names or not {"unit_price", "amount"} & names:
        return TableReading(table, wishes)
    reading = read_table(table, replace(wishes, columns=tuple(fields.fields)))
    questions = questions_of(fields, reading.columns)
    return replace(reading, guessed=True, problems=[*questions, *reading.problems])


def is_complete(form: Form) -> bool:
    """Whether a form has the columns that a purchase needs."""
    return "quantity" in form.header.fields and bool(form.header.fields & {"unit_price", "amount"})


def titled_kind(table: Table) -> str:
    """The kind other than purchases that a table's name or its first cells announce; "" for none."""
    texts = [table.name, *(text_of(cell) for row in table.rows[:3] for cell in row[:3])]
    kinds = (kind_of(text) for text in texts if text)
    return next((kind for kind in kinds if kind not in PURCHASES), "")


def _with_columns(table: Table, fields: Sequence[str]) -> list[Form]:
    """The forms of a table with the columns that somebody named; the whole table where it has no form."""
    columns = columns_as(fields)
    if "item" not in columns:
        return []
    header = header_of(columns, len(fields))
    if forms := forms_of(table):
        return [replace(form, header=replace(form.header, blocks=header.blocks)) for form in forms]
    return [Form(Grid(table), header, range(len(table.rows)), year=year_of(table.name))]


def _year_of(table: Table, forms: Sequence[Form]) -> int | None:
    """The year for days written without one: of the table's name, or of a full date in its days."""
    if year := year_of(table.name):
        return year
    for form in forms:
        columns = [block.columns["day"] for block in form.header.blocks if "day" in block.columns]
        for row, column in ((row, column) for row in form.body for column in columns):
            try:
                return parse_day(form.grid.cell(row, column), None, table.first_day).year
            except BadValue:
                continue
    return None


def _skipped(form: Form) -> LedgerProblem:
    title = squeeze(form.title)[:40]
    return warning("form-skipped", form.header.row + 1, title=title, kind=kind_name(form.kind))


def _said_once(problems: Sequence[LedgerProblem]) -> Iterator[LedgerProblem]:
    """The problems of several forms; columns that none of them read are named once."""
    unread: set[str] = set()
    for problem in problems:
        if problem.code == "columns-unread":
            if problem.params["columns"] in unread:
                continue
            unread.add(problem.params["columns"])
        yield problem


def _table_warnings(
    table: Table, sheets: Sequence[LedgerSheet], hidden: Sequence[int]
) -> Iterator[LedgerProblem]:
    """What is to be known of the table as a whole: cut off, or with rows that nobody sees in the file."""
    if table.truncated and sheets:
        yield warning("truncated", len(table.rows))
    if hidden:
        yield warning("hidden-rows", min(hidden), count=len(hidden), rows=rows_text(hidden))


def _hidden_columns(
    table: Table, forms: Sequence[Form], columns: Sequence[Column]
) -> Iterator[LedgerProblem]:
    used = {place for form in forms for block in form.header.blocks for place in block.columns.values()}
    letters = {letter(place) for place in table.hidden_columns & used}
    hidden = [column for column in columns if column.field and column.letter in letters]
    if hidden:
        row = forms[0].header.row + 1
        yield warning("hidden-columns", row, hidden[0].letter, columns=columns_text(hidden))


def _splits(sheets: Sequence[LedgerSheet]) -> Iterator[LedgerProblem]:
    for sheet in sheets:
        rows, parts = sheet.rows, len(parted(sheet))
        if parts > 1:
            yield warning("split", rows[0], count=len(rows), most=MOST_LINES, sheets=parts)

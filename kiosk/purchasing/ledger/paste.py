"""What is pasted from a spreadsheet into the grid: read like a file, as lines of texts to be judged there."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kiosk.core.tables import Cell, Table
from kiosk.core.tabular import read_delimited
from kiosk.purchasing.ledger.cells import split_unit, text_of
from kiosk.purchasing.ledger.columns import NOTHING_KNOWN, Known, guess
from kiosk.purchasing.ledger.forms import Block, Form, Grid, Header, forms_of
from kiosk.purchasing.ledger.lines import PEOPLE, LedgerProblem, Passed, RawLine, close_up, read_body
from kiosk.purchasing.ledger.preview import Column, columns_text, problem_json
from kiosk.purchasing.ledger.reading import columns_of, questions_of
from kiosk.purchasing.ledger.words import QUESTIONS

PLACES = ("day", "number", "canteen")
"""What says where a line belongs, and is not typed into it."""


@dataclass(frozen=True)
class PasteLine:
    """A line of a paste: its row (from 1), its texts by field, and the day and canteen that it names."""

    row: int
    texts: dict[str, str]
    day: str = ""
    canteen: str = ""


@dataclass
class Paste:
    """What a pasted text gives, column by column and row by row."""

    columns: list[Column] = field(default_factory=list)
    header: bool = False
    """Whether a row says what the columns are."""
    guessed: bool = False
    lines: list[PasteLine] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)
    problems: list[LedgerProblem] = field(default_factory=list)

    @property
    def questions(self) -> list[LedgerProblem]:
        """What is to be asked before anything is taken over."""
        return [problem for problem in self.problems if problem.code in QUESTIONS]


def read_paste(
    text: str | Sequence[Sequence[Cell]],
    *,
    known: Known = NOTHING_KNOWN,
    columns: Sequence[str] | None = None,
    first: str | None = None,
) -> Paste:
    """The lines of a pasted text, by its header, by `columns` (a field for each), or by what they hold.

    `first` is the field of the cell that it is pasted into. A row is a line, or `passed` says why it is none.
    """
    table = read_delimited(text.strip("\r\n"), "") if isinstance(text, str) else _table(text)
    forms = forms_of(table)
    paste = Paste(header=bool(forms))
    if columns or not forms:
        fields = list(columns or ())
        if not columns:
            found = guess(table.rows, known, first)
            fields, paste.guessed = found.fields, not found.in_order
        named = {name: place for place, name in reversed(list(enumerate(fields))) if name}
        named.setdefault("item", max(len(fields), Grid(table).width))  # beyond the columns: no item is named
        block = Block(named, {}, 0, max(len(fields) - 1, 0))
        whole = Form(Grid(table), Header(-1, 1, [block]), range(len(table.rows)))
        forms = [replace(form, header=replace(form.header, blocks=[block])) for form in forms] or [whole]
    for form in forms:
        _read_form(form, paste)
    if paste.guessed:
        paste.problems += questions_of(found, paste.columns)
    _say_what_was_not_read(paste, table, forms)
    return paste


def _table(rows: Sequence[Sequence[Cell]]) -> Table:
    return Table("", [list(row) for row in rows])


def _read_form(form: Form, paste: Paste) -> None:
    body = read_body(form, form.year)
    wanted = {passed.row: passed for passed in body.passed}
    lines = {raw.row: _line(raw) for raw in body.lines}
    for row, passed in wanted.items():
        texts = _half(form, row) if passed.why in ("not-bought", "empty") else {}
        if texts and row not in lines:
            lines[row] = PasteLine(row, texts)
        elif row not in lines:
            paste.passed.append(passed)
    paste.lines += [lines[row] for row in sorted(lines)]
    paste.columns = paste.columns or columns_of(form, sorted(lines))


def _line(raw: RawLine) -> PasteLine:
    """A line as it would be typed: a unit behind a number stands in its own place."""
    texts = {
        name: text for name, text in raw.texts.items() if text and name not in ("day", "number", "canteen")
    }
    for name in ("quantity", "unit_price"):
        number, unit = split_unit(texts.get(name, ""))
        if unit and unit == texts.get("unit"):
            texts[name] = number
    return PasteLine(raw.row, _closed(texts), raw.day.isoformat() if raw.day else "", raw.canteen)


def _half(form: Form, row: int) -> dict[str, str]:
    """What a row holds that is no line yet: an item alone, a column of prices."""
    block = form.header.blocks[0]
    places = block.columns.items()
    texts = {name: text_of(form.grid.down(row - 1, column)) for name, column in places}
    skipped = (*PLACES, *PEOPLE, "specification+unit")
    return _closed({name: text for name, text in texts.items() if text and name not in skipped})


def _closed(texts: dict[str, str]) -> dict[str, str]:
    return {
        name: close_up(text) if name in ("item", "item_class", "unit") else text
        for name, text in texts.items()
    }


def _say_what_was_not_read(paste: Paste, table: Table, forms: Sequence[Form]) -> None:
    """Every row above, between and below the forms is passed by name, and every column, too."""
    seen = {line.row for line in paste.lines} | {passed.row for passed in paste.passed}
    headers = {form.header.row + 1 + deep for form in forms for deep in range(form.header.depth)}
    grid = Grid(table)
    for row in range(1, len(table.rows) + 1):
        if row not in seen and any(grid.texts(row - 1)):
            why = "header" if row in headers else "title"
            paste.passed.append(Passed(row, grid.line(row - 1).strip()[:60], why))
    paste.passed.sort(key=lambda passed: passed.row)
    unread = [one for one in paste.columns if not one.field and one.samples and not one.says_nothing_new]
    if unread and not paste.guessed:
        params = {"columns": columns_text(unread)[:400]}
        paste.problems.append(LedgerProblem(0, unread[0].letter, "columns-unread", "warning", params=params))
    if table.truncated:
        paste.problems.append(LedgerProblem(len(table.rows), "", "truncated", "warning"))


def paste_json(paste: Paste) -> dict[str, Any]:
    """A paste as plain values, for the page that asked."""
    return {
        "columns": [
            {"letter": one.letter, "name": one.name, "field": one.field, "samples": list(one.samples)}
            for one in paste.columns
        ],
        "header": paste.header,
        "guessed": paste.guessed,
        "lines": [
            {"row": line.row, "texts": line.texts, "day": line.day, "canteen": line.canteen}
            for line in paste.lines
        ],
        "passed": [{"row": one.row, "text": one.text, "why": one.why} for one in paste.passed],
        "problems": [problem_json(problem) for problem in paste.problems],
        "questions": [problem_json(problem) for problem in paste.questions],
    }

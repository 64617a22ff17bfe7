"""Recognises purchase ledgers as schools really have them: tables in, a Preview out; nothing is stored.

A purchase form names items beside quantities and prices or amounts. What is titled a stock issue, a
stocktaking, a register or a summary is none, and the preview says what it was taken for. A line that cannot
be used is not dropped: it is kept aside with its texts, to be mended. What was not read is named.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from kiosk.core.formats import BadValue
from kiosk.core.tables import Cell, Table
from kiosk.purchasing.ledger.cells import (
    find_year,
    is_blank,
    parse_day,
    parse_money,
    parse_price,
    parse_quantity,
    text_of,
)
from kiosk.purchasing.ledger.columns import COLUMN_FIELDS, NOTHING_KNOWN, Guess, Known, guess
from kiosk.purchasing.ledger.forms import Block, Form, Grid, Header, day_in, forms_of, partial_header
from kiosk.purchasing.ledger.limits import MOST_LINES
from kiosk.purchasing.ledger.lines import (
    Body,
    LedgerLine,
    LedgerProblem,
    RawLine,
    judge,
    letter,
    read_body,
)
from kiosk.purchasing.ledger.preview import (
    BadLine,
    Column,
    LedgerSheet,
    Preview,
    columns_text,
    rows_text,
)
from kiosk.purchasing.ledger.words import FIELD_NAMES, kind_name, kind_of, squeeze

MOST_REFUSALS = 5
MOST_TABLES = 20
MOST_ONE_BY_ONE = 20
NOT_BOUGHT = ("not-bought", "not-bought-rows")


@dataclass(frozen=True)
class Wishes:
    """How somebody wants a table to be read."""

    default_day: date | None = None
    as_purchases: bool = False
    columns: tuple[str, ...] = ()
    known: Known = NOTHING_KNOWN


@dataclass
class _Reading:
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
        return sum(len(sheet.lines) + len(sheet.bad_lines) for sheet in self.sheets)

    def warn(self, code: str, row: int = 0, column: str = "", name: str = "", **params: object) -> None:
        """Note what does not stand against an import."""
        self.problems.append(LedgerProblem(row, column, code, "warning", name, params))


def recognise(
    tables: Sequence[Table],
    sheet: str | None = None,
    default_day: date | None = None,
    *,
    as_purchases: bool = False,
    columns: Sequence[str] | None = None,
    known: Known = NOTHING_KNOWN,
) -> Preview:
    """The purchases in a file's tables; of the table named `sheet`, or of the one most like purchases.

    `default_day` completes days without a year, and dates forms without a day; both are said as warnings.
    `as_purchases` overrules what titles say. `columns` names a field for each column, "" for none, of rows
    whose header says nothing or something else; without it such columns are guessed, with the help of what is
    `known`. Hidden sheets are read only when they are chosen.
    """
    wishes = Wishes(default_day, as_purchases, tuple(columns or ()), known)
    if wrong := [name for name in wishes.columns if name and name not in COLUMN_FIELDS]:
        params = {"columns": "、".join(wrong)[:200], "possible": ", ".join(COLUMN_FIELDS)}
        return Preview(problems=[LedgerProblem(0, "", "no-columns", params=params)])
    if wishes.columns and (missing := _missing(set(wishes.columns))):
        return Preview(problems=[LedgerProblem(0, "", "columns-missing", params={"columns": missing})])
    chosen = _named(tables, sheet)
    if sheet and not chosen:
        names = "、".join(table.name for table in tables[:MOST_TABLES])
        problem = LedgerProblem(0, "", "no-sheet", params={"table": sheet[:60], "tables": names[:400]})
        return Preview(problems=[problem], table=sheet)
    pool = chosen if sheet else [table for table in tables if not table.hidden]
    readings = [_read(table, wishes) for table in pool]
    if not any(reading.weight for reading in readings) and not wishes.columns:
        readings = [_read_headless(table, wishes) for table in pool]
    best = max(readings, key=lambda reading: reading.weight, default=None)
    found = _found(tables, readings, best, pool) if best and best.weight else _refusal(pool, wishes)
    return _with_unread_tables(found, tables)


def _found(tables: Sequence[Table], readings: list[_Reading], best: _Reading, pool: list[Table]) -> Preview:
    family = [reading for reading in readings if reading is best or _same_form(reading, best)]
    unchosen = [table for table in tables if table not in pool and not table.hidden]
    others = [reading for reading in readings if reading not in family]
    others += [_read(table, best.wishes) for table in unchosen]
    return Preview(
        sheets=[part for reading in family for found in reading.sheets for part in _parted(found, reading)],
        problems=[problem for reading in family for problem in reading.problems],
        taken_for="purchase",
        table=best.table.name,
        tables=[reading.table.name for reading in family],
        candidates=[reading.table.name for reading in others if reading.weight],
        columns=best.columns,
        guessed=best.guessed,
        hidden_rows=sum(reading.hidden_rows for reading in family),
    )


def _with_unread_tables(found: Preview, tables: Sequence[Table]) -> Preview:
    """Name the sheets that hold something and were not read."""
    held = [table for table in tables if any(any(text_of(cell) for cell in row) for row in table.rows)]
    unread = [table for table in held if table.name not in found.tables]
    found.hidden_tables = [table.name for table in unread if table.hidden]
    found.other_tables = [one.name for one in unread if not one.hidden and one.name not in found.candidates]
    if found.hidden_tables:
        names = "、".join(found.hidden_tables[:MOST_TABLES])[:400]
        found.problems.append(LedgerProblem(0, "", "hidden-table", "warning", params={"tables": names}))
    return found


def _parted(sheet: LedgerSheet, reading: _Reading) -> list[LedgerSheet]:
    """A sheet with more lines than one holds, as several."""
    count = len(sheet.lines) + len(sheet.bad_lines)
    if count <= MOST_LINES:
        return [sheet]
    rows = sorted([line.row for line in sheet.lines] + [line.row for line in sheet.bad_lines])
    starts = [*rows[::MOST_LINES], rows[-1] + 1]
    parts = [
        replace(
            sheet,
            part=number,
            lines=[line for line in sheet.lines if first <= line.row < after],
            bad_lines=[line for line in sheet.bad_lines if first <= line.row < after],
        )
        for number, (first, after) in enumerate(pairwise(starts), 1)
    ]
    reading.warn("split", rows[0], count=count, most=MOST_LINES, sheets=len(parts))
    return parts


def recognise_rows(
    rows: Sequence[Sequence[Cell]], default_day: date | None = None, *, known: Known = NOTHING_KNOWN
) -> Preview:
    """The purchases in rows of cells, such as a text pasted into the page."""
    return recognise([Table("", [list(row) for row in rows])], default_day=default_day, known=known)


def _named(tables: Iterable[Table], sheet: str | None) -> list[Table]:
    exact = [table for table in tables if table.name == sheet]
    return exact or [table for table in tables if squeeze(table.name) == squeeze(sheet or "")][:1]


def _same_form(reading: _Reading, best: _Reading) -> bool:
    """Whether two tables of a workbook are sheets of one kind of form: one a day, or one a canteen."""
    if not reading.weight:
        return False
    if reading.title or best.title:
        return reading.title == best.title
    return reading.fields == best.fields


def _read(table: Table, wishes: Wishes) -> _Reading:
    reading = _Reading(table, wishes)
    every = _as_wished(table, wishes.columns) if wishes.columns else forms_of(table)
    complete = [form for form in every if _is_complete(form)]
    forms = [form for form in complete if wishes.as_purchases or form.kind in ("", "purchase")]
    if not forms:
        return reading
    for form in complete:
        if form not in forms:
            title = squeeze(form.title)[:40]
            reading.warn("form-skipped", form.header.row + 1, title=title, kind=kind_name(form.kind))
    year = next((form.year for form in forms if form.year), None) or _year_of(table, forms)
    for form in forms:
        _read_form(form, reading, form.year or year)
    first = forms[0]
    reading.title = re.sub(r"[\d年月日号第周星期一二三四五六天()（）.、\-/:]+", "", squeeze(first.title))[:40]
    reading.fields = tuple(sorted(first.header.fields))
    if table.truncated and reading.weight:
        reading.warn("truncated", len(table.rows))
    _say_what_is_hidden(reading, forms)
    return reading


def _read_headless(table: Table, wishes: Wishes) -> _Reading:
    """Read a table that has no header at all by what its columns hold; the guess is to be confirmed."""
    if forms_of(table) or partial_header(Grid(table)) or (_titled(table) and not wishes.as_purchases):
        return _Reading(table, wishes)
    found = guess(table.rows, wishes.known)
    if not {"item", "quantity"} <= set(found.fields) or not {"unit_price", "amount"} & set(found.fields):
        return _Reading(table, wishes)
    reading = _read(table, replace(wishes, columns=tuple(found.fields)))
    reading.guessed = True
    reading.problems = questions_of(found, reading.columns) + reading.problems
    return reading


def questions_of(found: Guess, columns: Sequence[Column]) -> list[LedgerProblem]:
    """What is to be asked about guessed columns."""
    words = {"columns": columns_text([one for one in columns if one.field], _field_name)}
    code, severity = ("columns-guessed", "warning") if found.sure else ("columns-unsure", "error")
    asked = [LedgerProblem(0, "", code, severity, params=words)]
    if not found.knows_items:
        item = next((one.letter for one in columns if one.field == "item"), "")
        asked.append(LedgerProblem(0, item, "all-first-time", "warning", "item", {"column": item}))
    return asked


def _field_name(column: Column) -> str:
    return str(FIELD_NAMES[column.field])


def _as_wished(table: Table, columns: Sequence[str]) -> list[Form]:
    """The forms of a table with the columns that somebody named; the whole table where it has no form."""
    named = {name: place for place, name in reversed(list(enumerate(columns))) if name}
    if "item" not in named:
        return []
    block = Block(named, {}, 0, max(len(columns) - 1, 0))
    forms = forms_of(table)
    if not forms:
        header = Header(-1, 1, [block])
        return [Form(Grid(table), header, range(len(table.rows)), "", "", None, find_year(table.name))]
    return [replace(form, header=replace(form.header, blocks=[block])) for form in forms]


def _is_complete(form: Form) -> bool:
    return "quantity" in form.header.fields and bool(form.header.fields & {"unit_price", "amount"})


def _year_of(table: Table, forms: list[Form]) -> int | None:
    """The year for days written without one: of the table's name, or of a full date in its days."""
    if year := find_year(table.name):
        return year
    for form in forms:
        columns = [block.columns["day"] for block in form.header.blocks if "day" in block.columns]
        for row, column in ((row, column) for row in form.body for column in columns):
            try:
                return parse_day(form.grid.cell(row, column), None, table.first_day).year
            except BadValue:
                continue
    return None


def _read_form(form: Form, reading: _Reading, year: int | None) -> None:
    default_day = reading.wishes.default_day
    known = year or (default_day.year if default_day else None)
    if form.day is None:
        form.day = _day_of_name(form.grid.table.name, known)
    body = read_body(form, known)
    reading.columns = reading.columns or columns_of(form, [raw.row for raw in body.lines])
    _say_what_was_left(form, body, reading)
    if not body.lines:
        return
    if year is None and known and body.year_assumed:
        reading.warn("year-assumed", body.lines[0].row, "", "day", year=known)
    fallback = _fallback_day(form, body, reading, known)
    groups: dict[tuple[date | None, str, str], list[RawLine]] = {}
    for raw in body.lines:
        lost = "day" in raw.cells
        number = raw.number or (form.labels.get("number") or [""])[0]
        day = raw.day or (None if lost else fallback)
        groups.setdefault((day, number, raw.canteen), []).append(raw)
    placed: list[tuple[RawLine, LedgerLine]] = []
    for (day, number, canteen), raws in groups.items():
        sheet = _sheet(form, body, raws, day, number)
        sheet.canteen = canteen[:40] or sheet.canteen
        reading.sheets.append(sheet)
        placed += [(raw, line) for raw in raws if (line := _place(raw, sheet, reading, form))]
    if len(placed) == len(body.lines):
        _check_totals(body, sorted(placed, key=lambda pair: pair[0].row), reading)


def columns_of(form: Form, rows: Sequence[int]) -> list[Column]:
    """Every column of a form that holds something in those rows (from 1), read or not."""
    grid, header = form.grid, form.header
    fields = {column: name for block in header.blocks for name, column in block.columns.items()}
    columns = []
    for place in range(grid.width):
        above = range(max(header.row, 0), header.row + header.depth) if header.row >= 0 else range(0)
        names = dict.fromkeys(text_of(grid.shown(row, place)) for row in above)
        texts = (text_of(grid.down(row - 1, place)) for row in rows)
        samples = tuple(text[:40] for text in texts if text)[:3]
        name = " ".join(text for text in names if text)[:40]
        if name or samples or place in fields:
            field_ = fields.get(place, "")
            field_ = "specification" if field_ == "specification+unit" else field_
            columns.append(Column(letter(place), name, field_, samples))
    return columns


def _say_what_was_left(form: Form, body: Body, reading: _Reading) -> None:
    """Name the rows that name an item and are no lines, and the columns that hold something nobody read."""
    left = [passed.row for passed in body.passed if passed.why == "not-bought"]
    _say_not_bought(form, left, reading)
    columns = columns_of(form, [raw.row for raw in body.lines])
    unread = [one for one in columns if not one.field and one.samples and not one.says_nothing_new]
    said = columns_text(unread)[:400]
    if unread and not any(
        one.code == "columns-unread" and one.params["columns"] == said for one in reading.problems
    ):
        reading.warn("columns-unread", form.header.row + 1, unread[0].letter, columns=said)


def _say_not_bought(form: Form, left: list[int], reading: _Reading) -> None:
    """Each at its place; the many of a form with every item printed on it all at once."""
    columns = form.header.blocks[0].columns
    if len(left) > MOST_ONE_BY_ONE:
        reading.warn("not-bought-rows", left[0], letter(columns["item"]), "item", rows=rows_text(left))
        return
    for row in left:
        item = text_of(form.grid.down(row - 1, columns["item"]))[:40]
        reading.warn("not-bought", row, letter(columns["quantity"]), "quantity", item=item)


def _say_what_is_hidden(reading: _Reading, forms: Sequence[Form]) -> None:
    table = reading.table
    rows = [line.row for sheet in reading.sheets for line in sheet.lines]
    rows += [line.row for sheet in reading.sheets for line in sheet.bad_lines]
    hidden = [row for row in rows if row - 1 in table.hidden_rows]
    reading.hidden_rows = len(hidden)
    if hidden:
        reading.warn("hidden-rows", min(hidden), count=len(hidden), rows=rows_text(hidden))
    used = {column for form in forms for block in form.header.blocks for column in block.columns.values()}
    names = [
        one for one in reading.columns if one.field and one.letter in map(letter, table.hidden_columns & used)
    ]
    if names:
        reading.warn("hidden-columns", forms[0].header.row + 1, names[0].letter, columns=columns_text(names))


def _day_of_name(name: str, year: int | None) -> date | None:
    """The day that a table's name says: 1月3日, 1.3, 2024-01-03."""
    try:
        return parse_day(name.strip(), year)
    except BadValue:
        return day_in(name, year)


def _fallback_day(form: Form, body: Body, reading: _Reading, year: int | None) -> date | None:
    """The day of lines that have none: of the form's foot, else the default day, else none: an error."""
    if all(raw.day or "day" in raw.cells for raw in body.lines):
        return next((raw.day for raw in body.lines if raw.day), None)
    if day := day_in(body.footer, year, form.grid.table.first_day):
        return day
    row = max(form.header.row + 1, 1)
    if default_day := reading.wishes.default_day:
        reading.warn("day-assumed", row, "", "day", day=default_day.isoformat())
        return default_day
    reading.problems.append(LedgerProblem(row, "", "no-day", "error", "day"))
    return None


def _sheet(form: Form, body: Body, raws: Sequence[RawLine], day: date | None, number: str) -> LedgerSheet:
    own: dict[str, list[str]] = {}
    for raw in raws:
        for role, people in raw.people.items():
            own.setdefault(role, []).extend(one for one in people if one not in own.get(role, []))
    labels = {
        name: own.get(name) or body.labels.get(name, []) + form.labels.get(name, [])
        for name in (*own, *body.labels, *form.labels)
    }
    first = {name: values[0] for name, values in labels.items() if values}
    receivers = list(dict.fromkeys(labels.get("receiver", [])))[:2]
    return LedgerSheet(
        date=day,
        number=number,
        table=form.grid.table.name,
        title=squeeze(form.title)[:60],
        canteen=first.get("canteen", "")[:40],
        purchaser=first.get("purchaser", "")[:40],
        custodian=first.get("custodian", "")[:40],
        receivers=receivers,
    )


def _place(raw: RawLine, sheet: LedgerSheet, reading: _Reading, form: Form) -> LedgerLine | None:
    if not text_of(raw.cells.get("supplier")) and "supplier" not in raw.columns:
        raw.cells["supplier"] = (form.labels.get("supplier") or [""])[0][:80]
    line, problems = judge(raw)
    reading.problems.extend(problems)
    if line is not None:
        sheet.lines.append(line)
    else:
        sheet.bad_lines.append(BadLine(raw.row, raw.texts, problems, raw.day))
    return line


def _check_totals(body: Body, placed: list[tuple[RawLine, LedgerLine]], reading: _Reading) -> None:
    """Say where a total is not the sum of the form, of its block, or of the lines since the last total."""
    above = 0
    slack = Decimal("0.01") * len(placed)
    for row, column, total in sorted(set(body.totals)):
        block = [pair for pair in placed if pair[0].columns.get("amount") == column]
        so_far = [pair for pair in placed if pair[0].row < row]
        since = [pair for pair in so_far if pair[0].row > above]
        sums = [sum_ for part in (placed, block, so_far, since) for sum_ in _sums(part)]
        if all(abs(total - one) > slack for one in sums):
            params = {"typed": total, "computed": sums[0]}
            reading.problems.append(LedgerProblem(row, column, "total-differs", "warning", "amount", params))
        above = row


def _sums(part: list[tuple[RawLine, LedgerLine]]) -> tuple[Decimal, Decimal]:
    """The sum of lines as computed, and as typed."""
    computed = sum((line.amount for _raw, line in part), Decimal(0))
    return computed, sum((_typed(raw) or line.amount for raw, line in part), Decimal(0))


def _typed(raw: RawLine) -> Decimal | None:
    try:
        return parse_money(raw.cells.get("amount")).value
    except BadValue:
        return None


def _refusal(tables: list[Table], wishes: Wishes) -> Preview:
    """Say what the tables were taken for and what is missing; the titled ones first."""
    held = [table for table in tables if any(any(text_of(c) for c in row) for row in table.rows)]
    refusals = [(*_reason(table), table) for table in held]
    refusals.sort(key=lambda found: found[0] == "")
    problems = [problem for _kind, problem, _table in refusals[:MOST_REFUSALS]]
    if not problems:
        name = tables[0].name if tables else ""
        problems = [LedgerProblem(0, "", "no-header", params={"table": name})]
    tried = [_read(table, wishes) for table in held[:MOST_REFUSALS]]
    problems += [one for found in tried for one in found.problems if one.code in NOT_BOUGHT]
    kind = refusals[0][0] if refusals else ""
    first = refusals[0][2] if refusals else None
    anyway = replace(wishes, as_purchases=True)
    may = any((_read(table, anyway).weight or _read_headless(table, anyway).weight) for table in held)
    return Preview(
        problems=problems,
        taken_for=kind,
        table=str(problems[0].params.get("table", "")),
        columns=_columns_without_form(first, wishes) if first else [],
        may_read_as_purchases=may and not wishes.as_purchases,
    )


def _columns_without_form(table: Table, wishes: Wishes) -> list[Column]:
    """The columns of a table that could not be read, for somebody who knows what they are."""
    grid = Grid(table)
    form = next(iter(forms_of(table)), None) or Form(grid, Header(-1, 1, [Block({})]), range(grid.height))
    columns = columns_of(form, [row + 1 for row in form.body])
    if any(one.field for one in columns):
        return columns
    fields = dict(enumerate(guess(table.rows, wishes.known).fields))
    places = {letter(place): name for place, name in fields.items()}
    return [replace(one, field=places.get(one.letter, "")) for one in columns]


def _reason(table: Table) -> tuple[str, LedgerProblem]:
    forms = forms_of(table)
    name = table.name or (squeeze(forms[0].title)[:40] if forms else "")
    row = forms[0].header.row + 1 if forms else 0
    kinds = [form.kind for form in forms] or [_titled(table)]
    refused = next((kind for kind in kinds if kind not in ("", "purchase")), "")
    if refused:
        params = {"table": name, "kind": kind_name(refused)}
        return refused, LedgerProblem(row, "", "not-purchases", params=params)
    fields = set().union(*(form.header.fields for form in forms)) or partial_header(Grid(table))
    if any(_is_complete(form) for form in forms):
        return "purchase", LedgerProblem(row, "", "no-lines", params={"table": name})
    if fields:
        params = {"table": name, "columns": _missing(fields)}
        return "", LedgerProblem(row, "", "missing-columns", params=params)
    return "", LedgerProblem(0, "", "no-header", params={"table": name})


def _missing(fields: set[str]) -> str:
    """The columns that a purchase needs and these are not, in words."""
    missing = [name for name in ("item", "quantity") if name not in fields]
    missing += [] if fields & {"unit_price", "amount"} else ["unit_price"]
    return "、".join(str(FIELD_NAMES[name]) for name in missing)


def _titled(table: Table) -> str:
    texts = [table.name, *(text_of(cell) for row in table.rows[:3] for cell in row[:3])]
    kinds = (kind_of(text) for text in texts if text)
    return next((kind for kind in kinds if kind not in ("", "purchase")), "")


def judge_texts(texts: dict[str, str], row: int = 0) -> tuple[LedgerLine | None, list[LedgerProblem]]:
    """A line from its texts by field, mended or typed: the line if it is one, and what is wrong with it."""
    cells: dict[str, Cell] = {name: text for name, text in texts.items() if name not in ("day", "number")}
    cells.setdefault("item", "")
    raw = RawLine(row, cells)
    if is_blank(cells.get("unit")):
        for parse, name in ((parse_quantity, "quantity"), (parse_price, "unit_price")):
            try:
                cells["unit"] = cells.get("unit") or parse(cells.get(name)).unit
            except BadValue:
                continue
    return judge(raw)

"""Recognises purchase ledgers as schools really have them: tables in, a Preview out; nothing is stored.

A purchase form names items beside quantities and prices or amounts. What is titled a stock issue, a
stocktaking, a register or a summary is none, and the preview says what it was taken for. A line that cannot
be used is not dropped: it is kept aside with its texts, to be mended.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from kiosk.core.formats import BadValue
from kiosk.core.tables import Cell, Table
from kiosk.core.tabular import read_delimited
from kiosk.purchasing.ledger.cells import (
    find_year,
    is_blank,
    parse_day,
    parse_money,
    parse_price,
    parse_quantity,
    text_of,
)
from kiosk.purchasing.ledger.forms import Form, Grid, day_in, forms_of, partial_header
from kiosk.purchasing.ledger.lines import (
    Body,
    LedgerLine,
    LedgerProblem,
    RawLine,
    judge,
    plain,
    read_body,
)
from kiosk.purchasing.ledger.words import (
    FIELD_NAMES,
    TOTAL,
    kind_name,
    kind_of,
    squeeze,
)

GRID_FIELDS = (
    *("item", "specification", "unit", "quantity", "unit_price", "amount", "supplier"),
    *("batch", "shelf_life", "remark"),
)
"""The order of columns of a paste without header words."""

MOST_REFUSALS = 5


@dataclass(frozen=True)
class BadLine:
    """A line that waits to be mended: its texts by field, its day, and what is wrong with it."""

    row: int
    texts: dict[str, str]
    problems: list[LedgerProblem]
    day: date | None = None


@dataclass
class LedgerSheet:
    """The purchases of one day on one form. `date` is None when the file says none."""

    date: date | None
    number: str = ""
    table: str = ""
    title: str = ""
    canteen: str = ""
    purchaser: str = ""
    custodian: str = ""
    receivers: list[str] = field(default_factory=list)
    lines: list[LedgerLine] = field(default_factory=list)
    bad_lines: list[BadLine] = field(default_factory=list)

    @property
    def total_fen(self) -> int:
        """The sum of the ready lines, in fen."""
        return int(sum((line.amount for line in self.lines), Decimal(0)) * 100)


@dataclass
class Preview:
    """What an import would bring.

    `taken_for` is "purchase", another kind ("issue", "summary" …) or "" for an unknown table; `table` is the
    table read, `tables` all that were read together, `candidates` the others that hold purchases too.
    """

    sheets: list[LedgerSheet] = field(default_factory=list)
    problems: list[LedgerProblem] = field(default_factory=list)
    taken_for: str = ""
    table: str = ""
    tables: list[str] = field(default_factory=list)
    candidates: list[str] = field(default_factory=list)

    @property
    def ready(self) -> int:
        """How many lines could be imported as they are."""
        return sum(len(sheet.lines) for sheet in self.sheets)

    @property
    def to_mend(self) -> int:
        """How many lines have to be mended first."""
        return sum(len(sheet.bad_lines) for sheet in self.sheets)

    @property
    def errors(self) -> list[LedgerProblem]:
        """The problems that stand against an import."""
        return [problem for problem in self.problems if problem.severity == "error"]


@dataclass
class _Reading:
    """What one table gave."""

    table: Table
    sheets: list[LedgerSheet] = field(default_factory=list)
    problems: list[LedgerProblem] = field(default_factory=list)
    title: str = ""
    columns: tuple[str, ...] = ()

    @property
    def weight(self) -> int:
        return sum(len(sheet.lines) + len(sheet.bad_lines) for sheet in self.sheets)


def recognise(tables: Sequence[Table], sheet: str | None = None, default_day: date | None = None) -> Preview:
    """The purchases in a file's tables; of the table named `sheet`, or of the one most like purchases.

    `default_day` completes days without a year, and dates forms without a day; both are said as warnings.
    """
    chosen = _named(tables, sheet)
    if sheet and not chosen:
        names = "、".join(table.name for table in tables[:20])
        problem = LedgerProblem(0, "", "no-sheet", params={"table": sheet[:60], "tables": names[:400]})
        return Preview(problems=[problem], table=sheet)
    readings = [_read(table, default_day) for table in (chosen if sheet else tables)]
    best = max(readings, key=lambda reading: reading.weight, default=None)
    if best is None or not best.weight:
        return _refusal(chosen if sheet else list(tables))
    family = [reading for reading in readings if reading is best or _same_form(reading, best)]
    others = readings if not sheet else [_read(table, default_day) for table in tables if table not in chosen]
    return Preview(
        sheets=[found for reading in family for found in reading.sheets],
        problems=[problem for reading in family for problem in reading.problems],
        taken_for="purchase",
        table=best.table.name,
        tables=[reading.table.name for reading in family],
        candidates=[reading.table.name for reading in others if reading.weight and reading not in family],
    )


def recognise_rows(rows: Sequence[Sequence[Cell]], default_day: date | None = None) -> Preview:
    """The purchases in rows of cells, such as a text pasted into the page."""
    return recognise([Table("", [list(row) for row in rows])], default_day=default_day)


def _named(tables: Iterable[Table], sheet: str | None) -> list[Table]:
    exact = [table for table in tables if table.name == sheet]
    return exact or [table for table in tables if squeeze(table.name) == squeeze(sheet or "")][:1]


def _same_form(reading: _Reading, best: _Reading) -> bool:
    """Whether two tables of a workbook are sheets of one kind of form: one a day, or one a canteen."""
    if not reading.weight:
        return False
    if reading.title or best.title:
        return reading.title == best.title
    return reading.columns == best.columns


def _read(table: Table, default_day: date | None) -> _Reading:
    reading = _Reading(table)
    forms = [form for form in forms_of(table) if form.kind in ("", "purchase") and _is_complete(form)]
    if not forms:
        return reading
    year = next((form.year for form in forms if form.year), None) or _year_of(table, forms)
    for form in forms:
        _read_form(form, reading, form.year or year, default_day)
    first = forms[0]
    reading.title = re.sub(r"[\d年月日号第周星期一二三四五六天()（）.、\-/:]+", "", squeeze(first.title))[:40]
    reading.columns = tuple(sorted(first.header.fields))
    if table.truncated and reading.weight:
        reading.problems.append(LedgerProblem(len(table.rows), "", "truncated", "warning"))
    return reading


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
                return parse_day(form.grid.cell(row, column)).year
            except BadValue:
                continue
    return None


def _read_form(form: Form, reading: _Reading, year: int | None, default_day: date | None) -> None:
    known = year or (default_day.year if default_day else None)
    if form.day is None:
        form.day = _day_of_name(form.grid.table.name, known)
    body = read_body(form, known)
    if not body.lines:
        return
    if year is None and known and body.year_assumed:
        row = body.lines[0].row
        reading.problems.append(LedgerProblem(row, "", "year-assumed", "warning", "day", {"year": known}))
    fallback = _fallback_day(form, body, reading, known, default_day)
    sheets: dict[tuple[date | None, str], LedgerSheet] = {}
    placed: list[tuple[RawLine, LedgerLine]] = []
    for raw in body.lines:
        day, number = raw.day or fallback, raw.number or (form.labels.get("number") or [""])[0]
        key = (day, number)
        if key not in sheets:
            sheets[key] = _sheet(form, body, day, number)
        if line := _place(raw, sheets[key], reading, form):
            placed.append((raw, line))
    reading.sheets.extend(sheets.values())
    if len(placed) == len(body.lines):
        _check_totals(body, placed, reading)


def _day_of_name(name: str, year: int | None) -> date | None:
    """The day that a table's name says: 1月3日, 1.3, 2024-01-03."""
    try:
        return parse_day(name.strip(), year)
    except BadValue:
        return day_in(name, year)


def _fallback_day(
    form: Form, body: Body, reading: _Reading, year: int | None, default_day: date | None
) -> date | None:
    """The day of lines that have none: of the form's foot, else `default_day`, else none: an error."""
    if all(raw.day or "day" in raw.cells for raw in body.lines):
        return next((raw.day for raw in body.lines if raw.day), None)
    if day := day_in(body.footer, year):
        return day
    row = form.header.row + 1
    if default_day:
        problem = LedgerProblem(row, "", "day-assumed", "warning", "day", {"day": default_day.isoformat()})
        reading.problems.append(problem)
        return default_day
    reading.problems.append(LedgerProblem(row, "", "no-day", "error", "day"))
    return None


def _sheet(form: Form, body: Body, day: date | None, number: str) -> LedgerSheet:
    names = (*body.labels, *form.labels)
    labels = {name: [*body.labels.get(name, []), *form.labels.get(name, [])] for name in names}
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


def _refusal(tables: list[Table]) -> Preview:
    """Say what the tables were taken for and what is missing; the titled ones first."""
    refusals = [_reason(table) for table in tables if any(any(text_of(c) for c in row) for row in table.rows)]
    refusals.sort(key=lambda found: found[0] == "")
    problems = [problem for _kind, problem in refusals[:MOST_REFUSALS]]
    if not problems:
        name = tables[0].name if tables else ""
        problems = [LedgerProblem(0, "", "no-header", params={"table": name})]
    kind = refusals[0][0] if refusals else ""
    table = str(problems[0].params.get("table", ""))
    return Preview(problems=problems, taken_for=kind, table=table)


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
        missing = [name for name in ("item", "quantity") if name not in fields]
        missing += [] if fields & {"unit_price", "amount"} else ["unit_price"]
        words = "、".join(str(FIELD_NAMES[name]) for name in missing)
        return "", LedgerProblem(row, "", "missing-columns", params={"table": name, "columns": words})
    return "", LedgerProblem(0, "", "no-header", params={"table": name})


def _titled(table: Table) -> str:
    texts = [table.name, *(text_of(cell) for row in table.rows[:3] for cell in row[:3])]
    kinds = (kind_of(text) for text in texts if text)
    return next((kind for kind in kinds if kind not in ("", "purchase")), "")


def preview_json(preview: Preview) -> dict[str, Any]:
    """The preview as `kiosk purchases preview --json` prints it (design, section 6)."""
    return {
        "sheets": [
            {
                "date": sheet.date.isoformat() if sheet.date else None,
                "number": sheet.number,
                "total_fen": sheet.total_fen,
                "lines": [_line_json(line) for line in sheet.lines],
            }
            for sheet in preview.sheets
            if sheet.lines
        ],
        "problems": [
            {"row": problem.row, "column": problem.column, "message": problem.message}
            for problem in preview.problems
        ],
    }


def _line_json(line: LedgerLine) -> dict[str, Any]:
    return {
        "row": line.row,
        "class": line.item_class,
        "item": line.item,
        "specification": line.specification,
        "unit": line.unit,
        "quantity": plain(line.quantity),
        "unit_price": plain(line.unit_price, 2),
        "amount": plain(line.amount, 2),
        "supplier": line.supplier,
    }


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


def parse_paste(text: str) -> list[dict[str, str]]:
    """The lines of a text pasted from a sheet, as texts by field; header words are recognised when present.

    Without header words the columns are read in the order of GRID_FIELDS, after a serial number if any.
    """
    table = read_delimited(text.strip("\r\n"), "")
    forms = [form for form in forms_of(table) if form.kind in ("", "purchase")]
    if forms:
        year = _year_of(table, forms)
        return [_pasted(raw) for form in forms for raw in read_body(form, form.year or year).lines]
    return list(_in_grid_order(table.rows))


def _pasted(raw: RawLine) -> dict[str, str]:
    texts = {name: text for name, text in raw.texts.items() if text}
    return {**texts, "day": raw.day.isoformat()} if raw.day else texts


def _in_grid_order(rows: list[list[Cell]]) -> Iterator[dict[str, str]]:
    filled = [row for row in rows if row]
    serial = len(filled) > 1 and all(
        text_of(row[0]) == str(place) and len(row) > 1 for place, row in enumerate(filled, 1)
    )
    for row in filled:
        texts = [text_of(cell) for cell in row[1 if serial else 0 :]]
        if any(TOTAL.search(squeeze(text)) for text in texts[:2]):
            continue
        yield {name: value for name, value in zip(GRID_FIELDS, texts, strict=False) if value}

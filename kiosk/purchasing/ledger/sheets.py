"""The sheets that a form makes: its lines by day, number and canteen, with what is to be said of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from kiosk.core.cells import parse_day, squeeze, text_of
from kiosk.core.formats import BadValue
from kiosk.core.table_grid import letter
from kiosk.purchasing.ledger.body import Body, read_body
from kiosk.purchasing.ledger.columns import Column, columns_of, unread_warning
from kiosk.purchasing.ledger.figures import parse_money
from kiosk.purchasing.ledger.forms import Form, day_in
from kiosk.purchasing.ledger.judge import FEN, Verdict, judge
from kiosk.purchasing.ledger.limits import MOST_LINES
from kiosk.purchasing.ledger.lines import LedgerLine, RawLine
from kiosk.purchasing.ledger.preview import BadLine, LedgerSheet, rows_text
from kiosk.purchasing.ledger.problems import LedgerProblem, warning

MOST_ONE_BY_ONE = 20
Place = tuple[date | None, str, str]
"""Where a line belongs: its day, its sheet's number and its canteen, as the file says them."""
Judged = tuple[RawLine, Verdict]


@dataclass(frozen=True)
class FormReading:
    """What a form gave."""

    sheets: list[LedgerSheet] = field(default_factory=list)
    problems: list[LedgerProblem] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)


def read_form(form: Form, year: int | None, default_day: date | None) -> FormReading:
    """The sheets of a form; `year` completes days written without one, `default_day` dates what has none."""
    known = year or (default_day.year if default_day else None)
    form = replace(form, day=form.day or _day_of_name(form.grid.table.name, known))
    body = read_body(form, known)
    columns = columns_of(form, [raw.row for raw in body.lines])
    problems = [*_not_bought(form, body)]
    if unread := unread_warning(columns, form.header.row + 1):
        problems.append(unread)
    if not body.lines:
        return FormReading(problems=problems, columns=columns)
    if year is None and known and body.year_assumed:
        problems.append(warning("year-assumed", body.lines[0].row, "", "day", year=known))
    fallback, missing = _fallback_day(form, body, default_day, known)
    groups: dict[Place, list[Judged]] = {}
    for raw in body.lines:
        own = _with_supplier(raw, form)
        groups.setdefault(_place_of(raw, form, fallback), []).append((own, judge(own)))
    verdicts = [pair for group in groups.values() for pair in group]
    return FormReading(
        [_sheet(form, body, place, group) for place, group in groups.items()],
        [
            *problems,
            *missing,
            *(problem for _raw, (_line, said) in verdicts for problem in said),
            *_total_problems(body, verdicts),
        ],
        columns,
    )


def parted(sheet: LedgerSheet) -> list[LedgerSheet]:
    """A sheet with more lines than one holds, as several."""
    rows = sheet.rows
    if len(rows) <= MOST_LINES:
        return [sheet]
    starts = [*rows[::MOST_LINES], rows[-1] + 1]
    return [
        replace(
            sheet,
            part=number,
            lines=[line for line in sheet.lines if first <= line.row < after],
            bad_lines=[line for line in sheet.bad_lines if first <= line.row < after],
        )
        for number, (first, after) in enumerate(pairwise(starts), 1)
    ]


def _day_of_name(name: str, year: int | None) -> date | None:
    """The day that a table's name says: 1月3日, 1.3, 2024-01-03."""
    try:
        return parse_day(name.strip(), year)
    except BadValue:
        return day_in(name, year)


def _not_bought(form: Form, body: Body) -> Iterator[LedgerProblem]:
    """Each at its place; the many of a form with every item printed on it all at once."""
    rows = [other.row for other in body.other_rows if other.why == "not-bought"]
    columns = form.header.blocks[0].columns
    if len(rows) > MOST_ONE_BY_ONE:
        yield warning("not-bought-rows", rows[0], letter(columns["item"]), "item", rows=rows_text(rows))
        return
    for row in rows:
        item = text_of(form.grid.down(row - 1, columns["item"]))[:40]
        yield warning("not-bought", row, letter(columns["quantity"]), "quantity", item=item)


def _fallback_day(
    form: Form, body: Body, default_day: date | None, year: int | None
) -> tuple[date | None, list[LedgerProblem]]:
    """The day of lines that have none: of the form's foot, else the default day, else none: an error."""
    if all(raw.day or "day" in raw.cells for raw in body.lines):
        return next((raw.day for raw in body.lines if raw.day), None), []
    if day := day_in(body.footer, year, form.grid.table.first_day):
        return day, []
    row = max(form.header.row + 1, 1)
    if default_day:
        return default_day, [warning("day-assumed", row, "", "day", day=default_day.isoformat())]
    return None, [LedgerProblem(row, "", "no-day", "error", "day")]


def _place_of(raw: RawLine, form: Form, fallback: date | None) -> Place:
    day = raw.day or (None if "day" in raw.cells else fallback)
    return day, raw.number or _label(form, "number"), raw.canteen


def _with_supplier(raw: RawLine, form: Form) -> RawLine:
    """A line with the supplier of its form where it has no column for one."""
    if "supplier" in raw.columns or text_of(raw.cells.get("supplier")):
        return raw
    return replace(raw, cells={**raw.cells, "supplier": _label(form, "supplier")[:80]})


def _label(form: Form, name: str) -> str:
    return next(iter(form.labels.get(name, ())), "")


def _sheet(form: Form, body: Body, place: Place, group: Sequence[Judged]) -> LedgerSheet:
    day, number, canteen = place
    labels = _labels_of(form, body, [raw for raw, _verdict in group])
    first = {name: values[0][:40] for name, values in labels.items() if values}
    return LedgerSheet(
        date=day,
        number=number,
        table=form.grid.table.name,
        title=squeeze(form.title)[:60],
        canteen=canteen[:40] or first.get("canteen", ""),
        purchaser=first.get("purchaser", ""),
        custodian=first.get("custodian", ""),
        receivers=list(dict.fromkeys(labels.get("receiver", [])))[:2],
        lines=[line for _raw, (line, _problems) in group if line is not None],
        bad_lines=[
            BadLine(raw.row, raw.texts, problems, raw.day) for raw, (line, problems) in group if line is None
        ],
    )


def _labels_of(form: Form, body: Body, lines: Sequence[RawLine]) -> dict[str, list[str]]:
    """What a sheet is labelled with: its own lines say it before the form's foot and title do."""
    own: dict[str, dict[str, None]] = {}
    for raw in lines:
        for role, people in raw.people.items():
            own.setdefault(role, {}).update(dict.fromkeys(people))
    return {
        name: list(own.get(name, ())) or body.labels.get(name, []) + form.labels.get(name, [])
        for name in (*own, *body.labels, *form.labels)
    }


def _total_problems(body: Body, verdicts: Sequence[Judged]) -> Iterator[LedgerProblem]:
    """Where a total is not the sum of the form, of its block, or of the lines since the last total."""
    lines = [(raw, line) for raw, (line, _problems) in verdicts if line is not None]
    if len(lines) < len(body.lines):
        return
    lines.sort(key=lambda pair: pair[0].row)
    above, slack = 0, FEN * len(lines)
    for row, column, total in sorted(set(body.totals)):
        block = [pair for pair in lines if pair[0].columns.get("amount") == column]
        so_far = [pair for pair in lines if pair[0].row < row]
        since = [pair for pair in so_far if pair[0].row > above]
        sums = [sum_ for part in (lines, block, so_far, since) for sum_ in _sums(part)]
        if all(abs(total - sum_) > slack for sum_ in sums):
            yield warning("total-differs", row, column, "amount", typed=total, computed=sums[0])
        above = row


def _sums(part: Sequence[tuple[RawLine, LedgerLine]]) -> tuple[Decimal, Decimal]:
    """The sum of lines as computed, and as typed."""
    computed = sum((line.amount for _raw, line in part), Decimal(0))
    return computed, sum((_typed(raw) or line.amount for raw, line in part), Decimal(0))


def _typed(raw: RawLine) -> Decimal | None:
    try:
        return parse_money(raw.cells.get("amount")).value
    except BadValue:
        return None

"""Why nothing was read: what the tables were taken for, and what is missing in them."""

from collections.abc import Sequence, Set
from dataclasses import replace

from kiosk.core.cells import squeeze, text_of
from kiosk.core.table_grid import Grid, letter
from kiosk.core.tables import Table
from kiosk.purchasing.ledger.columns import COLUMN_FIELDS, Column, columns_of, header_of
from kiosk.purchasing.ledger.forms import Form, forms_of, partial_header
from kiosk.purchasing.ledger.guess import guess
from kiosk.purchasing.ledger.preview import Preview
from kiosk.purchasing.ledger.problems import LedgerProblem
from kiosk.purchasing.ledger.readings import (
    PURCHASES,
    Wishes,
    is_complete,
    read_headless,
    read_table,
    titled_kind,
)
from kiosk.purchasing.ledger.words import FIELD_NAMES, kind_name

MOST_REFUSALS = 5
MOST_TABLES = 20
MOST_TEXT = 400
NOT_BOUGHT = ("not-bought", "not-bought-rows")


def bad_columns(columns: Sequence[str]) -> Preview | None:
    """The refusal of columns that somebody named wrongly, or too few of."""
    if wrong := [name for name in columns if name and name not in COLUMN_FIELDS]:
        params = {"columns": "、".join(wrong)[:200], "possible": ", ".join(COLUMN_FIELDS)}
        return Preview(problems=[LedgerProblem(0, "", "no-columns", params=params)])
    if columns and (missing := _missing(set(columns))):
        return Preview(problems=[LedgerProblem(0, "", "columns-missing", params={"columns": missing})])
    return None


def no_such_table(name: str, tables: Sequence[Table]) -> Preview:
    """The refusal of a table that the file does not have."""
    names = "、".join(table.name for table in tables[:MOST_TABLES])
    params = {"table": name[:60], "tables": names[:MOST_TEXT]}
    return Preview(problems=[LedgerProblem(0, "", "no-sheet", params=params)], table=name)


def holds_something(table: Table) -> bool:
    """Whether any cell of a table has a text."""
    return any(text_of(cell) for row in table.rows for cell in row)


def refusal(tables: Sequence[Table], wishes: Wishes) -> Preview:
    """What the tables were taken for and what is missing; the titled ones first."""
    full = [table for table in tables if holds_something(table)]
    reasons = sorted(((*_reason(table), table) for table in full), key=lambda reason: reason[0] == "")
    problems = [problem for _kind, problem, _table in reasons[:MOST_REFUSALS]]
    if not problems:
        name = tables[0].name if tables else ""
        problems = [LedgerProblem(0, "", "no-header", params={"table": name})]
    readings = [read_table(table, wishes) for table in full[:MOST_REFUSALS]]
    rows = [problem for reading in readings for problem in reading.problems if problem.code in NOT_BOUGHT]
    return Preview(
        problems=[*problems, *rows],
        taken_for=reasons[0][0] if reasons else "",
        table=str(problems[0].params.get("table", "")),
        columns=_columns_without_form(reasons[0][2], wishes) if reasons else [],
        may_read_as_purchases=not wishes.as_purchases and _would_be_read(full, wishes),
    )


def _would_be_read(tables: Sequence[Table], wishes: Wishes) -> bool:
    """Whether the tables hold purchases if nobody listens to their titles."""
    anyway = replace(wishes, as_purchases=True)
    return any(read_table(table, anyway).weight or read_headless(table, anyway).weight for table in tables)


def _columns_without_form(table: Table, wishes: Wishes) -> list[Column]:
    """The columns of a table that could not be read, for somebody who knows what they are."""
    grid = Grid(table)
    form = next(iter(forms_of(table)), None) or Form(grid, header_of({}, 0), range(grid.height))
    columns = columns_of(form, [row + 1 for row in form.body])
    if any(column.field for column in columns):
        return columns
    fields = {letter(place): name for place, name in enumerate(guess(table.rows, wishes.known).fields)}
    return [replace(column, field=fields.get(column.letter, "")) for column in columns]


def _reason(table: Table) -> tuple[str, LedgerProblem]:
    forms = forms_of(table)
    name = table.name or (squeeze(forms[0].title)[:40] if forms else "")
    row = forms[0].header.row + 1 if forms else 0
    kinds = [form.kind for form in forms] or [titled_kind(table)]
    if other := next((kind for kind in kinds if kind not in PURCHASES), ""):
        params = {"table": name, "kind": kind_name(other)}
        return other, LedgerProblem(row, "", "not-purchases", params=params)
    if any(is_complete(form) for form in forms):
        return "purchase", LedgerProblem(row, "", "no-lines", params={"table": name})
    fields = set().union(*(form.header.fields for form in forms)) or partial_header(Grid(table))
    if fields:
        params = {"table": name, "columns": _missing(fields)}
        return "", LedgerProblem(row, "", "missing-columns", params=params)
    return "", LedgerProblem(0, "", "no-header", params={"table": name})


def _missing(fields: Set[str]) -> str:
    """The columns that a purchase needs and these are not, in words."""
    missing = [name for name in ("item", "quantity") if name not in fields]
    missing += [] if fields & {"unit_price", "amount"} else ["unit_price"]
    return "、".join(str(FIELD_NAMES[name]) for name in missing)

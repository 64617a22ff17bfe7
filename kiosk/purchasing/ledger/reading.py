"""Recognises purchase ledgers as schools really have them: tables in, a Preview out; nothing is stored.

A purchase form names items beside quantities and prices or amounts. What is titled a stock issue, a
stocktaking, a register or a summary is none, and the preview says what it was taken for. A line that cannot
be used is not dropped: it is kept aside with its texts, to be mended. What was not read is named.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from kiosk.core.cells import squeeze
from kiosk.core.tables import Cell, Table
from kiosk.purchasing.ledger.guess import NOTHING_KNOWN, Known
from kiosk.purchasing.ledger.preview import Preview
from kiosk.purchasing.ledger.problems import warning
from kiosk.purchasing.ledger.readings import TableReading, Wishes, read_headless, read_table
from kiosk.purchasing.ledger.refusals import (
    MOST_TABLES,
    MOST_TEXT,
    bad_columns,
    holds_something,
    no_such_table,
    refusal,
)


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
    if refused := bad_columns(wishes.columns):
        return refused
    pool = _named(tables, sheet) if sheet else [table for table in tables if not table.hidden]
    if sheet and not pool:
        return no_such_table(sheet, tables)
    readings = [read_table(table, wishes) for table in pool]
    if not any(reading.weight for reading in readings) and not wishes.columns:
        readings = [read_headless(table, wishes) for table in pool]
    best = max(readings, key=lambda reading: reading.weight, default=None)
    if best is None or not best.weight:
        return _with_unread_tables(refusal(pool, wishes), tables)
    beside = [table for table in tables if table not in pool and not table.hidden]
    others = [read_table(table, best.wishes) for table in beside]
    return _with_unread_tables(_preview(best, readings, others), tables)


def recognise_rows(
    rows: Sequence[Sequence[Cell]], default_day: date | None = None, *, known: Known = NOTHING_KNOWN
) -> Preview:
    """The purchases in rows of cells, such as a text pasted into the page."""
    return recognise([Table("", [list(row) for row in rows])], default_day=default_day, known=known)


def _named(tables: Sequence[Table], name: str) -> list[Table]:
    exact = [table for table in tables if table.name == name]
    return exact or [table for table in tables if squeeze(table.name) == squeeze(name)][:1]


def _preview(best: TableReading, readings: Sequence[TableReading], others: Sequence[TableReading]) -> Preview:
    """The best table with those of its kind; the others that hold purchases are named."""
    family = [reading for reading in readings if reading is best or reading.is_like(best)]
    candidates = [reading for reading in readings if reading not in family]
    return Preview(
        sheets=[sheet for reading in family for sheet in reading.sheets],
        problems=[problem for reading in family for problem in reading.problems],
        taken_for="purchase",
        table=best.table.name,
        tables=[reading.table.name for reading in family],
        candidates=[reading.table.name for reading in (*candidates, *others) if reading.weight],
        columns=best.columns,
        guessed=best.guessed,
        hidden_rows=sum(reading.hidden_rows for reading in family),
    )


def _with_unread_tables(preview: Preview, tables: Sequence[Table]) -> Preview:
    """Name the sheets that hold something and were not read."""
    unread = [table for table in tables if table.name not in preview.tables and holds_something(table)]
    hidden = [table.name for table in unread if table.hidden]
    names = "、".join(hidden[:MOST_TABLES])[:MOST_TEXT]
    return replace(
        preview,
        hidden_tables=hidden,
        other_tables=[
            table.name for table in unread if not table.hidden and table.name not in preview.candidates
        ],
        problems=[*preview.problems, *([warning("hidden-table", tables=names)] if hidden else [])],
    )

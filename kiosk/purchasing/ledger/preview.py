"""What an import would bring, and what it would not: every row, column and sheet has its place here."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from kiosk.core.i18n import listed
from kiosk.purchasing.ledger.columns import Column
from kiosk.purchasing.ledger.lines import LedgerLine, plain
from kiosk.purchasing.ledger.problems import LedgerProblem
from kiosk.purchasing.ledger.words import QUESTIONS


@dataclass(frozen=True)
class BadLine:
    """A line that waits to be mended: its texts by field, its day, and what is wrong with it."""

    row: int
    texts: dict[str, str]
    problems: list[LedgerProblem]
    day: date | None = None


@dataclass(frozen=True)
class LedgerSheet:
    """The purchases of one day and canteen on one form. `date` is None when the file says none.

    `canteen` is what the file says, if anything. `part` counts from 1 where a day had to be parted.
    """

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
    part: int = 0

    @property
    def rows(self) -> list[int]:
        """The rows of its lines, ready or not."""
        return sorted([line.row for line in self.lines] + [line.row for line in self.bad_lines])

    @property
    def total_fen(self) -> int:
        """The sum of the ready lines, in fen."""
        return int(sum((line.amount for line in self.lines), Decimal(0)) * 100)


@dataclass(frozen=True)
class Preview:
    """What an import would bring.

    `taken_for` is "purchase", another kind ("issue", "summary" …) or "" for an unknown table; `table` is the
    table read, `tables` all that were read together, `candidates` the others that hold purchases too.
    What was not read: `unread` columns, `hidden_tables`, `other_tables`. `hidden_rows` are included.
    """

    sheets: list[LedgerSheet] = field(default_factory=list)
    problems: list[LedgerProblem] = field(default_factory=list)
    taken_for: str = ""
    table: str = ""
    tables: list[str] = field(default_factory=list)
    candidates: list[str] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    guessed: bool = False
    """No row said what the columns are: they were guessed from what they hold."""
    hidden_tables: list[str] = field(default_factory=list)
    other_tables: list[str] = field(default_factory=list)
    hidden_rows: int = 0
    may_read_as_purchases: bool = False
    """Refused by its title alone: whoever disagrees can have it read as purchases."""

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
        return [problem for problem in self.problems if problem.is_error]

    @property
    def questions(self) -> list[LedgerProblem]:
        """What a person has to answer before anything is brought in."""
        return [problem for problem in self.problems if problem.code in QUESTIONS]

    @property
    def unread(self) -> list[Column]:
        """The columns that hold something and were not read."""
        return [column for column in self.columns if column.is_unread]

    @property
    def canteens(self) -> list[str]:
        """The canteens that the file names, in its order."""
        return list(dict.fromkeys(sheet.canteen for sheet in self.sheets if sheet.canteen))


def rows_text(rows: Iterable[int]) -> str:
    """Row numbers in words: 5–7、9."""
    parts: list[list[int]] = []
    for row in sorted(set(rows)):
        if parts and parts[-1][1] == row - 1:
            parts[-1][1] = row
        else:
            parts.append([row, row])
    texts = [str(first) if first == last else f"{first}–{last}" for first, last in parts]
    return listed(texts[:12]) + (" …" if len(texts) > 12 else "")


def content_key(preview: Preview) -> str:
    """The same for two files that bring the same: days, canteens, numbers and lines, in whatever order."""
    rows = []
    for sheet in preview.sheets:
        place = [sheet.date.isoformat() if sheet.date else "", sheet.canteen, sheet.number]
        for line in sheet.lines:
            figures = [plain(line.quantity), plain(line.unit_price), plain(line.amount)]
            rows.append([*place, line.item, line.specification, line.unit, *figures, line.supplier])
        rows += [[*place, *sorted(map(":".join, bad.texts.items()))] for bad in sheet.bad_lines]
    return hashlib.sha256(json.dumps(sorted(rows), ensure_ascii=False).encode()).hexdigest()


def preview_json(preview: Preview) -> dict[str, Any]:
    """The preview as `kiosk purchases preview --json` prints it (design, section 6)."""
    return {
        "sheets": [_sheet_json(sheet) for sheet in preview.sheets if sheet.lines],
        "ready": preview.ready,
        "to_mend": preview.to_mend,
        "taken_for": preview.taken_for,
        "tables": preview.tables,
        "columns": [_column_json(column) for column in preview.columns],
        "guessed": preview.guessed,
        "not_read": {
            "columns": [f"{column.letter} {column.name}".strip() for column in preview.unread],
            "hidden_tables": preview.hidden_tables,
            "tables": [*preview.candidates, *preview.other_tables],
        },
        "hidden_rows": preview.hidden_rows,
        "problems": [problem_json(problem) for problem in preview.problems],
    }


def problem_json(problem: LedgerProblem) -> dict[str, Any]:
    """A problem as programs read it."""
    return {
        "row": problem.row,
        "column": problem.column,
        "message": problem.message,
        "code": problem.code,
        "severity": problem.severity,
        "field": problem.field,
    }


def _column_json(column: Column) -> dict[str, Any]:
    return {"letter": column.letter, "name": column.name, "field": column.field}


def _sheet_json(sheet: LedgerSheet) -> dict[str, Any]:
    return {
        "date": sheet.date.isoformat() if sheet.date else None,
        "number": sheet.number,
        "canteen": sheet.canteen,
        "total_fen": sheet.total_fen,
        "lines": [_line_json(line) for line in sheet.lines],
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

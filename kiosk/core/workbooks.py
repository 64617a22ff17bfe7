"""Reading .xlsx and .xls: a package is unpacked with a counter and its parts are looked through before."""

import json
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kiosk.core.old_workbooks import old_marks
from kiosk.core.packages import repacked, workbook_parts
from kiosk.core.sheet_marks import marks_of
from kiosk.core.tables import (
    CORRUPT,
    FIRST_DAY,
    FIRST_DAY_1904,
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_SHEETS,
    PASSWORD,
    TOO_LARGE,
    Cell,
    Table,
    UnreadableFile,
)

READER = Path(__file__).with_name("workbook_reader.py")
SECONDS = 30
ENCRYPTED_PART = "EncryptedPackage".encode("utf-16-le")


def read_xlsx(data: bytes) -> list[Table]:
    """The sheets of an .xlsx workbook. Raises UnreadableFile."""
    parts = workbook_parts(data)
    cells = [sheet for sheet in parts.sheets if sheet.folder == "worksheets"]
    tables = _run(repacked(parts))
    for table, sheet in zip(tables, cells, strict=False):
        table.name = sheet.name
        table.first_day = FIRST_DAY_1904 if parts.since_1904 else FIRST_DAY
        marks_of(sheet, uncalculated=parts.uncalculated).put_on(table)
    return tables


def read_xls(data: bytes) -> list[Table]:
    """The sheets of an old binary .xls workbook. Raises UnreadableFile."""
    if ENCRYPTED_PART in data:
        raise UnreadableFile(PASSWORD)
    tables = _run(data)
    marks, since_1904 = old_marks(data)
    for table, mark in zip(tables, marks if len(marks) == len(tables) else [], strict=False):
        table.first_day = FIRST_DAY_1904 if since_1904 else FIRST_DAY
        mark.put_on(table)
    return tables


def _run(data: bytes) -> list[Table]:
    command = [sys.executable, "-I", str(READER), *map(str, (MOST_ROWS, MOST_COLUMNS, MOST_SHEETS))]
    try:
        process = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as fault:
        raise UnreadableFile(TOO_LARGE) from fault
    if process.returncode == 3:
        raise UnreadableFile(PASSWORD)
    if process.returncode == 4:
        locked = b"assword" in process.stderr or b"ncrypt" in process.stderr
        raise UnreadableFile(PASSWORD if locked else CORRUPT)
    if process.returncode != 0:
        panic = process.returncode == 1 and b"MemoryError" not in process.stderr
        raise UnreadableFile(CORRUPT if panic else TOO_LARGE)
    return [_table(sheet) for sheet in json.loads(process.stdout)]


def _table(sheet: dict[str, Any]) -> Table:
    rows = [[_cell(value) for value in row] for row in sheet["rows"]]
    merged = [(a, b, c, d) for a, b, c, d in sheet["merged"]]
    return Table(sheet["name"], rows, merged, sheet["truncated"])


def _cell(value: Any) -> Cell:
    if isinstance(value, dict):
        return date.fromisoformat(value["day"]) if "day" in value else datetime.fromisoformat(value["time"])
    cell: Cell = value
    return cell

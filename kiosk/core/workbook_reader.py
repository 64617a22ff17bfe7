"""Runs as a process of its own: a workbook on stdin, its sheets as JSON on stdout.

A small workbook can claim a cell at the far corner of a sheet and cost gigabytes; here it costs only this
process, whose memory and time are bounded. Imports nothing of the kiosk, so that it starts quickly.
"""

import io
import itertools
import json
import sys
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

MEMORY = 1024 * 1024 * 1024
SECONDS = 20


def bound() -> None:
    """Let the system end this process when it takes too much."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, OSError, ValueError):  # not every system has such limits
        pass


def plain(cell: Any) -> Any:
    """A cell as JSON; days as {"day": …}."""
    if cell == "":
        return None
    if isinstance(cell, datetime):
        return {"time": cell.isoformat()}
    if isinstance(cell, date):
        return {"day": cell.isoformat()}
    return cell if isinstance(cell, str | int | float | bool) else str(cell)


def sheet(name: str, source: CalamineSheet, most_rows: int, most_columns: int) -> dict[str, Any]:
    """The rows of a sheet within the bounds, from row 1 and column A."""
    rows: list[list[Any]] = []
    first = source.start[1] if source.start else 0
    truncated = source.total_height > most_rows
    for cells in itertools.islice(source.iter_rows(), most_rows):
        row = [None] * min(first, most_columns) + [plain(c) for c in cells[: max(most_columns - first, 0)]]
        truncated = truncated or any(c != "" for c in cells[max(most_columns - first, 0) :])
        while row and row[-1] is None:
            row.pop()
        rows.append(row)
    while rows and not rows[-1]:
        rows.pop()
    merged = [(*start, *end) for start, end in source.merged_cell_ranges or [] if start[0] < len(rows)]
    return {"name": name, "rows": rows, "merged": merged, "truncated": truncated}


def main() -> int:
    """Answer 0 and the sheets, 3 for a password, 4 for a file that is no workbook, 5 for too many sheets."""
    bound()
    most_rows, most_columns, most_sheets = (int(number) for number in sys.argv[1:4])
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        if len(book.sheet_names) > most_sheets:
            return 5
        kinds = {meta.name: str(meta.typ) for meta in book.sheets_metadata}
        sheets = [
            sheet(name, book.get_sheet_by_name(name), most_rows, most_columns)
            for name in book.sheet_names
            if "WorkSheet" in kinds.get(name, "WorkSheet")
        ]
    except PasswordError:
        return 3
    except (CalamineError, ValueError, OSError) as fault:
        sys.stderr.write(str(fault)[:200])
        return 4
    sys.stdout.write(json.dumps(sheets))
    return 0


if __name__ == "__main__":
    sys.exit(main())

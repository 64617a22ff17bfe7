"""A workbook of any number of rows, written to a file row by row: numbers as numbers, days as days."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from kiosk.core.tabular import harmless

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - the same rows give the same bytes
MOST_TEXT = 32_767
WIDE = 14


def write(file: Path, title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write a workbook of one sheet; how many rows it has."""
    book = xlsxwriter.Workbook(str(file), {**OPTIONS, "tmpdir": str(file.parent)})
    book.set_properties({"created": MADE})
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    number = {places: book.add_format({"num_format": f"0.{'0' * places}"}) for places in (2, 3, 4)}
    sheet = book.add_worksheet("".join(" " if one in "[]:*?/\\" else one for one in title)[:31])
    sheet.set_column(0, len(heads), WIDE)
    sheet.freeze_panes(1, 0)
    for column, head in enumerate(heads):
        sheet.write_string(0, column, harmless(head), bold)
    line = 0
    for line, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            match value:
                case None:
                    pass
                case Decimal():
                    sheet.write_number(line, column, value, number[-int(value.as_tuple().exponent)])
                case int():
                    sheet.write_number(line, column, value)
                case date():
                    sheet.write_datetime(line, column, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
                case _:
                    sheet.write_string(line, column, str(harmless(value))[:MOST_TEXT])
    book.close()
    return line

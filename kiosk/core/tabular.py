"""Reading and writing sheets; knows nothing of schools.

Reading goes by content, not by name, and within the bounds of `core.tables`; it never follows a reference,
and a preview stands before every import.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from pathlib import PurePath
from typing import Any

import xlsxwriter

from kiosk.core.delimited import decode, read_delimited, read_html
from kiosk.core.i18n import lazy
from kiosk.core.old_workbooks import OLE
from kiosk.core.tables import FORMULA, MOST_PACKED, Cell, Formula, Table, UnreadableFile
from kiosk.core.workbooks import read_xls, read_xlsx

__all__ = [
    "FORMULA",
    "Cell",
    "Formula",
    "Table",
    "UnreadableFile",
    "csv_parts",
    "decode",
    "harmless",
    "read",
    "read_delimited",
    "write_csv",
    "write_xlsx",
]

PIECE = 2**16
"""Characters of a CSV file that are given on together."""
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for the beginning of a formula."""

KNOWN = (
    (b"%PDF", lazy("This is a PDF. Please choose the sheet it was made from (.xlsx, .xls, CSV).")),
    (b"\x89PNG", lazy("This is a picture. Please choose a sheet (.xlsx, .xls, CSV).")),
    (b"\xff\xd8\xff", lazy("This is a picture. Please choose a sheet (.xlsx, .xls, CSV).")),
    (b"Rar!", lazy("This is an archive, not a workbook. Please unpack it and choose the sheet in it.")),
    (b"7z\xbc\xaf", lazy("This is an archive, not a workbook. Please unpack it and choose the sheet in it.")),
    (b"\x1f\x8b", lazy("This is an archive, not a workbook. Please unpack it and choose the sheet in it.")),
    (b"{\\rtf", lazy("This is a text document. Please copy its table into a sheet and save it as .xlsx.")),
)


WEB_PAGE = lazy(
    "This is a web page that was saved under the name of a workbook (MHTML). "
    "Please open it in Excel or WPS, choose “Save as”, type “Excel workbook "
    "(.xlsx)”, and import that file."
)


def read(data: bytes, filename: str = "") -> list[Table]:
    """Every sheet of a file, recognised by its content; `filename` only names the table of a text file.

    Reads .xlsx, .xls, CSV and TSV (UTF-8, UTF-16 with its mark, GBK) and HTML tables. Raises UnreadableFile.
    """
    if len(data) > MOST_PACKED:
        raise UnreadableFile(
            lazy("This file is larger than 4 MB. Please save the sheet alone in a new file.")
        )
    if not data.strip():
        raise UnreadableFile(lazy("This file is empty."))
    for mark, message in KNOWN:
        if data.startswith(mark):
            raise UnreadableFile(message)
    if data.startswith(b"PK"):
        return read_xlsx(data)
    if data.startswith(OLE) or data[:4] in (b"\x09\x08\x10\x00", b"\x09\x08\x08\x00"):
        return read_xls(data)
    return [_read_text(decode(data), PurePath(filename.replace("\\", "/")).stem)]


def _read_text(text: str, name: str) -> Table:
    start = text[:2000].lstrip("\ufeff \r\n\t").lower()
    if re.search(r"^content-type:\s*multipart/related|^x-document-type:\s*workbook", start, re.MULTILINE):
        raise UnreadableFile(WEB_PAGE)
    if "urn:schemas-microsoft-com:office:spreadsheet" in start and start.startswith("<?xml"):
        raise UnreadableFile(
            lazy("This kind of workbook is not supported. Please save it as .xlsx and try again.")
        )
    if start.startswith("<") and any(word in text[:200_000].lower() for word in ("<table", "<html")):
        return read_html(text, name)
    return read_delimited(text, name)


def harmless(value: Any) -> Any:
    """A cell's value that no spreadsheet runs: text that could be a formula gets a leading apostrophe."""
    if isinstance(value, str) and value.startswith(DANGEROUS):
        return "'" + value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return "" if value is None else value


def csv_parts(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """A CSV file in pieces, as Excel and WPS open it: UTF-8 with BOM, CRLF, formulas made harmless."""
    text = io.StringIO("\ufeff")
    text.seek(1)
    writer = csv.writer(text, lineterminator="\r\n")
    for row in chain([header], rows):
        writer.writerow([harmless(cell) for cell in row])
        if text.tell() >= PIECE:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """The same in one."""
    return b"".join(csv_parts(header, rows))


def write_xlsx(title: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A workbook of one sheet: numbers as numbers, days as days, all text typed as text and never run."""
    packed = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(packed, {**options, "strings_to_numbers": False, "nan_inf_to_errors": True})
    sheet = book.add_worksheet(_sheet_name(title))
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    for column, text in enumerate(header):
        sheet.write_string(0, column, harmless(text), bold)
    widths = [len(text) * 2 + 2 for text in header]
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            _write_cell(sheet, number, column, value, day)
            if column < len(widths) and isinstance(value, str):
                widths[column] = min(max(widths[column], len(value) * 2), 60)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, max(width, 10))
    sheet.freeze_panes(1, 0)
    book.close()
    return packed.getvalue()


def _write_cell(sheet: Any, row: int, column: int, value: Any, day: Any) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(row, column, value)
    elif isinstance(value, date) and not isinstance(value, datetime):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
    elif value is not None:
        sheet.write_string(row, column, str(harmless(value))[:32_767])


def _sheet_name(title: str) -> str:
    name = "".join(" " if letter in "[]:*?/\\" else letter for letter in title).strip(" '")[:31]
    return name or "Sheet1"

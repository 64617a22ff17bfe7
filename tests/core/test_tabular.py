"""Sheets: what can be read is read, what cannot is refused in words, and nothing written is run."""

import io
import re
import struct
import zipfile
import zlib
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import xlwt

from kiosk.core.packages import Package
from kiosk.core.tables import FORMULA, MOST_COLUMNS, MOST_ROWS
from kiosk.core.tabular import UnreadableFile, read, write_csv, write_xlsx


def workbook(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "采购"
    for row in rows:
        sheet.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def changed(data: bytes, part: str, content: bytes) -> bytes:
    """The same package with one part exchanged."""
    packed = io.BytesIO()
    source = zipfile.ZipFile(io.BytesIO(data))
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name in source.namelist():
            package.writestr(name, content if name == part else source.read(name))
    return packed.getvalue()


def sheet_xml(cells: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{cells}</sheetData></worksheet>'.encode()


def refused(data: bytes, name: str = "x.xlsx") -> str:
    with pytest.raises(UnreadableFile) as fault:
        read(data, name)
    return str(fault.value)


def test_a_workbook_keeps_its_row_numbers_and_types() -> None:
    (table,) = read(
        workbook([[], ["品名", None, 2.5], [], [True, date(2024, 1, 1), datetime(2024, 1, 1, 8, 30)]])
    )
    assert table.name == "采购"
    assert table.rows == [[], ["品名", None, 2.5], [], [True, date(2024, 1, 1), datetime(2024, 1, 1, 8, 30)]]
    assert not table.truncated


def test_merged_ranges_are_named() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet["B2"] = "x"
    sheet["C3"] = "y"
    sheet.merge_cells("B2:B4")
    packed = io.BytesIO()
    book.save(packed)
    (table,) = read(packed.getvalue())
    assert table.merged == [(1, 1, 3, 1)]
    assert table.rows == [[], [None, "x"], [None, None, "y"]]


def test_a_formula_without_its_value_is_marked() -> None:
    (table,) = read(workbook([[1, 2, "=A1+B1"], [None, None, "=A2"]]))
    assert table.rows == [[1, 2, FORMULA], [None, None, FORMULA]]


def test_a_cached_empty_text_is_no_missing_value() -> None:
    data = changed(
        workbook([["a"]]),
        "xl/worksheets/sheet1.xml",
        sheet_xml(
            '<row r="1"><c r="A1" t="str"><f>IF(1,"")</f><v></v></c><c r="B1"><f>1+1</f><v>2</v></c></row>'
        ),
    )
    assert read(data)[0].rows == [[None, 2]]


def test_the_old_format_is_read_too() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("采购")
    sheet.write(1, 0, "白菜")
    sheet.write(1, 1, 2.5)
    packed = io.BytesIO()
    book.save(packed)
    assert read(packed.getvalue(), "x.csv")[0].rows == [[], ["白菜", 2.5]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_texts_in_every_encoding_and_delimiter(encoding: str, mark: str) -> None:
    text = f'品名{mark}备注\r\n白菜{mark}"两行,\n一格; 完"\r\n{mark}\r\n'
    (table,) = read(text.encode(encoding), "C:\\采购.csv")
    assert table.rows == [["品名", "备注"], ["白菜", "两行,\n一格; 完"]]


def test_utf8_is_never_taken_for_gbk() -> None:
    both = "你好".encode()
    assert both.decode("gbk") != "你好"
    assert read(both)[0].rows == [["你好"]]


@pytest.mark.parametrize(
    "data",
    [
        *(
            b"",
            b"  \n",
            b"%PDF-1.7",
            b"\x89PNG\r\n",
            b"\xff\xd8\xff\xe0",
            b"PK\x03\x04 half",
            b"\x00\x01\x02",
        ),
        *(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600,
            b"\xff\xff\xff\xff",
            b"<html><p>hello</p></html>",
        ),
        *(
            b"x" * (4 * 1024 * 1024 + 1),
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        ),
    ],
)
def test_what_is_no_sheet_is_refused_in_words(data: bytes) -> None:
    assert len(refused(data)) > 15


def test_half_a_workbook_is_damaged() -> None:
    data = workbook([["a"]])
    assert "damaged" in refused(data[: len(data) // 2])
    flipped = bytearray(data)
    flipped[flipped.index(b"xl/worksheets/sheet1.xml") + 60] ^= 0xFF
    assert "damaged" in refused(bytes(flipped))


def test_other_packages_are_named() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("word/document.xml", "<x/>")
    assert "Word" in refused(packed.getvalue())


def test_a_document_type_is_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + sheet_xml("")
    assert "xl/worksheets/sheet1.xml" in refused(changed(workbook([["a"]]), "xl/worksheets/sheet1.xml", bomb))


def test_a_zip_bomb_is_counted_and_not_believed() -> None:
    bomb = changed(workbook([["a"]]), "xl/worksheets/sheet1.xml", sheet_xml(" " * (31 * 1024 * 1024)))
    assert len(bomb) < 200_000
    assert "more than can be read" in refused(bomb)
    lying = bytearray(bomb)
    for found in _directory(lying):
        struct.pack_into("<I", lying, found + 24, 10)
    assert "more than can be read" in refused(bytes(lying))


def _directory(data: bytearray) -> list[int]:
    places, place = [], data.find(b"PK\x01\x02")
    while place >= 0:
        places.append(place)
        place = data.find(b"PK\x01\x02", place + 4)
    return places


def test_too_many_members_are_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        for number in range(2_001):
            package.writestr(f"xl/{number}.xml", "")
    assert "more than can be read" in refused(packed.getvalue())


def test_too_many_sheets_are_refused() -> None:
    """Three thousand sheets that are all the same small part would take half a minute."""
    book = workbook([["a"]])
    content = zipfile.ZipFile(io.BytesIO(book)).read("xl/workbook.xml").decode()
    first = re.search(r"<sheet [^>]*/>", content)
    assert first
    many = "".join(
        first[0].replace("采购", f"S{n}").replace('sheetId="1"', f'sheetId="{n}"') for n in range(1, 102)
    )
    data = changed(book, "xl/workbook.xml", content.replace(first[0], many).encode())
    assert "more than can be read" in refused(data)


def test_a_span_that_is_no_number_is_one() -> None:
    for span in ("9" * 5000, "²", "１", "-1", ""):
        (table,) = read(f'<table><tr><td colspan="{span}">甲<td>乙</table>'.encode(), "x.xls")
        assert table.rows == [["甲", "乙"]]


def test_overlapping_members_are_counted_each() -> None:
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packed.compress(b" " * 20_000_000) + packed.flush()
    head = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(body), 20_000_000, 1, 0) + b"a"
    crc = zlib.crc32(b" " * 20_000_000)
    entry = [
        struct.pack(
            "<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, crc, len(body), 20_000_000, 1, 0, 0, 0, 0, 0, 0
        )
        + name
        for name in (b"a", b"b")
    ]
    directory = b"".join(entry)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 2, 2, len(directory), len(head) + len(body), 0)
    package = Package(head + body + directory + end)
    assert len(package.part("a")) == 20_000_000
    with pytest.raises(UnreadableFile):
        package.part("b")


def test_a_cell_at_the_far_corner_costs_nothing_here() -> None:
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    data = changed(workbook([["a"]]), "xl/worksheets/sheet1.xml", sheet_xml(far))
    assert "more than can be read" in refused(data)


def test_a_sheet_beyond_the_bounds_is_cut_and_says_so() -> None:
    wide = read(workbook([["x"] * (MOST_COLUMNS + 5)]))[0]
    assert (len(wide.rows[0]), wide.truncated) == (MOST_COLUMNS, True)
    long = read(b"x,y\n" * (MOST_ROWS + 1))[0]
    assert (len(long.rows), long.truncated) == (MOST_ROWS, True)
    far = read(workbook([["x"], *[[] for _ in range(MOST_ROWS)], ["y"]]))[0]
    assert (far.rows, far.truncated) == ([["x"]], True)


def test_a_page_called_xls_is_read_as_its_table() -> None:
    page = "<html><table><tr><td rowspan=2>类</td><td>甲</td></tr><tr><td>乙&amp;丙</td></tr></table></html>"
    (table,) = read(page.encode("gbk"), "x.xls")
    assert table.rows == [["类", "甲"], [None, "乙&丙"]]
    assert table.merged == [(0, 0, 1, 0)]


DANGERS = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "\0x", "＝1", "＋1", "－1", "＠x"]


def test_csv_runs_nothing() -> None:
    data = write_csv(["=名"], [[text] for text in DANGERS])
    assert data.startswith(b"\xef\xbb\xbf'=")
    rows = [row[0] for row in read(data.replace(b"\0", b"0"))[0].rows]
    assert all(str(cell).startswith("'") for cell in rows)


def test_csv_keeps_numbers_and_ends_lines_with_crlf() -> None:
    assert write_csv(["a", "b"], [[-1, Decimal("-2.50")], [None, date(2024, 1, 1)]]) == (
        b"\xef\xbb\xbfa,b\r\n-1,-2.50\r\n,2024-01-01\r\n"
    )


def test_xlsx_types_its_cells() -> None:
    data = write_xlsx(
        "采购[1]/2", ["品名", "金额", "日"], [["=1+1", Decimal("2.50"), date(2024, 1, 1)], ["白菜", 3, None]]
    )
    (table,) = read(data)
    assert table.name == "采购 1  2"
    assert table.rows == [["品名", "金额", "日"], ["'=1+1", 2.5, date(2024, 1, 1)], ["白菜", 3]]

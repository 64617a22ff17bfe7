"""What an old binary workbook (.xls) says beside its values: errors, lost formulas, what is hidden.

The file is a compound document; its workbook is one stream of records.
"""

import struct
from collections.abc import Iterator

from kiosk.core.tables import FORMULA, MOST_SHEETS, Cell, Marks

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LAST = 0xFFFFFFFA
"""Sector numbers from this on mean "none" or "the end"."""
NAMES = ("Workbook", "Book", "WORKBOOK", "BOOK")
FORMULA_RECORD, BOOL_OR_ERROR, ROW, COLUMNS, SHEET, DATE_MODE, END = 6, 0x205, 0x208, 0x7D, 0x85, 0x22, 0x0A
CALCULATE = 3
"""Flags of a formula: always, or when the file is opened."""
TEXT_TOKEN = b"\x17"
"""A text within a formula: only such a one gives an empty text by itself."""
ERRORS = {
    **{0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!"},
    **{0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A", 0x2B: "#GETTING_DATA"},
}


def old_marks(data: bytes) -> tuple[list[Marks], bool]:
    """The marks of each sheet of cells, in order, and whether days count from 1904."""
    try:
        stream = workbook_stream(data) if data.startswith(OLE) else data
        sheets, since_1904 = _sheets(stream)
        return [_marks(stream, place, hidden=hidden) for place, hidden in sheets], since_1904
    except (struct.error, IndexError, ValueError):
        return [], False


def workbook_stream(data: bytes) -> bytes:
    """The stream of a compound document that holds the workbook. ValueError when there is none."""
    shift, small_shift = struct.unpack_from("<HH", data, 30)
    if not 7 <= shift <= 16 or not 4 <= small_shift < shift:
        raise ValueError(shift)
    size = 1 << shift
    directory, cutoff, first_small = (struct.unpack_from("<I", data, at)[0] for at in (48, 56, 60))

    def sector(number: int) -> bytes:
        return data[(number + 1) * size : (number + 2) * size]

    table = [number for part in _table_sectors(data, sector) for number in _numbers(sector(part))]
    entries = b"".join(sector(number) for number in _chain(table, directory))
    root, stream = None, None
    for at in range(0, len(entries) - 127, 128):
        name = entries[at : at + max(struct.unpack_from("<H", entries, at + 64)[0] - 2, 0)]
        start, length = struct.unpack_from("<IQ", entries, at + 116)
        if entries[at + 66] == 5:
            root = start
        elif name.decode("utf-16-le", "replace") in NAMES and entries[at + 66] == 2 and stream is None:
            stream = (start, length & 0xFFFFFFFF)
    if stream is None or root is None:
        raise ValueError(stream)
    if stream[1] >= cutoff:
        return b"".join(sector(number) for number in _chain(table, stream[0]))[: stream[1]]
    small_table = [number for part in _chain(table, first_small) for number in _numbers(sector(part))]
    small = b"".join(sector(number) for number in _chain(table, root))
    width = 1 << small_shift
    pieces = [small[number * width : (number + 1) * width] for number in _chain(small_table, stream[0])]
    return b"".join(pieces)[: stream[1]]


def _numbers(sector: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4])


def _table_sectors(data: bytes, sector: object) -> Iterator[int]:
    """The sectors that hold the table of sectors: 109 in the header, more in a chain of their own."""
    assert callable(sector)
    yield from (number for number in struct.unpack_from("<109I", data, 76) if number < LAST)
    following, seen = struct.unpack_from("<I", data, 68)[0], set[int]()
    while following < LAST and following not in seen:
        seen.add(following)
        *numbers, following = _numbers(sector(following)) or (LAST,)
        yield from (number for number in numbers if number < LAST)


def _chain(table: list[int], number: int) -> Iterator[int]:
    seen = 0
    while number < len(table) and seen <= len(table):
        yield number
        number, seen = table[number], seen + 1


def _records(stream: bytes, at: int = 0) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _sheets(stream: bytes) -> tuple[list[tuple[int, bool]], bool]:
    """Where each sheet of cells begins and whether it is hidden; and the calendar."""
    sheets, since_1904 = [], False
    for kind, body in _records(stream):
        if kind == SHEET and len(body) >= 6 and body[5] == 0:
            sheets.append((struct.unpack_from("<I", body)[0], body[4] & 3 != 0))
        elif kind == DATE_MODE:
            since_1904 = body[:1] == b"\x01"
        elif kind == END:
            break
    return sheets[:MOST_SHEETS], since_1904


def _marks(stream: bytes, place: int, *, hidden: bool) -> Marks:
    marks, depth = Marks(hidden=hidden), 0
    for kind, body in _records(stream, place):
        if kind & 0xFF == 9:  # a chart inside a sheet begins and ends like a sheet
            depth += 1
        elif kind == END:
            depth -= 1
            if depth <= 0:
                break
        elif kind == ROW and struct.unpack_from("<H", body, 12)[0] & 0x20:
            marks.hidden_rows.add(struct.unpack_from("<H", body)[0])
        elif kind == COLUMNS and struct.unpack_from("<H", body, 8)[0] & 1:
            first, last = struct.unpack_from("<HH", body)
            marks.hidden_columns.update(range(first, min(last + 1, 256)))
        elif (mark := _mark(kind, body)) is not None:
            marks.cells[struct.unpack_from("<HH", body)] = mark
    return marks


def _mark(kind: int, body: bytes) -> Cell:
    if kind == BOOL_OR_ERROR and body[7]:
        return ERRORS.get(body[6], "#N/A")
    if kind & 0xFF != FORMULA_RECORD or kind not in (6, 0x206, 0x406):
        return None
    result, flags = body[6:14], struct.unpack_from("<H", body, 14)[0]
    if result[6:] == b"\xff\xff":
        if result[0] == 2:
            return ERRORS.get(result[2], "#N/A")
        lost = result[0] == 3 and (flags & CALCULATE or TEXT_TOKEN not in body[22:])
    else:
        lost = struct.unpack("<d", result)[0] == 0 and flags & CALCULATE
    return FORMULA if lost else None

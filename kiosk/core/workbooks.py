"""Reading .xlsx and .xls: a package is unpacked with a counter and its parts are looked through before."""

import io
import json
import re
import struct
import subprocess
import sys
import zipfile
import zlib
from datetime import date, datetime
from html import unescape
from pathlib import Path
from typing import Any

from kiosk.core.i18n import lazy
from kiosk.core.tables import (
    FORMULA,
    MOST_COLUMNS,
    MOST_MEMBERS,
    MOST_ROWS,
    MOST_SHEETS,
    MOST_UNPACKED,
    Cell,
    Table,
    UnreadableFile,
)

READER = Path(__file__).with_name("workbook_reader.py")
SECONDS = 30
ENCRYPTED_PART = "EncryptedPackage".encode("utf-16-le")
UNCACHED = re.compile(
    rb"<(?:\w+:)?c\s([^>]*)>\s*<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>\s*|<(?:\w+:)?v>\s*</(?:\w+:)?v>\s*)?</(?:\w+:)?c>"
)
REFERENCE = re.compile(rb'\br="([A-Za-z]{1,3})(\d{1,7})"')
PASSWORD = lazy("This workbook is protected by a password. Please save it without one and try again.")
CORRUPT = lazy("This workbook is damaged and cannot be read. Please open it, save it anew and try again.")
TOO_LARGE = lazy("This file holds more than can be read at once. Please save the sheet alone in a new file.")


def read_xlsx(data: bytes) -> list[Table]:
    """The sheets of an .xlsx workbook. Raises UnreadableFile."""
    parts = unpack(data)
    if "xl/workbook.xml" not in parts:
        raise UnreadableFile(_other_package(parts))
    for name, part in parts.items():
        if b"<!DOCTYPE" in part or b"<!ENTITY" in part or part[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise UnreadableFile(
                lazy("This workbook contains a part (%(part)s) that no spreadsheet writes; it is not read."),
                part=name[:60],
            )
    tables = _run(_repack(parts))
    sheets = _sheet_parts(parts)
    for table in tables:
        _mark_formulas(table, sheets.get(table.name, b""))
    return tables


def read_xls(data: bytes) -> list[Table]:
    """The sheets of an old binary .xls workbook. Raises UnreadableFile."""
    if ENCRYPTED_PART in data:
        raise UnreadableFile(PASSWORD)
    return _run(data)


def unpack(data: bytes) -> dict[str, bytes]:
    """Every member of a zip by its name, inflated while counting: headers may lie."""
    try:
        members = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError, struct.error) as fault:
        raise UnreadableFile(CORRUPT) from fault
    if len(members) > MOST_MEMBERS:
        raise UnreadableFile(TOO_LARGE)
    parts: dict[str, bytes] = {}
    left = MOST_UNPACKED
    for member in members:
        if member.flag_bits & 1:
            raise UnreadableFile(PASSWORD)
        if member.filename in parts:
            raise UnreadableFile(CORRUPT)
        parts[member.filename] = content = _inflate(data, member, left)
        left -= len(content)
    return parts


def _inflate(data: bytes, member: zipfile.ZipInfo, most: int) -> bytes:
    start = member.header_offset
    if (
        data[start : start + 4] != b"PK\x03\x04"
        or len(data) < start + 30
        or member.compress_type not in (0, 8)
    ):
        raise UnreadableFile(CORRUPT)
    start += 30 + sum(struct.unpack("<HH", data[start + 26 : start + 30]))
    packed = data[start : start + member.compress_size]
    if member.compress_type == 0:
        content = packed
    else:
        try:
            content = zlib.decompressobj(-15).decompress(packed, most + 1)
        except zlib.error as fault:
            raise UnreadableFile(CORRUPT) from fault
    if len(content) > most:
        raise UnreadableFile(TOO_LARGE)
    if zlib.crc32(content) != member.CRC:
        raise UnreadableFile(CORRUPT)
    return content


def _repack(parts: dict[str, bytes]) -> bytes:
    """A clean package of exactly what was counted, so that the reader sees nothing else."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as package:
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()


def _run(data: bytes) -> list[Table]:
    command = [sys.executable, "-I", str(READER), *map(str, (MOST_ROWS, MOST_COLUMNS, MOST_SHEETS))]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as fault:
        raise UnreadableFile(TOO_LARGE) from fault
    if done.returncode == 3:
        raise UnreadableFile(PASSWORD)
    if done.returncode == 4:
        locked = b"assword" in done.stderr or b"ncrypt" in done.stderr
        raise UnreadableFile(PASSWORD if locked else CORRUPT)
    if done.returncode != 0:
        panic = done.returncode == 1 and b"MemoryError" not in done.stderr
        raise UnreadableFile(CORRUPT if panic else TOO_LARGE)
    return [_table(sheet) for sheet in json.loads(done.stdout)]


def _table(sheet: dict[str, Any]) -> Table:
    rows = [[_cell(value) for value in row] for row in sheet["rows"]]
    merged = [(a, b, c, d) for a, b, c, d in sheet["merged"]]
    return Table(sheet["name"], rows, merged, sheet["truncated"])


def _cell(value: Any) -> Cell:
    if isinstance(value, dict):
        return date.fromisoformat(value["day"]) if "day" in value else datetime.fromisoformat(value["time"])
    cell: Cell = value
    return cell


def _sheet_parts(parts: dict[str, bytes]) -> dict[str, bytes]:
    """The XML of each sheet by the sheet's name, where the workbook's relations are the usual ones."""
    relations = parts.get("xl/_rels/workbook.xml.rels", b"").decode("utf-8", "replace")
    targets = {}
    for tag in re.findall(r"<(?:\w+:)?Relationship\s[^>]*>", relations):
        found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        targets[found.get("Id", "")] = found.get("Target", "")
    sheets = {}
    for tag in re.findall(r"<(?:\w+:)?sheet\s[^>]*>", parts["xl/workbook.xml"].decode("utf-8", "replace")):
        found = dict(re.findall(r'([\w:]+)="([^"]*)"', tag))
        target = targets.get(found.get("r:id", ""), "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        sheets[unescape(found.get("name", ""))] = parts.get(path, b"")
    return sheets


def _mark_formulas(table: Table, xml: bytes) -> None:
    """Put FORMULA where a formula was saved without its value: the reader sees those cells as empty."""
    if b"<f" not in xml and b":f" not in xml:
        return
    for found in UNCACHED.finditer(xml):
        reference = REFERENCE.search(found[1])
        if reference is None or b't="str"' in found[1]:  # a cached empty text is a value
            continue
        row, column = int(reference[2]) - 1, _column(reference[1])
        if row >= MOST_ROWS or column >= MOST_COLUMNS:
            continue
        while len(table.rows) <= row:
            table.rows.append([])
        cells = table.rows[row]
        cells.extend([None] * (column + 1 - len(cells)))
        if cells[column] is None:
            cells[column] = FORMULA


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number - 1


def _other_package(parts: dict[str, bytes]) -> Any:
    if any(name.startswith("word/") for name in parts):
        return lazy("This is a Word document. Please copy its table into a sheet and save it as .xlsx.")
    if "xl/workbook.bin" in parts or "content.xml" in parts:
        return lazy("This kind of workbook is not read. Please save it as .xlsx and try again.")
    return lazy("This is an archive, not a workbook. Please unpack it and choose the sheet in it.")

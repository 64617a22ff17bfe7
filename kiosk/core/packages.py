"""The zip package of an .xlsx workbook: only the parts that hold the sheets are inflated, counted and judged.

What else such a file carries (pictures, queries, themes, scripts) is never looked at.
"""

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from kiosk.core.i18n import lazy
from kiosk.core.tables import CORRUPT, MOST_MEMBERS, MOST_UNPACKED, PASSWORD, TOO_LARGE, UnreadableFile

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
ATTRIBUTE = re.compile(r"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
TRUE = ("1", "true", "on")
ERROR_CELL = re.compile(rb"(<(?:\w+:)?c\s(?:[^>]*\s)?t=[\"'])e([\"'])")
"""A cell of an error: read as its text, as newer errors (#SPILL!) are more than any reader knows."""


class Package:
    """A zip, whose members are inflated one by one while counting: headers may lie."""

    def __init__(self, data: bytes) -> None:
        try:
            members = zipfile.ZipFile(io.BytesIO(data)).infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError, struct.error) as bad:
            raise UnreadableFile(CORRUPT) from bad
        if len(members) > MOST_MEMBERS:
            raise UnreadableFile(TOO_LARGE)
        self.data = data
        self.left = MOST_UNPACKED
        self.members: dict[str, list[zipfile.ZipInfo]] = {}
        for member in members:
            self.members.setdefault(_key(member.filename), []).append(member)

    def __contains__(self, name: str) -> bool:
        return _key(name) in self.members

    def part(self, name: str) -> bytes:
        """The content of a member, b"" when there is none. UnreadableFile when it cannot be trusted."""
        members = self.members.get(_key(name), [])
        if not members:
            return b""
        if len(members) > 1:
            raise UnreadableFile(CORRUPT)
        if members[0].flag_bits & 1:
            raise UnreadableFile(PASSWORD)
        content = _inflate(self.data, members[0], self.left)
        self.left -= len(content)
        return content

    def xml(self, name: str) -> bytes:
        """A part of XML in UTF-8; one that declares a document type is refused."""
        part = self.part(name)
        if part[:2] in (b"\xff\xfe", b"\xfe\xff"):
            text = part.decode("utf-16", "replace")
            part = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.lstrip("\ufeff")).encode()
        if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
            raise UnreadableFile(
                lazy(
                    "This workbook contains a part (%(part)s) that no spreadsheet program writes, "
                    "so it is not read."
                ),
                part=name[:60],
            )
        return part.removeprefix(b"\xef\xbb\xbf")


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _inflate(data: bytes, member: zipfile.ZipInfo, most: int) -> bytes:
    start = member.header_offset
    is_member = data[start : start + 4] == b"PK\x03\x04" and len(data) >= start + 30
    if not is_member or member.compress_type not in (0, 8):
        raise UnreadableFile(CORRUPT)
    start += 30 + sum(struct.unpack("<HH", data[start + 26 : start + 30]))
    content = data[start : start + member.compress_size]
    if member.compress_type == 8:
        try:
            content = zlib.decompressobj(-15).decompress(content, most + 1)
        except zlib.error as fault:
            raise UnreadableFile(CORRUPT) from fault
    if len(content) > most:
        raise UnreadableFile(TOO_LARGE)
    if zlib.crc32(content) != member.CRC:
        raise UnreadableFile(CORRUPT)
    return content


@dataclass(frozen=True)
class SheetPart:
    """A sheet of a workbook; `folder` says its kind: "worksheets", "chartsheets" …"""

    name: str
    folder: str
    hidden: bool
    xml: bytes


@dataclass
class WorkbookParts:
    """The parts of a workbook that are needed to read its cells."""

    sheets: list[SheetPart] = field(default_factory=list)
    strings: bytes = b""
    styles: bytes = b""
    since_1904: bool = False
    uncalculated: bool = False
    """Whether the file asks to be calculated when it is opened: what was saved as 0 may be anything."""


def attributes(tag: str) -> dict[str, str]:
    """The attributes of a tag, by their names without prefixes."""
    pairs = ATTRIBUTE.findall(tag)
    return {name.rpartition(":")[2]: unescape(double or single) for name, double, single in pairs}


def _tags(part: bytes, name: str) -> list[str]:
    return re.findall(rf"<(?:\w+:)?{name}(\s[^>]*)>", part.decode("utf-8", "replace"))


def _relations(package: Package, of: str) -> dict[str, tuple[str, str]]:
    """What a part refers to inside the package: id → (kind, path)."""
    folder, _slash, name = of.rpartition("/")
    relations = {}
    for tag in _tags(package.xml(f"{folder}/_rels/{name}.rels"), "Relationship"):
        relation = attributes(tag)
        if relation.get("TargetMode") == "External":
            continue
        target = relation.get("Target", "").replace("\\", "/")
        path = target if target.startswith("/") else f"{folder}/{target}"
        steps: list[str] = []
        for step in path.split("/"):
            steps = steps[:-1] if step == ".." else [*steps, *([step] if step not in ("", ".") else [])]
        relations[relation.get("Id", "")] = (relation.get("Type", "").rpartition("/")[2], "/".join(steps))
    return relations


def workbook_parts(data: bytes) -> WorkbookParts:
    """What is needed of an .xlsx file. UnreadableFile for any other package."""
    package = Package(data)
    relations = _relations(package, "")
    path = next((path for kind, path in relations.values() if kind == "officeDocument"), "xl/workbook.xml")
    path = path if path in package else "xl/workbook.xml"
    if path not in package or path.endswith(".bin") or path.startswith("word/"):
        raise UnreadableFile(_other_package(package))
    book, related = package.xml(path), _relations(package, path)
    parts = WorkbookParts()
    for kind, target in related.values():
        if kind == "sharedStrings":
            parts.strings = package.xml(target)
        elif kind == "styles":
            parts.styles = package.xml(target)
    for tag in _tags(book, "workbookPr"):
        parts.since_1904 = attributes(tag).get("date1904", "").lower() in TRUE
    for tag in _tags(book, "calcPr"):
        fields = attributes(tag)
        asks = [fields.get(name, "").lower() in TRUE for name in ("fullCalcOnLoad", "forceFullCalc")]
        parts.uncalculated = any(asks) or fields.get("calcCompleted", "1").lower() not in TRUE
    for tag in _tags(book, "sheet"):
        fields = attributes(tag)
        kind, target = related.get(fields.get("id", ""), ("", ""))
        folder = "worksheets" if kind == "worksheet" else "chartsheets"
        xml = package.xml(target) if kind == "worksheet" else b""
        hidden = fields.get("state", "visible").lower() not in ("visible", "")
        parts.sheets.append(SheetPart(fields.get("name", ""), folder, hidden, xml))
    return parts


def repacked(parts: WorkbookParts) -> bytes:
    """A clean package of exactly what was counted, so that the reader sees nothing else."""
    contents: dict[str, bytes | str] = {}
    sheets, related = "", [("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]
    contents["xl/styles.xml"], contents["xl/sharedStrings.xml"] = parts.styles, parts.strings
    related = [(kind, name) for kind, name in related if contents[f"xl/{name}"]]
    for number, sheet in enumerate(parts.sheets, len(related) + 1):
        related.append((sheet.folder.removesuffix("s"), f"{sheet.folder}/sheet{number}.xml"))
        sheets += f'<sheet name="{number}" sheetId="{number}" r:id="rId{number}"/>'
        contents[f"xl/{related[-1][1]}"] = ERROR_CELL.sub(rb"\1str\2", sheet.xml)
    epoch = ' date1904="1"' if parts.since_1904 else ""
    book = f"<workbookPr{epoch}/><sheets>{sheets}</sheets>"
    book = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{book}</workbook>'
    contents |= {"xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": _related(related)}
    contents["_rels/.rels"] = _related([("officeDocument", "xl/workbook.xml")])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as package:
        for name, content in contents.items():
            if content or name.endswith(".rels"):
                package.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()


def _related(parts: list[tuple[str, str]]) -> str:
    tags = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(parts, 1)
    )
    return f'<Relationships xmlns="{RELATIONS}">{tags}</Relationships>'


def _other_package(package: Package) -> Any:
    if any(name.startswith("word/") for name in package.members):
        return lazy("This is a Word document. Please copy its table into a sheet and save it as .xlsx.")
    others = ("xl/workbook.bin", "content.xml", "index/document.iwa")
    if any(name in package for name in others):
        return lazy("This kind of workbook is not supported. Please save it as .xlsx and try again.")
    return lazy("This is an archive, not a workbook. Please unpack it and choose the sheet in it.")

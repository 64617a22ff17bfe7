"""Reading text documents (.docx): what stands in them, block by block, and what else they carry.

The package is unpacked with a counter and looked through before a process of its own reads it, as a workbook
is (`core.workbooks`); a preview stands before every import.
"""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kiosk.core.delimited import decode
from kiosk.core.i18n import lazy
from kiosk.core.old_workbooks import OLE
from kiosk.core.packages import Package
from kiosk.core.tables import CORRUPT, MOST_PACKED, PASSWORD, TOO_LARGE, UnreadableFile
from kiosk.core.workbooks import ENCRYPTED_PART

READER = Path(__file__).with_name("word_reader.py")
SECONDS = 30
MAIN = "word/document.xml"


@dataclass(frozen=True)
class Block:
    """A paragraph, or a table by its rows.

    `label` is the number that a word processor writes before it, `level` that of a heading (0: none).
    """

    text: str = ""
    label: str = ""
    level: int = 0
    is_title: bool = False
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Text:
    """A text: its blocks, and what else the file carries, by what it is (`word_reader`)."""

    blocks: tuple[Block, ...]
    told: dict[str, Any] = field(default_factory=dict)


def read(data: bytes) -> Text:
    """What stands in a .docx, or in a plain text. Raises UnreadableFile."""
    if len(data) > MOST_PACKED:
        raise UnreadableFile(lazy("This file is larger than 4 MB. Please save it without its pictures."))
    if not data.strip():
        raise UnreadableFile(lazy("This file is empty."))
    if data.startswith(OLE):
        if ENCRYPTED_PART in data:
            raise UnreadableFile(PASSWORD)
        raise UnreadableFile(
            lazy("This is an old Word file (.doc). Please open it, choose “Save as”, type .docx, bring that.")
        )
    if data.startswith(b"PK"):
        return _packed(data)
    if data.startswith(
        (b"%PDF", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")
    ):
        raise UnreadableFile(
            lazy("This file holds no text document. Please choose a .docx, or paste the text.")
        )
    return plain(decode(data))


def plain(text: str) -> Text:
    """A text that was pasted, a block a line."""
    lines = [line.strip(" \t　\r") for line in text.splitlines()]
    return Text(tuple(Block(text=line) for line in lines if line))


def _packed(data: bytes) -> Text:
    package = Package(data)
    if MAIN not in package:
        raise UnreadableFile(
            lazy("This file holds no text document. Please choose a .docx, or paste the text.")
        )
    for name in list(package.members):
        part = package.xml(name) if name.endswith((".xml", ".rels")) else package.part(name)
        del part
    command = [sys.executable, "-I", str(READER)]
    try:
        process = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as fault:
        raise UnreadableFile(TOO_LARGE) from fault
    if process.returncode == 4:
        raise UnreadableFile(CORRUPT)
    if process.returncode != 0:
        raise UnreadableFile(TOO_LARGE)
    found = json.loads(process.stdout)
    return Text(tuple(_block(one) for one in found["blocks"]), found["told"])


def _block(one: dict[str, Any]) -> Block:
    if one["kind"] == "table":
        return Block(rows=tuple(tuple(row) for row in one["rows"]))
    return Block(one["text"], one["label"], one["level"], one["title"])

"""Files that people attach: a PDF as it is, if it is nothing else; a picture drawn anew; all else is refused.

What a file is says its content, never its name.
"""

import re
import zipfile
from io import BytesIO
from typing import NamedTuple

from kiosk.core import pictures
from kiosk.core.errors import Invalid
from kiosk.core.i18n import lazy

MOST_BYTES = 10 * 2**20
SIDE = 2560
"""Pixels of the longer side of a picture that is kept: a photographed page can still be read."""
PDF, JPEG = "application/pdf", "image/jpeg"
SUFFIXES = {PDF: "pdf", JPEG: "jpg"}
HEAD, TAIL = 1024, 2048
FOREIGN = re.compile(rb"<\s*(?:!doctype|html|script|svg|\?php|iframe)", re.IGNORECASE)
END = re.compile(rb"startxref\s+\d+\s+%%EOF\s*\Z")
LOCKED = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")


class Document(NamedTuple):
    """What is kept of a file, and what it is."""

    data: bytes
    media_type: str


class BadFile(Invalid):
    """What cannot be attached."""

    code = "bad-file"


def recognised(data: bytes) -> Document:
    """What is kept of a file. Raises BadFile, or what `core.pictures` says of a picture."""
    if not data:
        raise BadFile(lazy("This file is empty."))
    if len(data) > MOST_BYTES:
        raise BadFile(lazy("A file can have at most 10 MB."))
    if b"%PDF-" in data[:HEAD]:
        _check_pdf(data)
        return Document(data, PDF)
    if not data.startswith(PICTURES):
        raise BadFile(lazy("This is neither a PDF nor a picture (JPEG, PNG, WebP), whatever its name says."))
    return Document(pictures.upright(data, SIDE, MOST_BYTES), JPEG)


def _check_pdf(data: bytes) -> None:
    """Raise BadFile for what is not a PDF alone, whole and open to everybody."""
    if not data.startswith(b"%PDF-") or FOREIGN.search(data[:HEAD]) or zipfile.is_zipfile(BytesIO(data)):
        raise BadFile(lazy("This file is a PDF and something else at once. Please print it to a new PDF."))
    if not END.search(data[-TAIL:].rstrip(b"\0 \t\r\n")):
        raise BadFile(
            lazy("This PDF is damaged, cut off, or followed by something else. Please save it once more.")
        )
    if LOCKED.search(data):
        raise BadFile(
            lazy("This PDF is locked (encrypted), so not everybody could read it. Please save it without.")
        )

"""Files that people brought, handed out so that they can do nothing: a picture as a picture, all else as a
download, each alone in a sandbox, and neither guessed at nor kept by anybody in between."""

import re
from pathlib import PurePath
from urllib.parse import quote

from flask import Response, request

SANDBOX = "default-src 'none'; sandbox"
PICTURE = "image/jpeg"


def answer(data: bytes, media_type: str, name: str, *, tag: str = "") -> Response:
    """A file; `name` is what a download is called.

    With a `tag` a browser may keep it and asks each time whether it is still to be had.
    """
    file = Response(data, mimetype=media_type)
    file.headers["Content-Security-Policy"] = SANDBOX
    file.headers["X-Content-Type-Options"] = "nosniff"
    file.headers["Cache-Control"] = "no-cache" if tag else "no-store"
    if media_type != PICTURE:
        file.headers["Content-Disposition"] = as_download(name)
    if tag:
        file.set_etag(tag)
        file.make_conditional(request)
    return file


def as_download(name: str) -> str:
    """The header under which browsers keep a file by its name (RFC 6266), whatever the letters are."""
    if re.fullmatch(r"[A-Za-z0-9._-]+", name):
        return f'attachment; filename="{name}"'
    plain = "file" + PurePath(name).suffix
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"

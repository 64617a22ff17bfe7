"""Files that people brought, handed out so that they can do nothing: a picture as a picture, all else as a
download, each alone in a sandbox, and neither guessed at nor kept by anybody in between."""

from flask import Response

SANDBOX = "default-src 'none'; sandbox"
PICTURE = "image/jpeg"


def answer(data: bytes, media_type: str, name: str) -> Response:
    """A file; `name` is what a download is called: letters, digits, dots and dashes."""
    file = Response(data, mimetype=media_type)
    file.headers["Content-Security-Policy"] = SANDBOX
    file.headers["X-Content-Type-Options"] = "nosniff"
    file.headers["Cache-Control"] = "no-store"
    if media_type != PICTURE:
        file.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return file

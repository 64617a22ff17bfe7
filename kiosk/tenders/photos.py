"""The picture of a closed envelope: drawn anew before the transaction begins."""

from collections.abc import Callable
from typing import Any

from flask import g, request

from kiosk.core import pictures
from kiosk.core.errors import Invalid
from kiosk.core.web import takes_files

SIDE = 1600
MOST = 8 * 2**20


def _read() -> None:
    g.envelope, g.envelope_problem = None, None
    file = request.files.get("photo")
    if file is None or not file.filename:
        return
    try:
        g.envelope = pictures.upright(file.read(), SIDE)
    except Invalid as problem:
        problem.field = "photo"
        g.envelope_problem = problem


def photo() -> bytes | None:
    """The picture; None without one. Raises Invalid where something else was sent."""
    if g.envelope_problem is not None:
        raise g.envelope_problem
    found: bytes | None = g.envelope
    return found


with_photo: Callable[[Any], Any] = takes_files(_read, MOST)

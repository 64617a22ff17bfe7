"""The pictures of a delivery's papers, line by line: drawn anew before the transaction begins."""

from collections.abc import Callable
from typing import Any

from flask import g, request

from kiosk.core import pictures
from kiosk.core.errors import Invalid
from kiosk.core.formats import whole
from kiosk.core.web import takes_files

SIDE = 1600
"""Pixels of a picture that is kept, each way."""
MOST_AT_ONCE = 20 * 2**20


def _read() -> None:
    """Draw `photo-0`, `photo-1` … anew: nothing that a camera wrote stays. What is none is refused later."""
    g.photos, g.photo_problem = {}, None
    for name, file in request.files.items():
        position = whole(name.removeprefix("photo-"))
        if not file.filename or position is None:
            continue
        try:
            g.photos[position] = (pictures.upright(file.read(), SIDE),)
        except Invalid as problem:
            problem.field = name
            g.photo_problem = problem


def photos() -> dict[int, tuple[bytes, ...]]:
    """The pictures by line. Raises Invalid where something else was sent."""
    if g.photo_problem is not None:
        raise g.photo_problem
    return dict(g.photos)


with_photos: Callable[[Any], Any] = takes_files(_read, MOST_AT_ONCE)

"""The pictures that come with what was found: drawn anew before the transaction begins."""

from collections.abc import Callable
from typing import Any

from flask import g, request

from kiosk.core import pictures
from kiosk.core.errors import Invalid
from kiosk.core.web import takes_files

SIDE = 1600
"""Pixels of a photo that is kept, each way."""
MOST = 2
"""Photos of a line."""
MOST_AT_ONCE = 20 * 2**20


def read_photos() -> None:
    """Draw what was sent anew: nothing that a camera wrote stays in it. What is none is refused later."""
    g.photos, g.photo_problem = {}, None
    for name, file in request.files.items(multi=True):
        if not file.filename:
            continue
        try:
            g.photos.setdefault(name, []).append(pictures.upright(file.read(), SIDE))
        except Invalid as problem:
            g.photo_problem = problem


def photos(name: str) -> tuple[bytes, ...]:
    """The pictures of a field. Raises Invalid where something else was sent."""
    if g.photo_problem is not None:
        raise g.photo_problem
    return tuple(g.photos.get(name, ()))[:MOST]


with_photos: Callable[[Any], Any] = takes_files(read_photos, MOST_AT_ONCE)

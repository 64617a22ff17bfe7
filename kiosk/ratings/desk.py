"""The desk where ratings come in: every door hands them in here, and they are committed in groups."""

from typing import cast

from flask import Flask, current_app

from kiosk.core.writer import Writer
from kiosk.ratings.services import Press, Taken, take_all

DESK = "kiosk_desk"
MOST = 80
"""So many ratings may wait in one process, which has more threads: pages are still answered."""


def open_desk(app: Flask) -> None:
    """Give an application its desk."""
    app.extensions[DESK] = Writer[Press, Taken](app, take_all, most=MOST)


def desk(app: Flask | None = None) -> Writer[Press, Taken]:
    """The desk of an application: the running one if none is named."""
    return cast("Writer[Press, Taken]", (app or current_app).extensions[DESK])

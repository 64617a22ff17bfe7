"""The desk where ratings come in: every door hands them in here, and they are committed in groups."""

from weakref import WeakKeyDictionary

from flask import Flask

from kiosk.core.web import running
from kiosk.core.writer import Writer
from kiosk.ratings.services import Press, Taken, take_all

MOST = 80
"""So many ratings may wait in one process, which has more threads: pages are still answered."""


_desks: WeakKeyDictionary[Flask, Writer[Press, Taken]] = WeakKeyDictionary()
"""The desk of each application; in life there is one."""


def open_desk(app: Flask) -> None:
    """Give an application its desk."""
    _desks[app] = Writer[Press, Taken](app, take_all, most=MOST)


def desk(app: Flask | None = None) -> Writer[Press, Taken]:
    """The desk of an application: the running one if none is named."""
    return _desks[app or running()]

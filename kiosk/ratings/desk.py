"""The desk where ratings come in: every door hands them in, and they are committed in groups."""

from kiosk.core.web.application import KioskApp
from kiosk.core.web.memory import Memory
from kiosk.core.writer import Writer
from kiosk.ratings.services import Outcome, Press, take_all

MOST = 80
"""So many ratings may wait in one process, which has more threads: pages are still answered."""

_desks = Memory(lambda app: Writer[Press, Outcome](app, take_all, most=MOST))


def desk(app: KioskApp | None = None) -> Writer[Press, Outcome]:
    """The desk of an application: the running one if none is named."""
    return _desks.of(app)


def waiting() -> int:
    """How many ratings wait to be written in this process."""
    return desk().waiting

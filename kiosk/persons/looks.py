"""Who looks at what is known of a person: noted before the page is made, and committed apart from it."""

from flask import current_app, request

from kiosk.core import clock
from kiosk.core.web import account, actor
from kiosk.core.web.application import KioskApp
from kiosk.core.web.memory import Memory
from kiosk.core.writer import Writer
from kiosk.persons import queries
from kiosk.persons.services import Glance, note_looks

MOST = 40
"""So many may wait in one process."""


def _make(app: KioskApp) -> Writer[Glance, bool]:
    return Writer[Glance, bool](app, lambda glances: [*note_looks(glances)], most=MOST)


_books = Memory(_make)


def note_look() -> None:
    """Note that this request opens a page about somebody else, once a day; Busy if that cannot be kept.

    The request itself only reads, as every GET: a writer of the application writes it, in its own
    transaction, and nobody sees the page before it is on disk.
    """
    glance = _glance() if request.method == "GET" else None
    if glance and not queries.is_noted(**glance._asdict(), day=clock.now().date()):
        _books.of().write(glance)


def _glance() -> Glance | None:
    view = current_app.view_functions.get(request.endpoint or "")
    whom = getattr(view, "shows_person", None)
    if whom is None or account() is None:
        return None
    reader, person = actor(), queries.person(whom(**(request.view_args or {}))).id
    if reader.person is None or person == reader.person:
        return None
    return Glance(reader.account, reader.person, person, request.endpoint or "")

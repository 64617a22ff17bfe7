"""An alarm of the server goes to whoever runs it, by the channels that are set up for messages."""

import logging

from kiosk.core import config
from kiosk.core.db import transaction
from kiosk.core.errors import Problem
from kiosk.core.i18n import lazy
from kiosk.messages import queries, services
from kiosk.messages.services import in_school_language
from kiosk.operation import signs
from kiosk.school import queries as school

PAGE = "/office/operation/"

log = logging.getLogger("kiosk")


def tell() -> bool:
    """One round of the ticker: each alarm once a day while it stands. It never calls for a backup."""
    try:
        if queries.usable():
            _tell()
    except Problem as problem:  # the disk may be full: what else the round does must go on
        log.warning("alarms were not sent: %s", problem)
    return False


def _tell() -> None:
    with in_school_language():
        for sign in signs.alarms(config.current()):
            key = f"alarm:{sign.code}:{school.today()}"
            if not queries.is_known(key):
                title = lazy("The server needs you: %(what)s.", what=sign.title)
                with transaction():
                    services.send(key=key, to="admin", title=title, text=sign.answer, path=PAGE)

"""What the server does of accountability by itself, three times a minute: once a day there is something."""

from kiosk.accountability import services
from kiosk.core.db import session, transaction

MOST = 31
"""So many days are made up in one round; the next one goes on."""


def keep_time() -> bool:
    """Work through the days that are over; whether there was any. Two processes do it once."""
    if not services.is_behind():
        return False
    for _day in range(MOST):
        session.remove()
        with transaction(wait=30):
            more = services.advance()
        if not more:
            break
    return True

"""What the server does with cases by itself, three times a minute, unless its clock is in doubt."""

from kiosk.cases import services
from kiosk.core.db import session, transaction
from kiosk.core.room import clock_in_doubt


def hang() -> bool:
    """Tell those cases whose answer hung in public long enough; whether there was any."""
    if clock_in_doubt() or not services.hung():
        return False
    session.remove()
    with transaction(wait=30):
        return services.tell_hung() > 0


def settle() -> bool:
    """Close what was told long enough ago; whether there was any."""
    if clock_in_doubt() or not services.settled():
        return False
    session.remove()
    with transaction(wait=30):
        return services.close_settled() > 0

"""What the server looks after by itself, three times a minute."""

from kiosk.core import clock
from kiosk.core.actor import KIOSK
from kiosk.core.db import session, transaction
from kiosk.ratings import queries, services


def close_meals() -> bool:
    """Close the meals that are over and seal their ratings; whether there was anything to do."""
    if not queries.anything_to_close(clock.now()):
        return False
    with transaction(wait=30):
        return bool(services.close_meals(by=KIOSK))


def take_up() -> bool:
    """Let what raters said since come into cases. It never calls for a backup."""
    try:
        services.take_up()
    finally:
        session.remove()
    return False

"""Whether somebody may do something at a canteen."""

from kiosk.core.actor import Actor, Place
from kiosk.core.security import Permission
from kiosk.counters.models import Canteen


def at(canteen: Canteen) -> Place:
    """Where a canteen's sheets are written and posted."""
    return Place(canteen=canteen.code)


def ask(by: Actor, permission: Permission, canteen: Canteen) -> None:
    """Forbidden unless the actor has the right at the canteen."""
    by.needs(permission, at(canteen))

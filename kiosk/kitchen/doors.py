"""What the doors of the kitchen share: what is switched on, which canteens one sees, which day is meant."""

from collections.abc import Callable
from datetime import date

from kiosk.core.actor import Place
from kiosk.core.errors import NotFound
from kiosk.core.room import Switch, is_on
from kiosk.core.security import Permission
from kiosk.core.web import actor
from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen


def gate(*switches: Switch) -> Callable[[], None]:
    """For a blueprint's `before_request`: its pages are found once one of these is switched on."""

    def find() -> None:
        if not any(is_on(one) for one in switches):
            raise NotFound

    return find


def canteens_for(permission: Permission) -> list[Canteen]:
    """The canteens at which whoever is signed in has the right."""
    who = actor()
    return [one for one in counters.canteens() if who.may(permission, Place(canteen=one.code))]


def at_canteen(canteen: str, **_others: object) -> Place:
    """The place of an address that names a canteen."""
    return Place(canteen=counters.canteen(canteen).code)


def day_of(text: str) -> date:
    """A day of an address, or NotFound."""
    try:
        if len(text) != 10:
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound from None

"""What the doors of the supply room share: what is switched on, which canteens one sees, where a thing is."""

import secrets

from kiosk.core.actor import Place
from kiosk.core.errors import NotFound
from kiosk.core.room import is_on
from kiosk.core.security import Permission
from kiosk.core.web import actor
from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen
from kiosk.postings.queries import place_at
from kiosk.supply import queries


def find() -> None:
    """For a blueprint's `before_request`: found once any gate is switched on."""
    if not queries.is_used():
        raise NotFound


def buying() -> dict[str, str]:
    """Where something bought is written down: by the purchaser, or by whoever takes it in."""
    return {"buying": "office.orders.new" if is_on(queries.ORDERS) else "office.orders.came"}


def canteens_for(permission: Permission) -> list[Canteen]:
    """The canteens at which whoever is signed in has the right."""
    who = actor()
    return [one for one in counters.canteens() if who.may(permission, place_at(one))]


def of_plan(number: int) -> Place:
    """Where a plan belongs."""
    return place_at(queries.plan(number).canteen)


def of_purchase(number: int) -> Place:
    """Where a purchase belongs."""
    return place_at(queries.purchase(number).canteen)


def new_key() -> str:
    """What a form is sent under."""
    return secrets.token_urlsafe(16)

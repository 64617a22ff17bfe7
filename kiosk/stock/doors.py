"""What the doors of the stock room share: which canteen's store, where a thing is, keys of forms."""

import secrets

from flask import request

from kiosk.core.actor import Place
from kiosk.core.errors import Forbidden, NotFound
from kiosk.core.security import Permission
from kiosk.core.web import actor
from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen
from kiosk.postings.queries import place_at
from kiosk.stock import queries


def canteens_for(permission: Permission) -> list[Canteen]:
    """The canteens at which whoever is signed in has the right."""
    who = actor()
    return [one for one in counters.canteens() if who.may(permission, place_at(one))]


def chosen(permission: Permission) -> Canteen:
    """The canteen of ?canteen=, or the first at which one has the right. Forbidden, NotFound."""
    own, code = canteens_for(permission), request.values.get("canteen", "")
    if not code:
        if not own:
            raise NotFound
        return own[0]
    found = counters.canteen(code)
    if found.id not in {one.id for one in own}:
        raise Forbidden
    return found


def of_item(number: int) -> Place:
    """Where a thing lies."""
    return place_at(queries.item(number).canteen)


def of_batch(number: int) -> Place:
    """Where a batch lies."""
    return place_at(queries.batch(number).item.canteen)


def of_form(number: int) -> Place:
    """Where a form belongs."""
    return place_at(queries.form(number).canteen)


def of_count(number: int) -> Place:
    """Where a count is made."""
    return place_at(queries.count(number).canteen)


def new_key() -> str:
    """What a form is sent under."""
    return secrets.token_urlsafe(16)

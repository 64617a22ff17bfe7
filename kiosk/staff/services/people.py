"""Writes of the people of logistics."""

import hashlib
from typing import Any

from kiosk.auth.queries import usernames
from kiosk.auth.services import close_accounts_of
from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.pictures import square
from kiosk.core.trace import record
from kiosk.persons import services as persons
from kiosk.persons.models import Person
from kiosk.school import queries as school
from kiosk.staff.models import Portrait
from kiosk.staff.permissions import RENAME_SIGNERS
from kiosk.staff.queries import portrait
from kiosk.staff.services.holding import vacate
from kiosk.staff.services.naming import withdraw_naming

SIDE = 320
"""Pixels of a photo's side: sharp at a tablet's head, some 15 kB."""


def save_person(*, by: Actor, active: bool = True, **known: Any) -> Person:
    """Add somebody or change what is known of a person (`persons.services`).

    Whoever left is shown no longer, the posts are without a holder, and the accounts end; Conflict where
    nobody could manage accounts then. Forbidden for who gives somebody who signs in another name, and may
    not.
    """
    _check_name(by, **known)
    person = persons.save_person(by=by, active=active, **known)
    if not active:
        withdraw_portrait(by=by, person=person)
        withdraw_naming(by=by, person=person)
        vacate(by=by, person=person, day=school.today())
        close_accounts_of(by=by, person=person)
    return person


def _check_name(by: Actor, *, name: str, person: Person | None = None, **_known: Any) -> None:
    """Whoever signs in signs by this name, here and in print: it is no matter of logistics alone."""
    if person is not None and name.strip() != person.name and usernames(person.id):
        by.needs(RENAME_SIGNERS, SCHOOL)


def show_portrait(*, by: Actor, person: Person, photo: bytes | None = None) -> Portrait:
    """Note that somebody agreed to be shown to those who rate; a photo that comes along replaces the last.

    Without a photo the badge is shown. Raises Conflict for who does not work here any more, and what
    `core.pictures.square` raises, with the field's name.
    """
    if not person.active:
        raise Conflict(lazy("Who does not work here any more is not shown."))
    found, now = portrait(person.id), clock.now()
    before = _shown(found)
    drawn = _drawn(photo) if photo else None
    if found is None:
        found = Portrait(staff_id=person.id, agreed_at=now, recorded_by=str(by))
        session.add(found)
    found.agreed_at, found.recorded_by = now, str(by)
    if drawn is not None:
        found.photo, found.digest = drawn, hashlib.sha256(drawn).hexdigest()[:16]
    session.flush()
    record("staff.shown", f"staff:{person.id}", by=by, before=before, after=_shown(found))
    return found


def _drawn(photo: bytes) -> bytes:
    try:
        return square(photo, SIDE)
    except Invalid as problem:
        problem.field = "photo"
        raise


def _shown(found: Portrait | None) -> dict[str, Any]:
    return {"agreed": found is not None, "photo": bool(found and found.digest)}


def withdraw_portrait(*, by: Actor, person: Person) -> bool:
    """The consent is withdrawn: photo and badge go from every screen at once; whether there was one."""
    found = portrait(person.id)
    if found is None:
        return False
    before = _shown(found)
    session.delete(found)
    session.flush()
    record("staff.shown", f"staff:{person.id}", by=by, before=before, after=_shown(None))
    return True

"""Writes of the people of logistics."""

import hashlib
from typing import Any

from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.pictures import square
from kiosk.core.trace import record
from kiosk.staff.models import Portrait, StaffMember
from kiosk.staff.queries import badge_holder, portrait

SIDE = 320
"""Pixels of a photo's side: sharp at a tablet's head, some 15 kB."""


def _told(person: StaffMember) -> dict[str, Any]:
    return {"name": person.name, "post": person.post, "badge": person.badge, "active": person.active}


def save_person(
    *,
    by: str,
    name: str,
    post: str = "",
    badge: str = "",
    active: bool = True,
    person: StaffMember | None = None,
) -> StaffMember:
    """Add somebody, or change what is known of him. Conflict for a badge that somebody else wears."""
    name, post, badge = name.strip(), post.strip(), badge.strip()
    if not 1 <= len(name) <= 40:
        raise Invalid(lazy("A name has 1 to 40 characters."), field="name")
    if len(post) > 40:
        raise Invalid(lazy("A post can have at most 40 characters."), field="post")
    if len(badge) > 10:
        raise Invalid(lazy("A badge number can have at most 10 characters."), field="badge")
    holder = badge_holder(badge) if badge and active else None
    if holder is not None and holder is not person:
        raise Conflict(lazy("%(name)s wears this badge already."), field="badge", name=holder.name)
    before = _told(person) if person else None
    if person is None:
        person = StaffMember()
        session.add(person)
    person.name, person.post, person.badge, person.active = name, post, badge, active
    session.flush()
    record("staff.saved", f"staff:{person.id}", by=by, before=before, after=_told(person))
    if not active:
        withdraw_portrait(by=by, person=person)
    return person


def show_portrait(*, by: str, person: StaffMember, photo: bytes | None = None) -> Portrait:
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
        found = Portrait(staff_id=person.id, agreed_at=now, recorded_by=by)
        session.add(found)
    found.agreed_at, found.recorded_by = now, by
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


def withdraw_portrait(*, by: str, person: StaffMember) -> bool:
    """The consent is withdrawn: photo and badge go from every screen at once; whether there was one."""
    found = portrait(person.id)
    if found is None:
        return False
    before = _shown(found)
    session.delete(found)
    session.flush()
    record("staff.shown", f"staff:{person.id}", by=by, before=before, after=_shown(None))
    return True

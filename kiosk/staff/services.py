"""Writes of the people of logistics."""

from typing import Any

from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.staff.models import StaffMember
from kiosk.staff.queries import badge_holder


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
        raise Invalid(lazy("A post has at most 40 characters."), field="post")
    if len(badge) > 10:
        raise Invalid(lazy("A badge number has at most 10 characters."), field="badge")
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
    return person

"""Reads of the people of logistics."""

from sqlalchemy import select

from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.staff.models import StaffMember


def people(*, everything: bool = False) -> list[StaffMember]:
    """The people who work here, in order of their badges; those who left only with `everything`."""
    query = select(StaffMember).order_by(
        StaffMember.active.desc(), StaffMember.badge, StaffMember.name, StaffMember.id
    )
    return list(session.scalars(query if everything else query.where(StaffMember.active)))


def person(staff_id: int) -> StaffMember:
    """The person, or NotFound."""
    found = session.get(StaffMember, staff_id)
    if found is None:
        raise NotFound
    return found


def badge_holder(badge: str) -> StaffMember | None:
    """Who wears the badge now, or None."""
    return session.scalar(select(StaffMember).where(StaffMember.badge == badge, StaffMember.active))

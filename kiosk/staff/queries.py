"""Reads of the people of logistics."""

from collections.abc import Iterable

from sqlalchemy import func, select

from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.staff.models import Portrait, StaffMember


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


def portrait(staff_id: int) -> Portrait | None:
    """What the person agreed to show, or None: nobody is shown who did not agree."""
    return session.get(Portrait, staff_id)


def portraits(staff_ids: Iterable[int]) -> dict[int, Portrait]:
    """The portraits of those of the people who agreed to be shown."""
    wanted = list(staff_ids)
    if not wanted:
        return {}
    return {
        one.staff_id: one for one in session.scalars(select(Portrait).where(Portrait.staff_id.in_(wanted)))
    }


def portraits_token() -> str:
    """Changes whenever somebody agrees to be shown, withdraws that, or gets another photo."""
    number, newest = session.execute(select(func.count(), func.max(Portrait.agreed_at))).one()
    return f"{number} {newest.isoformat()}" if newest else ""

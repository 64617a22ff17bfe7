"""Reads of the people of logistics."""

from collections.abc import Iterable

from sqlalchemy import func, select

from kiosk.core.db import session
from kiosk.staff.models import Portrait


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

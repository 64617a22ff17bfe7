"""Parents' days: what is open, how many places are left, whose a code is."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.core.security import fingerprint
from kiosk.dining.models import ParentsDay, ParentsSeat, SharedMeal
from kiosk.school import queries as school


def parents_days(*, first: date | None = None) -> list[ParentsDay]:
    """The parents' days from a day on (None: all), the next first."""
    query = select(ParentsDay).order_by(ParentsDay.day, ParentsDay.id)
    return list(session.scalars(query if first is None else query.where(ParentsDay.day >= first)))


def parents_day(number: int) -> ParentsDay:
    """The parents' day, or NotFound."""
    found = session.get(ParentsDay, number)
    if found is None:
        raise NotFound
    return found


def is_open(found: ParentsDay) -> bool:
    """Whether somebody can still register: the meal has not begun, and was not called off."""
    if found.called_off_at is not None:
        return False
    meal = next((one for one in school.meals() if one.code == found.meal), None)
    now = school.now()
    return now.date() < found.day or (now.date() == found.day and (meal is None or now.time() < meal.starts))


def normal(code: str) -> str:
    """A code as it is stored: without what people put between its letters."""
    return "".join(letter for letter in code.upper() if letter.isalnum())


def seat_of(code: str) -> ParentsSeat:
    """Whose private code it is, or NotFound."""
    query = select(ParentsSeat).where(ParentsSeat.key_hash == fingerprint(normal(code)))
    found = session.scalar(query)
    if found is None:
        raise NotFound
    return found


def written_by(seat: ParentsSeat) -> list[SharedMeal]:
    """What was entered by a seat."""
    return list(session.scalars(select(SharedMeal).where(SharedMeal.seat_id == seat.id)))


def can_write(seat: ParentsSeat) -> bool:
    """Whether whoever has the seat can say how it was: from the meal on, for a week."""
    found, now = seat.parents_day, clock.now()
    meal = next((one for one in school.meals() if one.code == found.meal), None)
    local = school.local(now)
    has_begun = local.date() > found.day or (
        local.date() == found.day and (meal is None or local.time() >= meal.starts)
    )
    gone = seat.cancelled_at is not None or found.called_off_at is not None
    return has_begun and not gone and (local.date() - found.day).days <= 7


def seats_of(numbers: Iterable[int]) -> dict[int, ParentsSeat]:
    """Seats by their numbers."""
    query = select(ParentsSeat).where(ParentsSeat.id.in_(list(numbers)))
    return {one.id: one for one in session.scalars(query)}

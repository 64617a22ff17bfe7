"""What the rooms say is owed, and what it is called."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import select

from kiosk.accountability.models import RUNNING, Chase, Entry
from kiosk.core.db import session
from kiosk.core.overdue import Dues, Overdue
from kiosk.core.room import all_rooms, rooms
from kiosk.persons import queries as persons
from kiosk.persons.models import Person
from kiosk.school import queries as school

LOOK_BACK = timedelta(days=60)
"""So far back it is asked what is owed: another calendar can bring a due day forward into the past."""


class Owed(NamedTuple):
    """Something owed, and the kind that said so."""

    dues: Dues
    one: Overdue


def start_of(day: date) -> datetime:
    """The first moment of a day of the school."""
    return datetime.combine(day, time(), school.zone())


def kinds() -> dict[str, Dues]:
    """The kinds of dues of the rooms that the school uses."""
    return {dues.kind: dues for room in rooms() for dues in room.dues}


def owed(since: date, day: date) -> dict[str, Owed]:
    """By its key, what was due before a day, `since` or later, and is not done now."""
    oldest = min((one.due_on for one in running()), default=day)
    first, last = max(since, min(day - LOOK_BACK, oldest)), day - timedelta(days=1)
    if first > last:
        return {}
    return {one.key: Owed(dues, one) for dues in kinds().values() for one in dues.of(first, last)}


def running() -> list[Chase]:
    """The reminders of what may still become an entry, the first to fall first."""
    query = select(Chase).where(Chase.ended == RUNNING)
    return list(session.scalars(query.order_by(Chase.falls_on, Chase.id)))


def is_entered(key: str) -> bool:
    """Whether an entry was made of it: there is never a second one."""
    return session.scalar(select(Entry.id).where(Entry.key == key)) is not None


def title(of: Chase | Entry) -> str:
    """What was to be done, in words; what its room cannot name any more is called by its code."""
    known = (dues for room in all_rooms() for dues in room.dues if dues.kind == of.kind)
    dues = next(known, None)
    return dues.title(of.subject, of.duty) if dues else f"{of.subject} {of.duty}"


def address(of: Chase | Entry) -> str | None:
    """Where it is done, inside a request; None while its room is switched off."""
    dues = kinds().get(of.kind)
    return dues.address(of.subject) if dues else None


def people_of(chase: Chase) -> list[Person]:
    """Whose it is."""
    return [persons.person(number) for number in chase.people]

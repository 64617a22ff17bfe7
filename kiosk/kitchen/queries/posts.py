"""Which post answers for what in a kitchen, and whose it is today."""

from datetime import date

from sqlalchemy import select

from kiosk.auth.models import ROLES
from kiosk.core.db import remembered, session
from kiosk.core.i18n import Text
from kiosk.kitchen.models import MONTH, KitchenDuty
from kiosk.persons.models import Person
from kiosk.staff import queries as staff
from kiosk.staff.models import Post


def named(task: str) -> dict[int | None, int]:
    """The numbers of the posts that answer for a task, by canteen; None: for every other."""
    query = select(KitchenDuty).order_by(KitchenDuty.id)
    everything = remembered("kitchen duties", lambda: session.scalars(query).all())
    return {one.canteen_id: one.post_id for one in everything if one.task == task}


def answering(task: str, canteen_id: int, day: date) -> Post | None:
    """The post that answers for a task at a canteen on a day; None: a role does."""
    known = named(task)
    number = known.get(canteen_id) or known.get(None)
    return staff.same_post(number, day) if number else None


def people(task: str, canteen_id: int, day: date) -> list[Person]:
    """Whose a task is: the holder's of its post, and without one the head's of logistics."""
    found = answering(task, canteen_id, day)
    return staff.answerable(found.id if found else None, day)


def told(task: str, canteen_id: int, day: date) -> Text:
    """Who answers for a task, as everybody reads it: the post, never the person."""
    found = answering(task, canteen_id, day)
    return found.name if found else ROLES["principal" if task == MONTH else "head"]

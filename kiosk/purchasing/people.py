"""Who stands on a sheet: the people one may choose from, and those of the canteen's last sheet."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import or_, select

from kiosk.core.db import session
from kiosk.core.i18n import _
from kiosk.core.pinyin import readings
from kiosk.persons import queries as persons
from kiosk.purchasing.checks import PEOPLE
from kiosk.purchasing.models import Sheet, SheetVersion

REMEMBERED = 200
"""So many of the latest sheets are looked at for names."""

_readings = lru_cache(maxsize=2000)(readings)


class LastPeople(NamedTuple):
    """The people of an earlier sheet, by their part in it, and its day."""

    day: date
    names: dict[str, str]


def last_people(canteen_id: int, before: date) -> LastPeople | None:
    """Those of the canteen's last posted sheet up to a day that names anybody."""
    query = (
        select(Sheet.day, SheetVersion)
        .join(SheetVersion, Sheet.posted_version_id == SheetVersion.id)
        .where(Sheet.canteen_id == canteen_id, Sheet.day <= before)
        .where(or_(*(getattr(SheetVersion, role) != "" for role in PEOPLE)))
        .order_by(Sheet.day.desc(), Sheet.id.desc())
        .limit(1)
    )
    found = session.execute(query).first()
    return LastPeople(found[0], {role: getattr(found[1], role) for role in PEOPLE}) if found else None


def _once_named() -> Iterator[str]:
    query = select(*(getattr(SheetVersion, role) for role in PEOPLE)).where(
        SheetVersion.posted_at.is_not(None)
    )
    for names in session.execute(query.order_by(SheetVersion.posted_at.desc()).limit(REMEMBERED)):
        yield from names


def choices() -> list[tuple[str, str, str]]:
    """Name, what it is found by in pinyin, and the post: who works here, then who stood on earlier sheets.

    Who left is not offered any more.
    """
    everybody = persons.people(everything=True)
    posts = {person.name: person.post for person in everybody if person.active}
    gone = {person.name for person in everybody} - posts.keys()
    posts |= {name: "" for name in _once_named() if name and name not in posts and name not in gone}
    return [(name, _readings(name), post) for name, post in posts.items()]


def words() -> dict[str, str]:
    """What the script says."""
    return {
        "list": _("People"),
        "all": _("The last sheet's people"),
        "taken": _("Taken from the last sheet. Are they the same people today?"),
    }

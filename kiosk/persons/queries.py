"""Reads of persons."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import and_, func, or_, select

from kiosk.core.db import remembered, session
from kiosk.core.errors import NotFound
from kiosk.core.room import measure
from kiosk.persons.models import Look, Namesake, Person


def people(*, everything: bool = False, kind: str | None = None) -> list[Person]:
    """The persons in use, in order of their badges; those who left only with `everything`.

    Who turned out to be somebody else's second row is none of them.
    """
    query = select(Person).where(Person.same_as_id.is_(None))
    if not everything:
        query = query.where(Person.active)
    if kind is not None:
        query = query.where(Person.kind == kind)
    order = (Person.active.desc(), Person.badge == "", Person.badge, Person.name, Person.id)
    return list(session.scalars(query.order_by(*order)))


def person(number: int) -> Person:
    """The person with this number, or NotFound."""
    found = session.get(Person, number)
    if found is None:
        raise NotFound
    return found if found.same_as_id is None else session.get_one(Person, found.same_as_id)


def rows_of(number: int) -> list[Person]:
    """Every row of the person with this number: the first, and those of which the school said so later."""
    query = select(Person).where(or_(Person.id == number, Person.same_as_id == number))
    return list(remembered(("rows", number), lambda: session.scalars(query.order_by(Person.id)).all()))


def badge_holder(badge: str) -> Person | None:
    """Who wears the badge now, or None."""
    return session.scalar(select(Person).where(Person.badge == badge, Person.active))


def called(name: str) -> list[Person]:
    """Everybody of this name, those in use first; each person once."""
    query = select(Person).where(Person.name == name).order_by(Person.active.desc(), Person.id)
    numbers = dict.fromkeys(one.number for one in session.scalars(query))
    return [session.get_one(Person, number) for number in numbers]


def namesakes() -> list[Namesake]:
    """The pairs about whom nobody has said yet whether they are one person."""
    return list(session.scalars(select(Namesake).where(Namesake.same.is_(None)).order_by(Namesake.id)))


def namesake(pair_id: int) -> Namesake:
    """A pair, or NotFound."""
    found = session.get(Namesake, pair_id)
    if found is None:
        raise NotFound
    return found


def different_people(persons: Iterable[int]) -> bool:
    """Whether these numbers are of people of whom no two are one, as far as the school has said.

    A pair that waits for the school's word is not different yet.
    """
    given = list(persons)
    rows = {one.id: one.number for one in session.scalars(select(Person).where(Person.id.in_(given)))}
    numbers = [rows[one] for one in given]
    return len(set(numbers)) == len(numbers) and not _undecided(numbers)


def _undecided(numbers: list[int]) -> bool:
    query = select(func.count()).where(
        Namesake.same.is_(None), Namesake.person_id.in_(numbers), Namesake.other_id.in_(numbers)
    )
    return bool(session.scalar(query))


def is_among(person: int | None, others: Iterable[int]) -> bool:
    """Whether a person is, or may be, one of the others; None is nobody."""
    given = set(others)
    if person is None or not given:
        return False
    rows = {
        one.id: one.number for one in session.scalars(select(Person).where(Person.id.in_({person, *given})))
    }
    own, numbers = rows[person], {rows[one] for one in given}
    pairs = or_(
        and_(Namesake.person_id == own, Namesake.other_id.in_(numbers)),
        and_(Namesake.other_id == own, Namesake.person_id.in_(numbers)),
    )
    undecided = select(func.count()).where(Namesake.same.is_(None), pairs)
    return own in numbers or bool(session.scalar(undecided))


def aliases(person: int) -> frozenset[int]:
    """Every number under which a person stands, or may stand while the school has not said who is who."""
    return remembered(("aliases", person), lambda: _aliases(session.get_one(Person, person).number))


def _aliases(own: int) -> frozenset[int]:
    pairs = select(Namesake.person_id, Namesake.other_id).where(
        Namesake.same.is_(None), or_(Namesake.person_id == own, Namesake.other_id == own)
    )
    numbers = {own, *(number for pair in session.execute(pairs) for number in pair)}
    rows = select(Person.id).where(or_(Person.id.in_(numbers), Person.same_as_id.in_(numbers)))
    return frozenset(session.scalars(rows))


def questions() -> int:
    """How many questions about who is who wait for the school, those of rooms above with them."""
    unclear = measure("unclear_names")
    return len(namesakes()) + (unclear() if unclear else 0)


def looks_at(person: int) -> list[Look]:
    """Who looked at what is known of a person, under any of the numbers, the newest first."""
    numbers = [row.id for row in rows_of(person)]
    query = select(Look).where(Look.person_id.in_(numbers)).order_by(Look.at.desc(), Look.id.desc())
    return list(session.scalars(query))


def is_noted(*, account: str, reader: int, person: int, page: str, day: date) -> bool:
    """Whether it is written down already that this page was looked at on that day."""
    query = select(Look.id).filter_by(account=account, reader_id=reader, person_id=person, page=page, day=day)
    return session.scalar(query.limit(1)) is not None

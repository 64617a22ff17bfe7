"""The persons behind the names on a sheet: written when it is posted, or said later for old sheets."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select

from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.persons import queries as persons
from kiosk.persons.models import Person
from kiosk.persons.services import OwnIdentity, save_person
from kiosk.purchasing.checks import PEOPLE
from kiosk.purchasing.models import Sheet, SheetPerson, SheetVersion
from kiosk.purchasing.people import meant


class Unclear(NamedTuple):
    """A name printed on posted sheets of which nobody has said whose it is, and who is called so."""

    name: str
    sheets: int
    first: date
    last: date
    persons: list[Person]


def sign(*, by: Actor, version: SheetVersion, add: bool) -> None:
    """Write down who the people of a draft are, and print their names; with `add` a new name is a new person.

    What does not tell who is meant is printed as it was typed, without a person.
    """
    for part, one in meant({part: getattr(version, part) for part in PEOPLE}).items():
        number = one.person
        if number is None and one.text and not one.numbers and add:
            number = save_person(by=by, name=one.text).id
        if number is not None:
            setattr(version, part, persons.person(number).name)
            session.add(SheetPerson(version_id=version.id, part=part, person_id=number))
    session.flush()


def unclear_names() -> list[Unclear]:
    """The names on posted sheets that wait to be said whose they are, those on most sheets first."""
    found: dict[str, list[tuple[int, date, date]]] = {}
    for part in PEOPLE:
        column = getattr(SheetVersion, part)
        figures = (column, func.count(), func.min(Sheet.day), func.max(Sheet.day))
        for name, number, first, last in session.execute(_unsigned(part, *figures).group_by(column)):
            found.setdefault(name, []).append((number, first, last))
    names = [
        Unclear(
            name,
            sum(number for number, _first, _last in parts),
            min(first for _number, first, _last in parts),
            max(last for _number, _first, last in parts),
            [persons.person(number) for number in meant({"name": name})["name"].numbers],
        )
        for name, parts in found.items()
    ]
    return sorted(names, key=lambda one: (-one.sheets, one.name))


def _unsigned(part: str, *columns: Any) -> Select[Any]:
    """Of posted versions whose name for this part has no person behind it."""
    signed = (SheetPerson.version_id == SheetVersion.id) & (SheetPerson.part == part)
    return (
        select(*columns)
        .select_from(SheetVersion)
        .join(Sheet, Sheet.id == SheetVersion.sheet_id)
        .outerjoin(SheetPerson, signed)
        .where(SheetVersion.posted_at.is_not(None), ~SheetVersion.nothing_bought)
        .where(getattr(SheetVersion, part) != "", SheetPerson.person_id.is_(None))
    )


def say_who(*, by: Actor, name: str, person: Person | None) -> int:
    """Say who is meant by a name on all old sheets that wait for it (None: somebody new); on how many.

    OwnIdentity when it is oneself; Conflict when no sheet waits for this name, or one would name a person
    twice.
    """
    if person is not None and persons.is_among(by.person, [person.id]):
        raise OwnIdentity
    waiting = {
        part: list(
            session.scalars(_unsigned(part, SheetVersion.id).where(getattr(SheetVersion, part) == name))
        )
        for part in PEOPLE
    }
    number = sum(map(len, waiting.values()))
    if not number:
        raise Conflict(lazy("Nothing waits for this name any more."))
    if person is not None:
        _refuse_twice([one for versions in waiting.values() for one in versions], person)
    meaning = person or save_person(by=by, name=name)
    session.add_all(
        SheetPerson(version_id=one, part=part, person_id=meaning.id)
        for part, versions in waiting.items()
        for one in versions
    )
    session.flush()
    record("sheet.person_said", f"person:{meaning.id}", by=by, after={"printed": name, "count": number})
    return number


def _refuse_twice(versions: Sequence[int], person: Person) -> None:
    query = select(SheetPerson.version_id).where(
        SheetPerson.version_id.in_(versions), SheetPerson.person_id == person.id
    )
    if session.scalar(query.limit(1)) is not None or len(set(versions)) < len(versions):
        raise Conflict(lazy("On one of these sheets this would be the same person twice."))


def waiting_names() -> dict[str, Any]:
    """What the office's page of who is who shows of old sheets."""
    everybody = [(one.id, one.name) for one in persons.people(everything=True)]
    return {"names": unclear_names(), "everybody": everybody}


def number_of_unclear_names() -> int:
    """How many printed names wait to be said whose they are."""
    return len(unclear_names())

"""The persons behind the names on a sheet: written when it is posted, or said later for old sheets."""

from collections.abc import Mapping, Sequence
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
from kiosk.postings.models import Posting, PostingVersion
from kiosk.purchasing.models import SheetPerson
from kiosk.purchasing.people import meant


class Unclear(NamedTuple):
    """A name printed on posted sheets of which nobody has said whose it is, and who is called so."""

    name: str
    sheets: int
    first: date
    last: date
    persons: list[Person]


def signed(*, by: Actor, names: Mapping[str, str], add: bool) -> dict[str, dict[str, Any] | None]:
    """Who the people of a sheet are, and their names as printed; with `add` a new name is a new person.

    What does not tell who is meant is printed as it was typed, without a person; None where nobody is named.
    """
    found: dict[str, dict[str, Any] | None] = {}
    for part, one in meant(names).items():
        number = one.person
        if number is None and one.text and not one.numbers and add:
            number = save_person(by=by, name=one.text).id
        name = persons.person(number).name if number is not None else one.text
        found[part] = {"person": number, "name": name} if name else None
    return found


def unclear_names() -> list[Unclear]:
    """The names on posted sheets that wait to be said whose they are, those on most sheets first."""
    figures = (SheetPerson.name, func.count(), func.min(Posting.period), func.max(Posting.period))
    found = session.execute(_unsigned(*figures).group_by(SheetPerson.name))
    names = [
        Unclear(
            name,
            number,
            date.fromisoformat(first),
            date.fromisoformat(last),
            [persons.person(one) for one in meant({"name": name})["name"].numbers],
        )
        for name, number, first, last in found
    ]
    return sorted(names, key=lambda one: (-one.sheets, one.name))


def _unsigned(*columns: Any) -> Select[Any]:
    """Of the printed names that have no person behind them."""
    return (
        select(*columns)
        .select_from(SheetPerson)
        .join(PostingVersion, PostingVersion.id == SheetPerson.version_id)
        .join(Posting, Posting.id == PostingVersion.posting_id)
        .where(SheetPerson.person_id.is_(None))
    )


def say_who(*, by: Actor, name: str, person: Person | None) -> int:
    """Say who is meant by a name on all old sheets that wait for it (None: somebody new); on how many.

    OwnIdentity when it is oneself; Conflict when no sheet waits for this name, or one would name a person
    twice.
    """
    if person is not None and persons.is_among(by.person, [person.id]):
        raise OwnIdentity
    waiting = list(session.scalars(_unsigned(SheetPerson).where(SheetPerson.name == name)))
    if not waiting:
        raise Conflict(lazy("Nothing waits for this name any more."))
    if person is not None:
        _refuse_twice([one.version_id for one in waiting], person)
    meaning = person or save_person(by=by, name=name)
    for one in waiting:
        one.person_id = meaning.id
    session.flush()
    after = {"printed": name, "count": len(waiting)}
    record("sheet.person_said", f"person:{meaning.id}", by=by, after=after)
    return len(waiting)


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

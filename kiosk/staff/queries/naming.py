"""Who agreed to be named in public."""

from collections.abc import Iterable

from sqlalchemy import or_, select

from kiosk.core.db import session
from kiosk.persons.models import Person
from kiosk.staff.models import Naming


def naming(person: Person) -> Naming | None:
    """The person's consent to be named; None: the post alone is shown."""
    same = or_(Person.id == person.number, Person.same_as_id == person.number)
    query = select(Naming).join(Person, Person.id == Naming.person_id).where(same)
    return session.scalar(query.order_by(Naming.person_id).limit(1))


def named(numbers: Iterable[int]) -> dict[int, str]:
    """The names of those of the persons who work here and agreed to be named, by the number given."""
    wanted = set(numbers)
    if not wanted:
        return {}
    agreed = {one.number for one in session.scalars(select(Person).join(Naming))}
    people = [found for number in wanted if (found := session.get(Person, number))] if agreed else []
    return {one.id: one.current.name for one in people if one.current.active and one.number in agreed}

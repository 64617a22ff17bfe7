"""The consent to be named in public, given and withdrawn."""

from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.persons.models import Person
from kiosk.staff.models import Naming
from kiosk.staff.queries import naming


def agree_to_be_named(*, by: Actor, person: Person) -> Naming:
    """Note that somebody agreed to be named in public. Conflict for who does not work here any more."""
    if not person.current.active:
        raise Conflict(lazy("Who does not work here any more is not shown."))
    if found := naming(person):
        return found
    found = Naming(person_id=person.number, agreed_at=clock.now(), recorded_by=str(by))
    session.add(found)
    session.flush()
    _record(by, person, agreed=True)
    return found


def withdraw_naming(*, by: Actor, person: Person) -> bool:
    """The consent is withdrawn: from now on the post alone is shown; whether there was one."""
    found = naming(person)
    if found is None:
        return False
    session.delete(found)
    session.flush()
    _record(by, person, agreed=False)
    return True


def _record(by: Actor, person: Person, *, agreed: bool) -> None:
    subject = f"staff:{person.number}"
    record("staff.named", subject, by=by, before={"agreed": not agreed}, after={"agreed": agreed})

"""Writes of delegations: who signs while somebody is absent."""

from datetime import date, timedelta

from sqlalchemy import select

from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Forbidden, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.persons.queries import aliases
from kiosk.school import queries as school
from kiosk.steps import queries
from kiosk.steps.models import ABSENCE, Delegation

LONGEST = timedelta(days=366)


def delegate(*, by: Actor, stand_in: int, first: date, last: date, reason: str) -> Delegation:
    """Name who signs on the actor's behalf from the first to the last day, both included.

    Invalid for somebody who cannot sign in or is the actor, for days that are past or in the wrong order,
    and for more than a year;
    Conflict where a stand-in is named for one of the days already.
    """
    person, reason = _person(by), ABSENCE.read(reason)
    if stand_in not in {one.id for one in queries.stand_ins(person)}:
        raise Invalid(lazy("Please choose somebody else, who can sign in."), field="stand_in")
    if first < school.today():
        raise Invalid(lazy("This day is past."), field="first")
    if last < first:
        raise Invalid(lazy("It ends before it begins."), field="last")
    if last - first >= LONGEST:
        raise Invalid(lazy("%(n)s days at most; please check the year."), field="last", n=LONGEST.days)
    overlapping = select(Delegation.id).where(
        Delegation.person_id.in_(aliases(person)),
        Delegation.ended_at.is_(None),
        Delegation.first <= last,
        Delegation.last >= first,
    )
    if there := session.scalar(select(Delegation).where(Delegation.id.in_(overlapping)).limit(1)):
        said = stand_in, first, last
        if (there.stand_in_id, there.first, there.last) == said and there.made_at > clock.now() - clock.TWICE:
            return there
        raise Conflict(lazy("A stand-in is named for some of these days already."), field="first")
    found = Delegation(person_id=person, stand_in_id=stand_in, first=first, last=last, made_at=clock.now())
    session.add(found)
    session.flush()
    after = {"absent": person, "stand_in": stand_in, "first": first, "last": last, "why": reason}
    record("delegation.made", f"delegation:{found.id}", by=by, after=after)
    return found


def end_delegation(*, by: Actor, delegation: Delegation) -> None:
    """End a delegation at once. Forbidden for anybody but the absent person; Conflict if it is over."""
    if delegation.person_id not in aliases(_person(by)):
        raise Forbidden
    if queries.is_over(delegation):
        raise Conflict(lazy("This is over already."))
    delegation.ended_at = clock.now()
    session.flush()
    after = {"absent": delegation.person_id, "stand_in": delegation.stand_in_id}
    record("delegation.ended", f"delegation:{delegation.id}", by=by, after=after)


def _person(by: Actor) -> int:
    """The number of the person who acts; Forbidden for what acts by itself."""
    if by.person is None:
        raise Forbidden
    return by.person

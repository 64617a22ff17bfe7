"""Writes of delegations: who signs while somebody is absent."""

from datetime import date, timedelta

from sqlalchemy import select

from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Forbidden, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.persons import queries as persons
from kiosk.persons.queries import aliases
from kiosk.school import queries as school
from kiosk.steps import queries
from kiosk.steps.models import ABSENCE, Delegation
from kiosk.steps.permissions import NAME_STAND_INS

LONGEST = timedelta(days=366)


def delegate(
    *, by: Actor, stand_in: int, first: date, last: date, reason: str, absent: int | None = None
) -> Delegation:
    """Name who signs from the first to the last day, both included, on behalf of the actor, or of somebody
    else who is absent, which takes the right to.

    Invalid for somebody who cannot sign in, is absent, or is the actor who names for another; for days that
    are past or in the wrong order, and for more than a year;
    Conflict where a stand-in is named for one of the days already.
    """
    own = _person(by)
    person = own if absent is None else persons.person(absent).id
    if person in aliases(own):
        person = own
    else:
        by.needs(NAME_STAND_INS, SCHOOL)
        if stand_in in aliases(own):
            raise Invalid(lazy("For somebody else you cannot name yourself."), field="stand_in")
    reason = ABSENCE.read(reason)
    _check(person, stand_in, first, last)
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
    found.named_by_id = own if person != own else None
    session.add(found)
    session.flush()
    after = {"absent": person, "stand_in": stand_in, "first": first, "last": last, "why": reason}
    after |= {"named_by": own} if person != own else {}
    record("delegation.made", f"delegation:{found.id}", by=by, after=after)
    return found


def _check(person: int, stand_in: int, first: date, last: date) -> None:
    if stand_in not in {one.id for one in queries.stand_ins(person)}:
        raise Invalid(lazy("Please choose somebody else, who can sign in."), field="stand_in")
    if first < school.today():
        raise Invalid(lazy("This day is past."), field="first")
    if last < first:
        raise Invalid(lazy("It ends before it begins."), field="last")
    if last - first >= LONGEST:
        raise Invalid(lazy("%(n)s days at most; please check the year."), field="last", n=LONGEST.days)


def may_end(by: Actor, delegation: Delegation) -> bool:
    """Whether an actor can end it: the absent person; what was named for another, also who may name."""
    if by.person is not None and delegation.person_id in aliases(by.person):
        return True
    return delegation.named_by_id is not None and by.may(NAME_STAND_INS, SCHOOL)


def end_delegation(*, by: Actor, delegation: Delegation) -> None:
    """End a delegation at once. Forbidden for who may not (`may_end`); Conflict if it is over."""
    if not may_end(by, delegation):
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

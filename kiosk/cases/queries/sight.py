"""Who sees which case: its owner and everybody who had it, and whoever the place lets see it."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import and_, false, or_, select, true

from kiosk.auth.models import Account
from kiosk.cases.models import PRAISE, Case, CaseStep
from kiosk.cases.permissions import ASSIGN_CASES, DECIDE_CASES, SEE_AT_ONCE, SEE_CASES
from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor, Place
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.persons.models import Person
from kiosk.persons.queries import aliases


def place_of(case: Case) -> Place:
    """Where a case is, as rights are asked for it."""
    return Place(case.canteen, case.counter)


def numbers(actor: Actor) -> frozenset[int]:
    """Every number under which somebody stands in cases."""
    return aliases(actor.person) if actor.person is not None else frozenset()


def visible(actor: Actor) -> Any:
    """The condition under which somebody sees a case; what acts by itself sees all.

    Until the meal is over, a case of ratings is seen by those alone who see it at once, its owner included:
    who serves must not be able to tell from whom it came.
    """
    if actor.grants is None:
        return true()
    at = [_at(grant.canteen, grant.counter) for grant in _seeing(actor)]
    return and_(or_(_had(actor), *at), open_to(actor))


def open_to(actor: Actor) -> Any:
    """The condition under which a case that somebody may see is seen already: its meal is over."""
    if actor.grants is None or actor.may(SEE_AT_ONCE, SCHOOL):
        return true()
    return or_(Case.held_until.is_(None), Case.held_until <= clock.now())


def _seeing(actor: Actor) -> list[Any]:
    return [grant for grant in actor.grants or () if grant.role in SEE_CASES.roles]


def _at(canteen: str | None, counter: str | None) -> Any:
    if counter is not None:
        return Case.counter == counter
    return Case.canteen == canteen if canteen is not None else true()


def _had(actor: Actor) -> Any:
    """Whose it is or was, to whom it is offered, and who did something with it."""
    own = numbers(actor)
    if not own:
        return false()
    done = select(CaseStep.case_id).where(or_(CaseStep.person_id.in_(own), CaseStep.to_id.in_(own)))
    return or_(Case.owner_id.in_(own), Case.offered_to_id.in_(own), Case.id.in_(done))


def case(number: int) -> Case:
    """The case with this number, or NotFound."""
    found = session.get(Case, number)
    if found is None:
        raise NotFound
    return found


def may_see(actor: Actor, found: Case) -> bool:
    """Whether somebody sees a case."""
    return session.scalar(select(Case.id).where(Case.id == found.id, visible(actor))) is not None


def reads_all(actor: Actor, found: Case) -> bool:
    """Whether somebody reads what was said as it was said, with its photos: whose it is, to whom it is
    offered, and who gives cases to others. Whoever else sees the case reads it masked."""
    return actor.grants is None or any((is_owner(actor, found), is_offered(actor, found), may_assign(actor)))


def is_owner(actor: Actor, found: Case) -> bool:
    """Whether a case is somebody's own; one that is nobody's, and a good deed, is for those who assign."""
    if (found.owner_id is None or found.kind == PRAISE) and actor.may(ASSIGN_CASES, SCHOOL):
        return True
    return found.owner_id is not None and found.owner_id in numbers(actor)


def is_offered(actor: Actor, found: Case) -> bool:
    """Whether a case is offered to somebody."""
    return found.offered_to_id is not None and found.offered_to_id in numbers(actor)


def may_assign(actor: Actor) -> bool:
    """Whether somebody gives cases to others."""
    return actor.may(ASSIGN_CASES, SCHOOL)


def may_decide(actor: Actor) -> bool:
    """Whether somebody decides that there is nothing in cases of others."""
    return actor.may(DECIDE_CASES, SCHOOL)


def colleagues(*, but: Iterable[int] = ()) -> list[Person]:
    """Everybody who can sign in, by name: to whom a case can be given."""
    left = set(but)
    query = select(Account).where(Account.active)
    found = {one.person.number: one.person.current for one in session.scalars(query)}
    people = [one for number, one in found.items() if number not in left and one.active]
    return sorted(people, key=lambda one: (one.name, one.id))

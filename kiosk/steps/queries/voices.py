"""Who may decide: in the own name, or on behalf of somebody absent who named a stand-in."""

from dataclasses import dataclass

from sqlalchemy import select

from kiosk.auth.models import Account
from kiosk.auth.queries import account_named
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.persons.models import Person
from kiosk.persons.queries import aliases
from kiosk.school import queries as school
from kiosk.school.queries import Due
from kiosk.steps.models import Approval, Delegation
from kiosk.steps.queries.approvals import due_of, facts, people_in, waiting
from kiosk.steps.queries.ladders import Level, all_levels, levels_of, proposers_of


@dataclass(frozen=True)
class Voice:
    """A name in which somebody can decide: the own, or that of somebody absent."""

    numbers: frozenset[int]
    """All numbers under which the person stands, or may stand."""
    roles: frozenset[str]
    absent: Person | None = None


@dataclass(frozen=True)
class Waiting:
    """An approval that waits for somebody."""

    approval: Approval
    level: Level
    due: Due | None
    absent: Person | None
    """On whose behalf it would be decided."""


def roles_of(account: Account | None) -> frozenset[str]:
    """The roles that an account holds for the whole school; a closed one has none."""
    if account is None or not account.active:
        return frozenset()
    return frozenset(grant.role for grant in account.grants if grant.is_whole)


def voices(actor: Actor) -> list[Voice]:
    """In whose names an actor can decide, the own first; none for what is no person."""
    if actor.person is None:
        return []
    own = aliases(actor.person)
    found = [Voice(own, roles_of(account_named(actor.account)))]
    for one in delegations_to(own):
        found.append(Voice(aliases(one.person_id), _roles_of_person(one.person_id), one.person))
    return found


def _roles_of_person(number: int) -> frozenset[str]:
    accounts = session.scalars(select(Account).where(Account.person_id.in_(aliases(number))))
    return frozenset(role for account in accounts for role in roles_of(account))


def delegations_to(numbers: frozenset[int]) -> list[Delegation]:
    """The delegations in force today whose stand-in has one of these numbers."""
    today = school.today()
    query = select(Delegation).where(
        Delegation.stand_in_id.in_(numbers),
        Delegation.ended_at.is_(None),
        Delegation.first <= today,
        Delegation.last >= today,
    )
    return list(session.scalars(query.order_by(Delegation.id)))


def delegations_of(person: int) -> list[Delegation]:
    """What a person has said of own absences, the latest first."""
    query = select(Delegation).where(Delegation.person_id.in_(aliases(person)))
    return list(session.scalars(query.order_by(Delegation.first.desc(), Delegation.id.desc())))


def delegation(delegation_id: int) -> Delegation:
    """A delegation, or NotFound."""
    found = session.get(Delegation, delegation_id)
    if found is None:
        raise NotFound
    return found


def stand_ins(person: int) -> list[Person]:
    """Whom a person can name as a stand-in: everybody else who can sign in."""
    query = (
        select(Person)
        .join(Account, Account.person_id == Person.id)
        .where(Account.active, Person.active, Person.id.not_in(aliases(person)))
        .order_by(Person.name, Person.id)
    )
    return list(session.scalars(query.distinct()))


def voice_for(level: Level, found: Approval, names: list[Voice]) -> Voice | None:
    """The name in which somebody can decide on the level, if there is one.

    One person fills one place of a chain: neither who decides nor who is absent has a part in it already.
    """
    taken = people_in(found).keys()
    if not names or names[0].numbers & taken:
        return None
    fitting = (one for one in names if one.roles.intersection(level.roles) and not one.numbers & taken)
    return next(fitting, None)


def waiting_for(actor: Actor) -> list[Waiting]:
    """What waits for an actor's decision, the first due first."""
    names, found = voices(actor), []
    for one in waiting() if names else ():
        level = levels_of(one)[one.level - 1]
        if voice := voice_for(level, one, names):
            found.append(Waiting(one, level, due_of(one), voice.absent))
    far = "9999"
    return sorted(found, key=lambda one: str(one.due.day if one.due and one.due.day else far))


def has_a_say(actor: Actor, found: Approval) -> bool:
    """Whether an actor decides on any of its levels, in the own name or as a stand-in."""
    asked = {role for level in all_levels(found) for role in level.roles}
    return any(one.roles & asked for one in voices(actor))


def may_see(actor: Actor, found: Approval) -> bool:
    """Whether an actor may see it: who proposes, who decides, and who has, or had, a part in it."""
    names = voices(actor)
    parts = {fact.person_id for fact in facts(found, found.decisions)}
    concerned = proposers_of(found).union(*(level.roles for level in all_levels(found)))
    return any(one.numbers & parts or one.roles & concerned for one in names)

"""Who may decide: in the own name, or on behalf of somebody absent who named a stand-in."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import false, or_, select

from kiosk.auth.models import Account
from kiosk.auth.queries import account_named, held_to_the_end
from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import Erased, opened
from kiosk.core.actor import Actor, Grant, Place
from kiosk.core.db import remembered, session
from kiosk.core.errors import NotFound
from kiosk.persons.models import Person
from kiosk.persons.queries import aliases
from kiosk.school import queries as school
from kiosk.school.queries import Due
from kiosk.steps.models import OPEN, RETURNED, Approval, Decision, Delegation, Part, Round
from kiosk.steps.queries.approvals import asked_alike, asked_now, dues, facts, people_in, waiting
from kiosk.steps.queries.ladders import (
    Level,
    all_levels,
    level_asked,
    levels_of,
    place_declared,
    place_of,
    proposers_of,
)


@dataclass(frozen=True)
class Voice:
    """A name in which somebody can decide: the own, or that of somebody absent."""

    numbers: frozenset[int]
    """All numbers under which the person stands, or may stand."""
    grants: tuple[Grant, ...]
    absent: Person | None = None

    def holds(self, roles: Iterable[str], at: Place) -> bool:
        """Whether the person holds one of the roles at the place."""
        return held(self.grants, roles, at)

    def decides(self, level: Level, at: Place) -> bool:
        """Whether the person is asked on a level about what belongs to the place."""
        grants = [one for one in self.grants if one.is_whole or not level.whole]
        return held(grants, level.roles, at)


@dataclass(frozen=True)
class Waiting:
    """An approval that waits for somebody."""

    approval: Approval
    level: Level
    due: Due | None
    absent: Person | None
    """On whose behalf it would be decided."""


def held(grants: Iterable[Grant], roles: Iterable[str], at: Place) -> bool:
    """Whether one of the roles is among what is held, for the school or for the place."""
    wanted = set(roles)
    return any(grant.role in wanted and grant.covers(at) for grant in grants)


def grants_of(account: Account | None) -> tuple[Grant, ...]:
    """The roles that an account holds; a closed one has none."""
    return account.grants if account is not None and account.active else ()


def voices(actor: Actor) -> list[Voice]:
    """In whose names an actor can decide, the own first; none for what is no person."""
    return list(remembered(("voices", actor), lambda: _voices(actor)))


def _voices(actor: Actor) -> list[Voice]:
    if actor.person is None:
        return []
    own = aliases(actor.person)
    found = [Voice(own, grants_of(account_named(actor.account)))]
    for one in delegations_to(own):
        found.append(Voice(aliases(one.person_id), grants_of_person(one.person_id), one.person))
    return found


def grants_of_person(number: int) -> tuple[Grant, ...]:
    """The roles of somebody absent; of who can sign in no more, those that were held to the end.

    What somebody left behind is decided by whoever stands in, and not by nobody.
    """
    query = select(Account).where(Account.person_id.in_(aliases(number))).order_by(Account.id)
    accounts = list(session.scalars(query))
    if any(account.active for account in accounts):
        return tuple(grant for account in accounts for grant in grants_of(account))
    return tuple(grant for account in accounts for grant in held_to_the_end(account))


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


def why_absent(delegations: list[Delegation]) -> dict[int, str | Erased]:
    """Why the stand-ins were named, by the delegation's number; the record alone holds it."""
    subjects = {f"delegation:{one.id}": one.id for one in delegations}
    query = select(ChainEntry).where(ChainEntry.subject.in_(subjects), ChainEntry.action == "delegation.made")
    bodies = opened(session.scalars(query)).values()
    return {subjects[body["subject"]]: body["after"]["why"] for body in bodies}


def is_over(one: Delegation) -> bool:
    """Whether a delegation has ended."""
    return one.ended_at is not None or one.last < school.today()


def delegation(delegation_id: int) -> Delegation:
    """A delegation, or NotFound."""
    found = session.get(Delegation, delegation_id)
    if found is None:
        raise NotFound
    return found


def named_by_others(person: int) -> list[Delegation]:
    """The delegations that are not over and that somebody else named for this person."""
    return [one for one in delegations_of(person) if one.named_by_id and not is_over(one)]


def named_for_others() -> list[Delegation]:
    """Whom the head or the principal named for somebody else, the latest first."""
    query = select(Delegation).where(Delegation.named_by_id.is_not(None))
    return list(session.scalars(query.order_by(Delegation.first.desc(), Delegation.id.desc()).limit(50)))


def stand_ins(person: int) -> list[Person]:
    """Whom a person can name as a stand-in: everybody else who can sign in."""
    signing = select(Account.person_id).where(Account.active)
    query = (
        select(Person)
        .where(Person.active, Person.id.in_(signing), Person.id.not_in(aliases(person)))
        .order_by(Person.name, Person.id)
    )
    return list(session.scalars(query))


def absentees(person: int) -> list[Person]:
    """For whom somebody else can name a stand-in: whoever has an account, or had one to the end."""
    known = select(Account.person_id)
    query = select(Person).where(Person.id.in_(known), Person.id.not_in(aliases(person)))
    return list(session.scalars(query.order_by(Person.name, Person.id)))


def voice_for(level: Level, found: Approval, names: list[Voice]) -> Voice | None:
    """The name in which somebody can decide on the level, if there is one.

    One person fills one place of a chain: neither who decides nor who is absent has a part in it already.
    """
    taken, at = people_in(found).keys(), place_of(found)
    if not names or names[0].numbers & taken:
        return None
    return next((one for one in names if one.decides(level, at) and not one.numbers & taken), None)


def asked_of(found: Approval) -> list[int]:
    """The numbers of everybody who is asked on the level of now, and has no part in the approval yet."""
    level, at = levels_of(found)[found.level - 1], place_of(found)
    taken = people_in(found).keys()
    people: dict[int, None] = {}
    for account in session.scalars(select(Account).where(Account.active).order_by(Account.id)):
        numbers = aliases(account.person.number)
        if Voice(numbers, account.grants).decides(level, at) and not numbers & taken:
            people.setdefault(account.person.number)
    return list(people)


def could_decide(found: Approval) -> list[Person]:
    """Who can still decide on the level of now in the own name: each person once, in order of their names."""
    numbers = asked_of(found)
    query = select(Person).where(Person.id.in_(numbers)).order_by(Person.name, Person.id)
    return list(session.scalars(query))


def waiting_for(actor: Actor, most: int | None = None) -> list[Waiting]:
    """What waits for an actor's decision, the first due first; with `most` of those that wait longest."""
    names, found = voices(actor), []
    asked = waiting(_asking(names), *_without(names[0]), most=most) if names else []
    due = dues(asked)
    for one in asked:
        level = levels_of(one)[one.level - 1]
        if voice := voice_for(level, one, names):
            found.append(Waiting(one, level, due[one.id], voice.absent))
    far = "9999"
    return sorted(found, key=lambda one: str(one.due.day if one.due and one.due.day else far))


def _without(own: Voice) -> list[Any]:
    """The condition under which a voice has no part in an approval yet (`people_in`)."""
    parts = select(Part.approval_id).where(Part.person_id.in_(own.numbers))
    rounds = select(Round.approval_id).where(Round.person_id.in_(own.numbers))
    signed = select(Decision.approval_id).where(
        or_(Decision.person_id.in_(own.numbers), Decision.absent_id.in_(own.numbers)),
        Decision.round == Approval.round,
        Decision.approval_id == Approval.id,
    )
    return [Approval.id.not_in(parts), Approval.id.not_in(rounds), ~signed.exists()]


def _asking(names: list[Voice]) -> Any:
    """The condition under which an open approval's level asks for a role that one of the voices holds."""
    grants = {grant for one in names for grant in one.grants}
    of_all: dict[tuple[str, int], set[int | None]] = {}
    amounts: dict[tuple[str, int], set[int | None]] = {}
    for declared, amount, level in asked_now():
        of_all.setdefault((declared, level), set()).add(amount)
        if held(grants, level_asked(declared, amount, level).roles, place_declared(declared)):
            amounts.setdefault((declared, level), set()).add(amount)
    return or_(
        false(),
        *(
            asked_alike(declared, level, frozenset(of_some) if of_some != of_all[declared, level] else None)
            for (declared, level), of_some in amounts.items()
        ),
    )


def all_waiting(most: int | None = None) -> list[Waiting]:
    """Everything that waits for anybody's decision, the oldest first; of `most`, those that wait longest."""
    everything = waiting(most=most)
    due = dues(everything)
    return [Waiting(one, levels_of(one)[one.level - 1], due[one.id], None) for one in everything]


def proposed_by(actor: Actor) -> list[Approval]:
    """What an actor has proposed or changed, and is not approved yet: open, or sent back."""
    if actor.person is None:
        return []
    own = select(Round.approval_id).where(Round.person_id.in_(aliases(actor.person)))
    query = select(Approval).where(Approval.id.in_(own), Approval.state.in_((OPEN, RETURNED)))
    return list(session.scalars(query.order_by(Approval.id.desc())))


def has_a_say(actor: Actor, found: Approval) -> bool:
    """Whether an actor decides on any of its levels, in the own name or as a stand-in."""
    return _is_asked(voices(actor), found)


def _is_asked(names: list[Voice], found: Approval) -> bool:
    levels, at = all_levels(found), place_of(found)
    return any(one.decides(level, at) for one in names for level in levels)


def may_see(actor: Actor, found: Approval) -> bool:
    """Whether an actor may see it: who proposes, who decides, and who has, or had, a part in it."""
    names = voices(actor)
    parts = {fact.person_id for fact in facts(found, found.decisions)}
    roles, at = proposers_of(found), place_of(found)
    return _is_asked(names, found) or any(one.numbers & parts or one.holds(roles, at) for one in names)

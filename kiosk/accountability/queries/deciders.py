"""Who decides about an entry: one level above whoever answers for it, and never a person who is named."""

from functools import lru_cache

from kiosk.accountability.models import HEAD, Entry
from kiosk.accountability.queries.entries import is_heard, undecided
from kiosk.auth.queries import accounts
from kiosk.core.actor import SCHOOL, Actor
from kiosk.persons.queries import aliases
from kiosk.school import queries as school
from kiosk.steps.queries import Level, Voice, voices

CHAIN = ("head", "council", "congress")
"""Who stands above whom."""


Holders = dict[str, list[frozenset[int]]]


def holders() -> Holders:
    """By role, everybody who holds it for the whole school, each with all numbers of the person."""
    everybody = [one for one in accounts() if one.active]
    return {
        role: [
            aliases(one.person.number)
            for one in everybody
            if any(grant.role == role and grant.is_whole for grant in one.grants)
        ]
        for role in CHAIN
    }


def level(found: Entry, known: Holders | None = None) -> Level:
    """Who is asked: the head, of the head the council; and what has nobody else, the next above.

    `known` is what `holders` gave, for whoever asks about many.
    """
    held = known if known is not None else holders()
    asked = CHAIN[0 if found.level == HEAD else 1 :]
    free = (role for role in asked if any(not numbers & named(found) for numbers in held[role]))
    return Level(roles=(next(free, asked[0]),), whole=True)


def named(found: Entry) -> frozenset[int]:
    """The numbers of whoever answers for it."""
    return frozenset(one.person_id for one in found.named)


def is_accountable(actor: Actor, found: Entry) -> bool:
    """Whether somebody is named, or may be the same person: under another account or another row, too."""
    return actor.person is not None and bool(aliases(actor.person) & named(found))


def voice(
    actor: Actor, found: Entry, names: list[Voice] | None = None, known: Holders | None = None
) -> Voice | None:
    """The name in which somebody can decide: the own, or that of somebody absent; neither is named."""
    names = voices(actor) if names is None else names
    if not names or names[0].numbers & named(found):
        return None
    asked = level(found, known)
    return next((one for one in names if one.decides(asked, SCHOOL) and not one.numbers & named(found)), None)


def waiting_for(actor: Actor) -> list[Entry]:
    """The entries that wait for somebody's decision, the oldest first."""
    names = voices(actor)
    if not any(one.decides(Level(roles=CHAIN, whole=True), SCHOOL) for one in names):
        return []
    rule = lru_cache(None)(school.due)
    waiting = [one for one in undecided() if is_heard(one, rule)]
    known = holders() if waiting else None
    return [one for one in waiting if voice(actor, one, names, known) is not None]

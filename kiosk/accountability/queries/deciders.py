"""Who decides about an entry: one level above whoever answers for it, and never a person who is named."""

from sqlalchemy import select

from kiosk.accountability.models import HEAD, Entry
from kiosk.auth.models import Account
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.db import session
from kiosk.persons.queries import aliases
from kiosk.steps.queries import Level, Voice, voices

CHAIN = ("head", "council", "congress")
"""Who stands above whom."""


def level(found: Entry) -> Level:
    """Who is asked: the head, of the head the council; and what has nobody else, the next above."""
    asked = CHAIN[0 if found.level == HEAD else 1 :]
    return next((one for one in map(_level, asked) if _anybody(one, found)), _level(asked[0]))


def _level(role: str) -> Level:
    return Level(roles=(role,), whole=True)


def _anybody(asked: Level, found: Entry) -> bool:
    """Whether somebody holds the role who is not named."""
    accounts = session.scalars(select(Account).where(Account.active))
    return any(
        Voice(frozenset(), one.grants).decides(asked, SCHOOL)
        and not aliases(one.person.number) & named(found)
        for one in accounts
    )


def named(found: Entry) -> frozenset[int]:
    """The numbers of whoever answers for it."""
    return frozenset(one.person_id for one in found.named)


def is_accountable(actor: Actor, found: Entry) -> bool:
    """Whether somebody is named, or may be the same person: under another account or another row, too."""
    return actor.person is not None and bool(aliases(actor.person) & named(found))


def voice(actor: Actor, found: Entry) -> Voice | None:
    """The name in which somebody can decide: the own, or that of somebody absent; neither is named."""
    if is_accountable(actor, found):
        return None
    asked = level(found)
    return next(
        (one for one in voices(actor) if one.decides(asked, SCHOOL) and not one.numbers & named(found)), None
    )

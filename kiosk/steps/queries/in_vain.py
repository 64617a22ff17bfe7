"""What waits for a level on which too few people are left who could decide."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from kiosk.auth.models import Account
from kiosk.core.actor import Place
from kiosk.core.db import session
from kiosk.persons.queries import aliases
from kiosk.school import queries as school
from kiosk.steps.models import Delegation
from kiosk.steps.queries.approvals import people_in, standing, waiting
from kiosk.steps.queries.ladders import Level, place_of
from kiosk.steps.queries.voices import Voice, grants_of_person


@dataclass(frozen=True)
class Unmanned:
    """An approval on whose level too few are left: it waits in vain until somebody is named."""

    approval: int
    """Its number."""
    level: Level
    left: int
    """How many could still decide."""


Names = tuple[frozenset[int], Voice]
"""Whoever would sign, and in whose name."""


def unmanned(*conditions: Any) -> list[Unmanned]:
    """The open approvals that meet the conditions and for whose level too few people are left, the oldest
    first."""
    names, known = _names(), dict[tuple[Level, Place], list[Names]]()
    found = []
    for approval in waiting(*conditions):
        now, at = standing(approval).asked, place_of(approval)
        assert now
        if (now.level, at) not in known:
            known[now.level, at] = [one for one in names if one[1].decides(now.level, at)]
        taken = people_in(approval).keys()
        left = _people(known[now.level, at], frozenset(taken))
        if left < now.missing:
            found.append(Unmanned(approval.id, now.level, left))
    return found


def _people(names: list[Names], taken: frozenset[int]) -> int:
    """How many places these can fill: neither who signs nor who is signed for stands in two."""
    used = set(taken)
    number = 0
    for signs, voice in names:
        if not used & (signs | voice.numbers):
            used |= signs | voice.numbers
            number += 1
    return number


def _names() -> list[Names]:
    """Everybody who can sign in, in the own name; then whoever stands in for somebody today."""
    query = select(Account).where(Account.active).order_by(Account.id).options(joinedload(Account.person))
    own = [(aliases(one.person.number), one.grants) for one in session.scalars(query)]
    today = school.today()
    named = session.scalars(
        select(Delegation).where(
            Delegation.ended_at.is_(None), Delegation.first <= today, Delegation.last >= today
        )
    )
    signing = {number for numbers, _grants in own for number in numbers}
    return [(numbers, Voice(numbers, grants)) for numbers, grants in own] + [
        (
            aliases(one.stand_in_id),
            Voice(aliases(one.person_id), grants_of_person(one.person_id), one.person),
        )
        for one in named
        if one.stand_in_id in signing
    ]

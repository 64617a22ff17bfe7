"""Whether enough people hold the roles that a ladder asks."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from kiosk.auth.models import Account
from kiosk.core.db import session
from kiosk.steps.queries.ladders import Level


def too_few(levels: Iterable[Level]) -> list[tuple[Level, int]]:
    """The levels that ask more people than hold their roles now, and how many do; each person once."""
    query = select(Account).where(Account.active).options(joinedload(Account.person))
    accounts = list(session.scalars(query))
    found = []
    for level in levels:
        people = {one.person.number for one in accounts if one.role_names & set(level.roles)}
        if len(people) < level.least:
            found.append((level, len(people)))
    return found

"""Who is named in an entry: the persons, the posts they held then, and whether the council stands above."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from kiosk.accountability.models import COUNCIL, HEAD, Named
from kiosk.auth.models import ROLES, Account
from kiosk.core.actor import Grant
from kiosk.core.db import session
from kiosk.persons import queries as persons
from kiosk.staff import queries as staff


def named(people: Iterable[int], post_id: int | None, day: date) -> list[Named]:
    """Who answers for it on a day, each person once, with the post that was named or held."""
    return [_one(number, post_id, day) for number in _once(people)]


def _once(people: Iterable[int]) -> list[int]:
    return list(dict.fromkeys(persons.person(number).number for number in people))


def _one(number: int, post_id: int | None, day: date) -> Named:
    held, _stands_in = staff.posts_of(persons.person(number), day)
    answering = staff.same_post(post_id, day) if post_id else None
    post = answering if answering in held else (held[0] if held else None)
    return Named(
        person_id=number,
        post_id=post.id if post else None,
        post=post.name if post else "",
        office=_office(number),
    )


def _office(number: int) -> str:
    """The role that somebody holds: for the whole school the council's or the head's first, else any."""
    rows = [row.id for row in persons.rows_of(number)]
    accounts = session.scalars(select(Account).where(Account.active, Account.person_id.in_(rows)))
    grants = [grant for account in accounts for grant in account.grants]
    above = {grant.role for grant in grants if grant.is_whole} & {COUNCIL, HEAD}
    return next((role for role in (COUNCIL, HEAD) if role in above), "") or _any(grants)


def _any(grants: Iterable[Grant]) -> str:
    held = {grant.role for grant in grants}
    return next((role for role in ROLES if role in held), "")


def level_above(people: Iterable[Named]) -> str:
    """Who decides: the head, and the council where one of them is head or of the council."""
    return COUNCIL if any(one.office in (COUNCIL, HEAD) for one in people) else HEAD

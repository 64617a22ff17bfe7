"""Reads of accounts and sign-ins."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import lazyload

from kiosk.auth.models import ROLES, Account, AccountRole, CalendarKey, SignIn
from kiosk.auth.settings import SECOND_FACTOR_ROLES
from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import opened
from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor, Grant, Place
from kiosk.core.db import remembered, session
from kiosk.core.errors import Invalid, NotFound
from kiosk.core.i18n import LazyString, _, lazy
from kiosk.core.room import measure
from kiosk.core.security import PERMISSIONS, Permission, fingerprint
from kiosk.persons.models import Person
from kiosk.persons.queries import rows_of
from kiosk.school.queries import settings


def account_named(username: str) -> Account | None:
    """The account with this user name (letters of either case), or None; either costs one statement."""
    query = select(Account).where(func.lower(Account.username) == username.strip().lower())
    return session.scalar(query.options(lazyload(Account.roles)))


def find_account(account_id: int) -> Account | None:
    """The account with this id, or None."""
    return session.get(Account, account_id)


def account(username: str) -> Account:
    """The account with this user name, or NotFound."""
    found = account_named(username)
    if found is None:
        raise NotFound
    return found


def accounts() -> list[Account]:
    """All accounts, the active ones first."""
    query = select(Account).order_by(Account.active.desc(), Account.username)
    return list(remembered("accounts", lambda: session.scalars(query).all()))


def sign_in_with(key: str) -> SignIn | None:
    """The sign-in a browser's key stands for, if it is neither over nor revoked."""
    found = session.scalar(select(SignIn).where(SignIn.key_hash == fingerprint(key)))
    if found is None or found.revoked_at is not None or found.expires_at <= clock.now():
        return None
    return found if found.account.active else None


def account_signed_in(sign_in_id: int) -> Account | None:
    """The account of a sign-in that is still in force, for what outlasts a request (streams)."""
    found = session.get(SignIn, sign_in_id)
    if found is None or found.revoked_at is not None or found.expires_at <= clock.now():
        return None
    return found.account if found.account.active else None


def calendar_key(account_id: int) -> CalendarKey | None:
    """The key of an account's calendar, if it has one."""
    return session.get(CalendarKey, account_id)


def account_of_calendar(key: str) -> Account | None:
    """The account whose inbox this key opens as a calendar; None for a key that nobody has, or no longer."""
    query = select(CalendarKey).where(CalendarKey.key_hash == fingerprint(key.strip().upper()))
    found = session.scalar(query)
    return found.account if found is not None and found.account.active else None


def sign_ins(account_id: int) -> list[SignIn]:
    """The sign-ins of an account that are in force, the newest first."""
    query = select(SignIn).where(
        SignIn.account_id == account_id, SignIn.revoked_at.is_(None), SignIn.expires_at > clock.now()
    )
    return list(session.scalars(query.order_by(SignIn.started_at.desc())))


def sign_in(account_id: int, sign_in_id: int) -> SignIn:
    """One sign-in of an account, or NotFound."""
    found = session.get(SignIn, sign_in_id)
    if found is None or found.account_id != account_id:
        raise NotFound
    return found


def demands_second_factor(account: Account) -> bool:
    """Whether the school demands a second factor of one of the account's roles."""
    return any(role in account.role_names for role in settings()[SECOND_FACTOR_ROLES])


def must_set_second_factor(account: Account) -> bool:
    """Whether the school demands a second factor of this role and the account has none yet."""
    return account.totp_secret is None and demands_second_factor(account)


def holders(permission: Permission) -> list[tuple[LazyString, list[str]]]:
    """Who has a right: each role that has it, and the names of the people who hold the role now."""
    query = (
        select(Account)
        .join(Account.person)
        .where(Account.active, Account.roles.any(AccountRole.role.in_(permission.roles)))
        .order_by(Person.name, Account.id)
    )
    people = list(session.scalars(query))
    return [
        (label, [one.name for one in people if role in one.role_names])
        for role, label in ROLES.items()
        if role in permission.roles
    ]


def held_to_the_end(account: Account) -> tuple[Grant, ...]:
    """The roles that a closed account held when it was closed, as the record has them.

    Of a place that is there no more nothing is left.
    """
    query = (
        select(ChainEntry)
        .where(ChainEntry.subject == f"account:#{account.id}", ChainEntry.action == "account.changed")
        .order_by(ChainEntry.seq.desc())
    )
    for body in opened(session.scalars(query)).values():
        if (told := (body.get("before") or {}).get("roles")) is not None:
            return tuple(grant for one in told if (grant := _grant_told(str(one))))
    return ()


def _grant_told(told: str) -> Grant | None:
    """A role and its place by their codes (`AccountRole.told_by_code`)."""
    role, *codes = told.split(" ")
    try:
        place = place_named(codes[-1]) if codes else SCHOOL
    except Invalid:
        return None
    return Grant(role, place.canteen if not place.counter else None, place.counter) if codes else Grant(role)


def role(account: Account, role_id: int) -> AccountRole:
    """A role of an account, or NotFound."""
    for found in account.roles:
        if found.id == role_id:
            return found
    raise NotFound


WHOLE = "school"
"""What stands for the whole school where a place is chosen."""


def places() -> list[tuple[str, Place, str]]:
    """Where a role can be held: the code as it is chosen, the place, and what it is called."""
    known = measure("places")
    return [(WHOLE, SCHOOL, _("the whole school")), *(known() if known else ())]


def place(code: str) -> Place:
    """The place that was chosen (`canteen:k1`, `counter:c1`, `school`). Invalid where none was: a role that
    nobody meant for the whole school does not reach it."""
    if not code:
        raise Invalid(lazy("Please choose where the role is held."), field="place")
    return SCHOOL if code == WHOLE else place_named(code)


def place_named(code: str) -> Place:
    """The canteen or counter with this code (`canteen:k1`, `counter:c1`, or `k1` alone).

    Invalid where there is none, and where a canteen and a counter have the same code.
    """
    named = [found for known, found, _label in places()[1:] if code in (known, known.partition(":")[2])]
    if not named:
        raise Invalid(lazy("There is no canteen or counter %(code)s."), field="place", code=code)
    if len(named) > 1:
        raise Invalid(
            lazy("A canteen and a counter have this code; write canteen:%(code)s or counter:%(code)s."),
            field="place",
            code=code,
        )
    return named[0]


def rights() -> list[Permission]:
    """Every right that was declared, by its room."""
    return sorted(PERMISSIONS.values(), key=lambda one: one.name)


OVERSEERS = frozenset({"head", "principal", "admin"})
"""Who sees to it that others do their work."""


def is_work_of(who: Actor, permission: Permission, at: Place = SCHOOL) -> bool:
    """Whether what a right is for is the work of a role that an actor holds there.

    It is an overseer's only where nobody but overseers has the right; what acts by itself has no work.
    """
    doers = permission.roles - OVERSEERS or permission.roles
    return who.grants is not None and who.holds(doers, at)


def names_of(usernames: Iterable[str]) -> dict[str, str]:
    """What the people of these accounts are called, by user name."""
    wanted = set(usernames)
    if not wanted:
        return {}
    query = select(Account).where(Account.username.in_(wanted))
    return {found.username: found.name for found in session.scalars(query)}


def usernames(person: int) -> list[str]:
    """The user names of a person's accounts."""
    rows = [row.id for row in rows_of(person)]
    query = select(Account.username).where(Account.person_id.in_(rows)).order_by(Account.username)
    return list(session.scalars(query))


def can(person: int, permission: Permission, at: Place) -> bool:
    """Whether somebody can sign in and then has a right at a place."""
    rows = [row.id for row in rows_of(person)]
    query = select(Account).where(Account.active, Account.person_id.in_(rows))
    return any(one.may(permission, at) for one in session.scalars(query))

"""Reads of accounts and sign-ins."""

from sqlalchemy import func, select

from kiosk.auth.models import ROLES, Account, SignIn
from kiosk.auth.settings import SECOND_FACTOR_ROLES
from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.core.i18n import LazyString
from kiosk.core.security import Permission, fingerprint
from kiosk.persons.models import Person
from kiosk.school.queries import settings


def account_named(username: str) -> Account | None:
    """The account with this user name (letters of either case), or None."""
    return session.scalar(select(Account).where(func.lower(Account.username) == username.strip().lower()))


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
    return list(
        session.scalars(select(Account).order_by(Account.active.desc(), Account.role, Account.username))
    )


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


def must_set_second_factor(account: Account) -> bool:
    """Whether the school demands a second factor of this role and the account has none yet."""
    return account.totp_secret is None and account.role in settings()[SECOND_FACTOR_ROLES]


def holders(permission: Permission) -> list[tuple[LazyString, list[str]]]:
    """Who has a right: each role that has it, and the names of the people who hold the role now."""
    query = (
        select(Account)
        .join(Account.person)
        .where(Account.active, Account.role.in_(permission.roles))
        .order_by(Person.name, Account.id)
    )
    people = list(session.scalars(query))
    return [
        (label, [one.name for one in people if one.role == role])
        for role, label in ROLES.items()
        if role in permission.roles
    ]

"""Writes of accounts and sign-ins."""

import re
from datetime import timedelta

from sqlalchemy import update

from kiosk.auth.models import ROLES, Account, SignIn
from kiosk.auth.queries import account_named
from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.security import check_password, fingerprint, hash_password, new_key
from kiosk.core.trace import record

SESSION_LIFE = timedelta(hours=12)
LONGEST_WAIT = 60
"""Seconds an unknown browser waits at most between two attempts on one account."""
FREE_FAILURES = 4
SHORTEST_PASSWORD = 10
USERNAME = re.compile(r"[^\W_][\w.-]{1,39}")


class SignInRefused(Invalid):
    """One text for every failure: a wrong name, a wrong password, an account that is closed or must wait."""

    code = "sign-in-refused"
    status = 401
    message = lazy(
        "User name or password is not right. After several failures, wait a minute before trying again."
    )


def check_new_password(password: str) -> None:
    """Raise Invalid for a password that is too short or too simple."""
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid(
            lazy("A password needs at least %(n)s characters."), field="password", n=SHORTEST_PASSWORD
        )
    if len(set(password)) < 5:
        raise Invalid(lazy("This password is too simple."), field="password")


def add_account(*, by: str, username: str, password: str, role: str, name: str = "") -> Account:
    """Add an account. Raises Conflict for a taken name, Invalid for anything unusable."""
    username = username.strip()
    if not USERNAME.fullmatch(username):
        raise Invalid(lazy("A user name has 2 to 40 letters, digits, dots or hyphens."), field="username")
    if role not in ROLES:
        raise Invalid(lazy("There is no role %(role)s."), field="role", role=role)
    check_new_password(password)
    if account_named(username):
        raise Conflict(lazy("There is already an account %(name)s."), field="username", name=username)
    account = Account(
        username=username,
        name=name.strip() or username,
        role=role,
        password_hash=hash_password(password),
        created_at=clock.now(),
    )
    session.add(account)
    session.flush()
    record("account.added", f"account:{username}", by=by, after={"name": account.name, "role": role})
    return account


def change_account(*, by: str, account: Account, name: str, role: str, active: bool) -> None:
    """Change an account's shown name, role or activity; closing it ends its sign-ins."""
    if role not in ROLES:
        raise Invalid(lazy("There is no role %(role)s."), field="role", role=role)
    before = {"name": account.name, "role": account.role, "active": account.active}
    after = {"name": name.strip() or account.username, "role": role, "active": active}
    if before == after:
        return
    account.name, account.role, account.active = str(after["name"]), role, active
    if not active:
        revoke_sign_ins(account=account)
    record("account.changed", f"account:{account.username}", by=by, before=before, after=after)


def set_password(*, by: str, account: Account, password: str) -> None:
    """Give an account a new password and end all its sign-ins."""
    check_new_password(password)
    account.password_hash = hash_password(password)
    account.failures, account.wait_until = 0, None
    revoke_sign_ins(account=account)
    record("account.password", f"account:{account.username}", by=by)


def revoke_sign_ins(*, account: Account, keep: int | None = None) -> None:
    """End the sign-ins of an account, but for the one with the id `keep`."""
    query = update(SignIn).where(SignIn.account_id == account.id, SignIn.revoked_at.is_(None))
    if keep is not None:
        query = query.where(SignIn.id != keep)
    session.execute(query.values(revoked_at=clock.now()))


def revoke_sign_in(*, by: str, sign_in: SignIn) -> None:
    """End one sign-in."""
    sign_in.revoked_at = clock.now()
    record("sign_in.revoked", f"account:{sign_in.account.username}", by=by)


def password_fits(*, account: Account | None, password: str, known_browser: bool) -> bool:
    """Whether the password opens the account now. The same work is done whatever the answer.

    After some failures an unknown browser has to wait; one that signed in to this account before never does,
    so that nobody can shut out the head of logistics by typing wrong passwords.
    """
    fits = check_password(account.password_hash if account else None, password)
    if account is None or not account.active:
        return False
    waiting = account.wait_until is not None and clock.now() < account.wait_until
    if waiting and account.wait_until and account.wait_until - clock.now() > timedelta(seconds=LONGEST_WAIT):
        waiting = False  # the clock was set back; an old wait must not become a lock
    return fits and (known_browser or not waiting)


def note_failure(*, username: str) -> None:
    """Count a failed sign-in; from the fifth on the wait doubles, up to a minute."""
    account = account_named(username)
    if account is None:
        return
    account.failures += 1
    if account.failures > FREE_FAILURES:
        seconds = min(LONGEST_WAIT, 2 ** (account.failures - FREE_FAILURES))
        account.wait_until = clock.now() + timedelta(seconds=seconds)


def start_sign_in(*, account: Account) -> str:
    """Begin a sign-in and return the key for the browser's cookie."""
    account.failures, account.wait_until = 0, None
    key = new_key()
    session.add(
        SignIn(
            account=account,
            key_hash=fingerprint(key),
            started_at=clock.now(),
            expires_at=clock.now() + SESSION_LIFE,
        )
    )
    record("sign_in", f"account:{account.username}", by=account.username)
    return key

"""Writes of accounts and sign-ins."""

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from sqlalchemy import func, select, update

from kiosk.auth.models import ROLES, Account, AccountRole, CalendarKey, SignIn
from kiosk.auth.permissions import MANAGE_ACCOUNTS
from kiosk.auth.queries import account_named, calendar_key
from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor, Place
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.security import check_password, fingerprint, hash_password, new_code, new_key, same, totp
from kiosk.core.trace import record
from kiosk.persons import queries as persons
from kiosk.persons.models import Person
from kiosk.persons.services import rename_person, save_person

SESSION_LIFE = timedelta(hours=12)
LONGEST_WAIT = 60
"""Seconds an unknown browser waits at most between two attempts on one account."""
FREE_FAILURES = 4
SHORTEST_PASSWORD = 10
CALENDAR_KEY = 20
"""Characters of a calendar's key, at 5 bits each: it can be typed on a phone, and never guessed."""
TOTP_STEP = 30
"""Seconds for which one code of a second factor is shown (RFC 6238)."""
TOTP_DRIFT = 1
"""How many steps a phone's clock may be fast or slow."""
KIND_OF = {"council": "teacher", "congress": "teacher", "inspector": "other", "admin": "other"}
"""The kind of a new person by the account's role; the others are of logistics."""
USERNAME = re.compile(r"[^\W_][\w.-]{1,39}")


class SignInRefused(Invalid):
    """One text for every failure: a wrong name, a wrong password, an account that is closed or must wait."""

    code = "sign-in-refused"
    status = 401
    message = lazy(
        "User name or password is wrong. After several failures, please wait a minute before trying again."
    )


class CodeRefused(SignInRefused):
    """One text for a wrong code, a spent one, and one that came too soon after failures."""

    message = lazy(
        "This code is wrong or was already used. After several failures, please wait a "
        "minute before trying again."
    )


def _subject(account: Account) -> str:
    """An account in the record: by its number, as the name can be erased. Before 0.3.0 it was the name."""
    return f"account:#{account.id}"


def _whose(account: Account) -> dict[str, str]:
    """Whose account it is, for those who read the record."""
    return {"username": account.username}


def check_new_password(password: str) -> None:
    """Raise Invalid for a password that is too short or too simple."""
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid(
            lazy("A password needs at least %(n)s characters."), field="password", n=SHORTEST_PASSWORD
        )
    if len(set(password)) < 5:
        raise Invalid(lazy("This password is too simple."), field="password")


def add_account(
    *,
    by: Actor,
    username: str,
    password: str,
    role: str,
    at: Place = SCHOOL,
    name: str = "",
    person: Person | None = None,
) -> Account:
    """Add an account of a person, with its first role: the one that is given, else a new one called `name`.

    Raises Conflict for a taken user name, Invalid for anything unusable.
    """
    username = username.strip()
    if not USERNAME.fullmatch(username):
        raise Invalid(lazy("A user name has 2 to 40 letters, digits, dots or hyphens."), field="username")
    _check_role(role)
    check_new_password(password)
    _refuse_left(person)
    if account_named(username):
        raise Conflict(lazy("There is already an account %(name)s."), field="username", name=username)
    account = Account(
        username=username,
        person=person or save_person(by=by, name=name.strip() or username, kind=KIND_OF.get(role, "staff")),
        roles=[AccountRole(role=role, canteen=at.canteen, counter=at.counter)],
        password_hash=hash_password(password),
        created_at=clock.now(),
    )
    session.add(account)
    session.flush()
    after = {"username": username, "person": account.person.id, "role": role}
    after |= _told_place(account.roles[0])
    record("account.added", _subject(account), by=by, after=after)
    return account


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise Invalid(lazy("There is no role %(role)s."), field="role", role=role)


def _told_place(role: AccountRole) -> dict[str, str]:
    places = {"canteen": role.canteen, "counter": role.counter}
    return {name: code for name, code in places.items() if code}


def give_role(*, by: Actor, account: Account, role: str, at: Place = SCHOOL) -> None:
    """Give an account a role, for the whole school or at a place; Conflict if it has it or is closed."""
    _check_role(role)
    if not account.active:
        raise Conflict(lazy("This account is closed."), field="role")
    given = AccountRole(role=role, canteen=at.canteen, counter=at.counter)
    if given.grant in account.grants:
        raise Conflict(lazy("The account has this role already."), field="role")
    account.roles.append(given)
    session.flush()
    after = {"role": role, **_told_place(given), **_whose(account)}
    record("account.role_given", _subject(account), by=by, after=after)


def take_role(*, by: Actor, account: Account, role: AccountRole) -> None:
    """Take a role away. Conflict when nobody would be left to manage the accounts."""
    if role.role in MANAGE_ACCOUNTS.roles:
        _leave_a_manager(account, without=role)
    before = {"role": role.role, **_told_place(role)}
    account.roles.remove(role)
    session.flush()
    record("account.role_taken", _subject(account), by=by, before=before, after=_whose(account))


def change_account(
    *, by: Actor, account: Account, name: str, active: bool, person: Person | None = None
) -> None:
    """Change whose an account is, what that person is called, or whether it is open; closing ends its roles.

    Conflict when somebody closes his own account or gives it to another person, or when nobody would be
    left to manage the accounts.
    """
    if person is None or person.number == account.person.number:
        owner = persons.person(account.person.number)
        rename_person(by=by, person=owner, name=name.strip() or account.username)
    before = {"person": account.person.number, "active": account.active}
    after = {"person": (person or account.person).number, "active": active}
    if before == after:
        return
    if before["person"] != after["person"]:
        _check_new_owner(by, account, person)
    if account.username == str(by):
        raise Conflict(lazy("You cannot close your own account; somebody else has to do it."), field="active")
    if not active:
        _leave_a_manager(account)
    account.person, account.active = person or account.person, active
    if not active:
        _end(account, before)
    record("account.changed", _subject(account), by=by, before=before, after={**after, **_whose(account)})


def _check_new_owner(by: Actor, account: Account, person: Person | None) -> None:
    """Conflict for an account of one's own, whichever one acts with, and for a new owner who left."""
    if persons.is_among(by.person, [account.person.number]):
        raise Conflict(lazy("You cannot say that you are somebody else."), field="person")
    _refuse_left(person)


def _refuse_left(person: Person | None) -> None:
    if person is not None and not person.active:
        raise Conflict(lazy("This person has left and gets no account."), field="person")


def _end(account: Account, before: dict[str, Any]) -> None:
    """End what an account holds; `before` learns which roles these were."""
    revoke_sign_ins(account=account)
    before["roles"] = [role.told_by_code for role in account.roles]
    account.roles.clear()
    session.flush()


def close_accounts_of(*, by: Actor, person: Person) -> None:
    """A person leaves: all accounts end, and with them their roles; person and record stay.

    Forbidden for who may not manage accounts, where there are any.
    """
    rows = [row.id for row in persons.rows_of(person.number)]
    query = select(Account).where(Account.person_id.in_(rows), Account.active)
    for account in session.scalars(query).all():
        by.needs(MANAGE_ACCOUNTS, SCHOOL)
        change_account(by=by, account=account, name=person.name, active=False)


def _leave_a_manager(account: Account, *, without: AccountRole | None = None) -> None:
    """Conflict if nobody could manage the accounts without this one, or without this role of it."""
    if without is not None and any(
        role is not without and role.grant.gives(MANAGE_ACCOUNTS, SCHOOL) for role in account.roles
    ):
        return
    others = (
        other for other in session.scalars(select(Account).where(Account.active)) if other is not account
    )
    if account.may(MANAGE_ACCOUNTS) and not any(other.may(MANAGE_ACCOUNTS) for other in others):
        raise Conflict(
            lazy("This is the last account that may manage accounts; give another one that role first."),
            field="active" if without is None else "role",
        )


def set_password(*, by: Actor, account: Account, password: str, keep: int | None = None) -> None:
    """Give an account a new password and end its sign-ins, but for the one with the id `keep`."""
    check_new_password(password)
    account.password_hash = hash_password(password)
    account.failures, account.wait_until = 0, None
    revoke_sign_ins(account=account, keep=keep)
    record("account.password", _subject(account), by=by, after=_whose(account))


def totp_address(*, account: Account, secret: str, issuer: str) -> str:
    """What the QR code for an authenticator app holds."""
    label = quote(f"{issuer}:{account.username}", safe="")
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer, safe='')}"


def fitting_step(*, secret: str, code: str, after: int | None) -> int | None:
    """The time step that the six digits belong to, later than the step `after`; None if there is none.

    A step is good once: whoever reads a code over somebody's shoulder comes too late.
    """
    digits = "".join(code.split())
    now = int(clock.now().timestamp()) // TOTP_STEP
    fitting = [
        step
        for step in range(now - TOTP_DRIFT, now + TOTP_DRIFT + 1)
        if same(totp(secret, step), digits) and (after is None or step > after)
    ]
    return fitting[0] if fitting else None


def set_second_factor(*, by: Actor, account: Account, secret: str, code: str) -> None:
    """Turn the second factor on, once a code shows that the phone has the secret. Invalid otherwise."""
    step = fitting_step(secret=secret, code=code, after=None) if secret else None
    if step is None:
        raise Invalid(lazy("This code is wrong. Please enter the one shown now."), field="code")
    account.totp_secret, account.totp_last_step = secret, step
    record("account.second_factor_set", _subject(account), by=by, after=_whose(account))


def use_code(*, account: Account, code: str) -> bool:
    """Whether the code opens the account now; a code that does is spent, one that does not is counted.

    After some failures every browser waits, known or not: only somebody with the password gets this far.
    """
    if account.totp_secret is None or _left(account.code_wait_until):
        return False
    last = account.totp_last_step
    if last is not None and last * TOTP_STEP > clock.now().timestamp() + 10 * TOTP_STEP:
        last = None  # the clock was set back; an old step must not become a lock
    step = fitting_step(secret=account.totp_secret, code=code, after=last)
    if step is None:
        account.code_failures += 1
        account.code_wait_until = _wait_after(account.code_failures)
        return False
    account.totp_last_step, account.code_failures, account.code_wait_until = step, 0, None
    return True


def remove_second_factor(*, by: Actor, account: Account) -> None:
    """Turn the second factor off: the phone was lost, or it is not wanted any more."""
    if account.totp_secret is None:
        return
    account.totp_secret = account.totp_last_step = None
    record("account.second_factor_removed", _subject(account), by=by, after=_whose(account))


def revoke_sign_ins(*, account: Account, keep: int | None = None) -> None:
    """End the sign-ins of an account, but for the one with the id `keep`."""
    query = update(SignIn).where(SignIn.account_id == account.id, SignIn.revoked_at.is_(None))
    if keep is not None:
        query = query.where(SignIn.id != keep)
    session.execute(query.values(revoked_at=clock.now()))


def end_sign_ins(*, by: Actor, account: Account) -> None:
    """End all sign-ins of an account, for somebody else."""
    revoke_sign_ins(account=account)
    record("sign_in.all_revoked", _subject(account), by=by, after=_whose(account))


def revoke_sign_in(*, by: Actor, sign_in: SignIn) -> None:
    """End one sign-in."""
    sign_in.revoked_at = clock.now()
    record("sign_in.revoked", _subject(sign_in.account), by=by, after=_whose(sign_in.account))


def make_calendar_key(*, by: Actor, account: Account) -> str:
    """A new key (100 bits) for the account's calendar, told this once; an older one ends."""
    key = new_code(CALENDAR_KEY)
    found = calendar_key(account.id) or CalendarKey(account_id=account.id)
    found.key_hash, found.made_at = fingerprint(key), clock.now()
    session.add(found)
    record("account.calendar_made", _subject(account), by=by, after=_whose(account))
    return key


def remove_calendar_key(*, by: Actor, account: Account) -> None:
    """The account's inbox is no calendar any more."""
    if found := calendar_key(account.id):
        session.delete(found)
        record("account.calendar_removed", _subject(account), by=by, after=_whose(account))


def _left(until: datetime | None) -> bool:
    left = until - clock.now() if until else timedelta()
    # a longer wait than the longest: the clock was set back; an old wait must not become a lock
    return timedelta() < left <= timedelta(seconds=LONGEST_WAIT)


def _wait_after(failures: int) -> datetime | None:
    if failures <= FREE_FAILURES:
        return None
    return clock.now() + timedelta(seconds=min(LONGEST_WAIT, 2 ** min(failures - FREE_FAILURES, 10)))


def must_wait(account: Account) -> bool:
    """Whether a browser that never signed in to this account is to wait after failures."""
    return _left(account.wait_until)


def password_fits(*, account: Account | None, password: str, known_browser: bool) -> bool:
    """Whether the password opens the account now. The same work is done whatever the answer.

    After some failures an unknown browser has to wait; one that signed in to this account before never does,
    so that nobody can shut out the head of logistics by typing wrong passwords.
    """
    fits = check_password(account.password_hash if account else None, password)
    if account is None or not account.active:
        return False
    return fits and (known_browser or not must_wait(account))


def note_failure(*, username: str) -> None:
    """Count a failed sign-in; from the fifth on the wait doubles, up to a minute.

    A name that nobody has costs the same reads and the same write, so that the time tells nothing.
    """
    account = account_named(username)
    failures, wait_until = _after_failure(account) if account else (Account.failures, Account.wait_until)
    target = account.id if account else select(func.min(Account.id)).scalar_subquery()
    session.execute(
        update(Account)
        .where(Account.id == target)
        .values(failures=failures, wait_until=wait_until)
        .execution_options(synchronize_session=False)
    )


def _after_failure(account: Account) -> tuple[int, datetime | None]:
    if must_wait(account):  # trying on while waiting does not make the wait longer
        return account.failures, account.wait_until
    return account.failures + 1, _wait_after(account.failures + 1)


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
    record("sign_in", _subject(account), by=account.actor)
    return key

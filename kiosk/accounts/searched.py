"""What everybody finds of accounts: the book, the period, and the finding."""

from collections.abc import Collection, Iterable, Mapping

from flask import url_for
from sqlalchemy import select

from kiosk.accounts import queries
from kiosk.accounts.models import PeriodAccount
from kiosk.accounts.subjects import name_of
from kiosk.core.db import session
from kiosk.core.filters import yuan
from kiosk.core.i18n import lazy
from kiosk.core.searched import Entry, Hit, Searched


def _keys() -> Iterable[str]:
    return map(str, session.scalars(select(PeriodAccount.id).where(PeriodAccount.version > 0)))


def _entries(keys: Collection[str]) -> Mapping[str, Entry]:
    found = {}
    for key in keys:
        one = session.get(PeriodAccount, int(key))
        if one and one.now:
            found[key] = Entry("accounts", (name_of(one), one.book.name, "来往帐目 账目"), one.now.laid_at)
    return found


def _hits(keys: Collection[str]) -> Mapping[str, Hit]:
    found = {}
    for key in keys:
        one = queries.account(int(key))
        if one.now:
            detail = f"{yuan(one.now.opening)} → {yuan(one.now.closing)}"
            found[key] = Hit(name_of(one), url_for("accounts.show", number=one.id), detail)
    return found


ACCOUNTS = Searched(
    subject="period_account",
    groups=lambda: {"accounts": lazy("School accounts")},
    keys=_keys,
    entries=_entries,
    hits=_hits,
)

"""The accounts of canteens: the one before another, and the months of a term beside one another."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from kiosk.core.db import session
from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen
from kiosk.finance.names import CANTEEN_ACCOUNT
from kiosk.postings.models import Posting
from kiosk.postings.queries import kind_of, version
from kiosk.school import queries as school
from kiosk.school.models import Term

MOST_BACK = 24
"""So many accounts back the last one with a balance is looked for: between them there was nothing to post."""


@dataclass(frozen=True)
class Account:
    """A posted account: its month, and what its version in force says."""

    posting_id: int
    period: str
    fields: dict[str, Any]
    rows: list[dict[str, Any]]

    @property
    def balance(self) -> int:
        """What was left at its end, in fen."""
        return self.of("balance")

    @property
    def is_nothing(self) -> bool:
        """Whether there was nothing to post, so that it has no balance."""
        return self.fields.get("balance") is None

    def of(self, name: str) -> int:
        """A sum of it, in fen."""
        return int(self.fields.get(name) or 0)


@dataclass(frozen=True)
class TermAccount:
    """The months of a canteen in a term; None for a month without an account."""

    canteen: Canteen
    months: list[tuple[str, Account | None]]

    @property
    def accounts(self) -> list[Account]:
        """The posted ones, the first month first."""
        return [one for _month, one in self.months if one]

    def total(self, name: str) -> int:
        """The sum of all months, in fen."""
        return sum(one.of(name) for one in self.accounts)

    def by_item(self, column: str) -> list[tuple[str, int]]:
        """What came in, or was spent, for each source or kind, in the order of the first mention."""
        found: dict[str, int] = {}
        for row in (row for one in self.accounts for row in one.rows if row.get(column)):
            found[row["item"]] = found.get(row["item"], 0) + row[column]
        return list(found.items())

    def breaks(self) -> list[tuple[Account, Account]]:
        """Accounts that begin with another sum than the one before ended with, as both stand now."""
        known = [one for one in self.accounts if not one.is_nothing]
        return [(old, new) for old, new in pairwise(known) if old.balance != new.of("carried")]


def _accounts(*conditions: Any) -> Any:
    gone = Posting.withdrawal.has()
    return (
        select(Posting)
        .where(Posting.kind == CANTEEN_ACCOUNT, ~gone, Posting.versions.any(), *conditions)
        .options(selectinload(Posting.versions))
    )


def _account(posting: Posting) -> Account:
    found = version(posting.versions[0])
    return Account(posting.id, posting.period, found.content["fields"], found.rows)


def account_before(posting: Posting) -> Account | None:
    """The last posted account of the same canteen for an earlier month; None where there is none."""
    own = Posting.canteen_id == posting.canteen_id, Posting.period < posting.period
    query = _accounts(*own).order_by(Posting.period.desc()).limit(MOST_BACK)
    found = (_account(one) for one in session.scalars(query))
    return next((one for one in found if not one.is_nothing), None)


def accounts_of(term: Term) -> list[TermAccount]:
    """The accounts of a term, canteen by canteen: of each month that is over, and owed or posted."""
    months = _months(term.starts, min(term.ends, school.today().replace(day=1) - timedelta(days=1)))
    query, kind = _accounts(Posting.period.in_(months)), kind_of(CANTEEN_ACCOUNT)
    posted = {(one.canteen_id, one.period): _account(one) for one in session.scalars(query)}
    return [
        TermAccount(
            one,
            [
                (month, posted.get((one.id, month)))
                for month in months
                if (one.id, month) in posted or kind.owed_by(one, month)
            ],
        )
        for one in counters.canteens()
    ]


def _months(first: date, last: date) -> list[str]:
    found, day = [], first.replace(day=1)
    while day <= last:
        found.append(f"{day:%Y-%m}")
        day = (day + timedelta(days=31)).replace(day=1)
    return found

"""Books, the accounts in them, and their vouchers, a page at a time."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import case as either
from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from kiosk.accounts.models import (
    INCOME,
    SPENDING,
    WRITING,
    AccountBook,
    AccountImport,
    AccountVersion,
    AccountVoucher,
    PeriodAccount,
)
from kiosk.core.cells import squeeze
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.payments import queries as payments
from kiosk.payments.models import ENTERED, PAID, Payment

PAGE = 50
"""Vouchers on a page."""


class Sums(NamedTuple):
    """What vouchers come to, in fen, and how many there are."""

    income: int
    spending: int
    number: int


def key_of(number: str) -> str:
    """The number of a voucher, or a book's name, however it is spaced or wide."""
    return squeeze(number).upper()


def books(*, everything: bool = False) -> list[AccountBook]:
    """The books in use, in the order in which they were added; ended ones with `everything`."""
    query = select(AccountBook).order_by(AccountBook.id)
    return list(session.scalars(query if everything else query.where(AccountBook.ended_at.is_(None))))


def book(number: int) -> AccountBook:
    """A book, or NotFound."""
    found = session.get(AccountBook, number)
    if found is None:
        raise NotFound
    return found


WHOLE = (selectinload(PeriodAccount.versions), selectinload(PeriodAccount.audits))


def account(number: int) -> PeriodAccount:
    """An account, or NotFound."""
    found = session.get(PeriodAccount, number)
    if found is None:
        raise NotFound
    return found


def laid(number: int) -> PeriodAccount:
    """An account that everybody can read, or NotFound."""
    found = account(number)
    if not found.version:
        raise NotFound
    return found


def accounts(*conditions: Any) -> list[PeriodAccount]:
    """The accounts, the latest first."""
    query = select(PeriodAccount).where(*conditions).options(*WHOLE)
    order = (PeriodAccount.ends.desc(), PeriodAccount.book_id, PeriodAccount.id)
    return list(session.scalars(query.order_by(*order)).unique())


def sent(form: str) -> PeriodAccount | None:
    """The account that a form began before."""
    return session.scalar(select(PeriodAccount).where(PeriodAccount.sent == form))


def of_period(book_id: int, period: str) -> PeriodAccount | None:
    """A book's account of a period."""
    return session.scalar(select(PeriodAccount).filter_by(book_id=book_id, period=period))


def last_before(book_id: int, day: date) -> PeriodAccount | None:
    """The last account of a book that ends before a day."""
    query = select(PeriodAccount).where(PeriodAccount.book_id == book_id, PeriodAccount.ends < day)
    return session.scalar(query.order_by(PeriodAccount.ends.desc()).limit(1))


def first_after(found: PeriodAccount) -> PeriodAccount | None:
    """The first account of the same book that begins after another."""
    query = select(PeriodAccount).where(
        PeriodAccount.book_id == found.book_id, PeriodAccount.starts > found.ends
    )
    return session.scalar(query.order_by(PeriodAccount.starts).limit(1))


def overlapping(book_id: int, first: date, last: date) -> PeriodAccount | None:
    """An account of a book that has one of these days."""
    query = select(PeriodAccount).where(
        PeriodAccount.book_id == book_id, PeriodAccount.starts <= last, PeriodAccount.ends >= first
    )
    return session.scalar(query.limit(1))


def counts_in(version: int | None) -> list[Any]:
    """The conditions under which vouchers count in a version; None: in what is being written."""
    if version is None:
        return [AccountVoucher.until.is_(None)]
    return [
        AccountVoucher.since <= version,
        or_(AccountVoucher.until.is_(None), AccountVoucher.until > version),
    ]


def in_view(found: PeriodAccount) -> int | None:
    """Which version the office looks at: what is being written, else what is in force."""
    return None if found.state == WRITING else found.version


ORDER = (AccountVoucher.day, AccountVoucher.id)


def vouchers(
    found: PeriodAccount, version: int | None, *, page: int | None = None, number: str = ""
) -> list[AccountVoucher]:
    """The vouchers of a version in the order of their days: a page of them (from 1), or all.

    With a `number` those whose number begins with it.
    """
    query = select(AccountVoucher).where(AccountVoucher.account_id == found.id, *counts_in(version))
    if number:
        query = query.where(AccountVoucher.key.startswith(key_of(number), autoescape=True))
    query = query.order_by(*ORDER)
    if page is not None:
        query = query.limit(PAGE).offset((page - 1) * PAGE)
    return list(session.scalars(query))


def sums(found: PeriodAccount, version: int | None) -> Sums:
    """What the vouchers of a version come to."""
    columns = [
        func.coalesce(func.sum(either((AccountVoucher.side == side, AccountVoucher.amount), else_=0)), 0)
        for side in (INCOME, SPENDING)
    ]
    query = select(*columns, func.count(AccountVoucher.id)).where(
        AccountVoucher.account_id == found.id, *counts_in(version)
    )
    return Sums(*map(int, session.execute(query).one()))


def by_payee(found: PeriodAccount, version: int | None) -> list[tuple[str, str, int, int]]:
    """Side, payee's kind, fen and number of the vouchers of a version, added up."""
    query = (
        select(
            AccountVoucher.side,
            AccountVoucher.payee,
            func.sum(AccountVoucher.amount),
            func.count(AccountVoucher.id),
        )
        .where(AccountVoucher.account_id == found.id, *counts_in(version))
        .group_by(AccountVoucher.side, AccountVoucher.payee)
        .order_by(AccountVoucher.side, AccountVoucher.payee)
    )
    return [(side, payee, int(amount), int(number)) for side, payee, amount, number in session.execute(query)]


def voucher(number: int, found: PeriodAccount) -> AccountVoucher:
    """A voucher of an account, or NotFound."""
    one = session.get(AccountVoucher, number)
    if one is None or one.account_id != found.id:
        raise NotFound
    return one


def numbered(book_id: int, keys: Iterable[str]) -> dict[str, AccountVoucher]:
    """The vouchers that count now in a book with one of these numbers, by key."""
    wanted = list(keys)
    found: dict[str, AccountVoucher] = {}
    for start in range(0, len(wanted), 500):
        query = select(AccountVoucher).where(
            AccountVoucher.book_id == book_id,
            AccountVoucher.key.in_(wanted[start : start + 500]),
            AccountVoucher.until.is_(None),
        )
        found |= {one.key: one for one in session.scalars(query)}
    return found


def of_payment(payment_id: int) -> AccountVoucher | None:
    """The voucher that a payment is by now."""
    query = select(AccountVoucher).where(
        AccountVoucher.payment_id == payment_id, AccountVoucher.until.is_(None)
    )
    return session.scalar(query)


class Drawable(NamedTuple):
    """A payment that can be a voucher: under which number it stands in the books, and on which day."""

    payment: Payment
    number: str
    day: date


def drawable(found: PeriodAccount) -> tuple[list[Drawable], int]:
    """The payments of an account's days that are entered and no voucher yet; how many are not entered."""
    done = payments.done_between(found.starts, found.ends)
    numbers = [one.id for one in done]
    taken = set(
        session.scalars(
            select(AccountVoucher.payment_id).where(
                AccountVoucher.payment_id.in_(numbers), AccountVoucher.until.is_(None)
            )
        )
    )
    entered = [one for one in done if one.state == ENTERED and one.id not in taken]
    steps = {one.id: step for one in entered if (step := one.step(ENTERED))}
    booked = payments.private(list(steps.values()))
    made = []
    for one in reversed(entered):
        paid, step = one.step(PAID), steps[one.id]
        assert paid
        made.append(Drawable(one, str(booked[step.id].get("booked") or f"付-{one.id}"), paid.day))
    return made, sum(one.state != ENTERED for one in done)


def brought(book_id: int, digest: str) -> AccountImport | None:
    """The import of the same file into a book."""
    return session.scalar(select(AccountImport).filter_by(book_id=book_id, digest=digest))


def imports(found: PeriodAccount) -> list[AccountImport]:
    """The files that were brought into an account."""
    query = select(AccountImport).where(AccountImport.account_id == found.id).order_by(AccountImport.id)
    return list(session.scalars(query))


def versions_in_force() -> list[AccountVersion]:
    """The version in force of every account, by account."""
    query = (
        select(AccountVersion)
        .join(PeriodAccount, PeriodAccount.id == AccountVersion.account_id)
        .where(AccountVersion.number == PeriodAccount.version)
        .order_by(AccountVersion.account_id)
    )
    return list(session.scalars(query))

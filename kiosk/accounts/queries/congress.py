"""The congress: delegates, sessions and their rolls, who keeps the books and may not audit them."""

from collections.abc import Iterable
from datetime import date, datetime, time

from sqlalchemy import select

from kiosk.accounts.models import (
    CLOSED,
    LAID,
    SITTING,
    AccountVersion,
    AccountVoucher,
    AccountYear,
    CongressAudit,
    CongressDelegate,
    CongressSession,
    PeriodAccount,
)
from kiosk.auth.models import Account, AccountRole
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.payments.models import PaymentStep, PaymentVersion
from kiosk.persons.models import Person
from kiosk.school import queries as school

DAYS_TO_POST = 10
"""School days after its session by which an account is posted with its finding."""
KEEPERS = ("accountant", "cashier", "head")
"""The roles that keep, pay or answer for the books."""


def needed(members: int) -> int:
    """How many of so many delegates have to be there: two thirds."""
    return -(-2 * members // 3)


def delegates(day: date | None = None) -> list[CongressDelegate]:
    """The delegates of a day, each person once; without a day everybody who was or will be one."""
    query = select(CongressDelegate).join(CongressDelegate.person)
    if day is not None:
        query = query.where(CongressDelegate.since <= day, CongressDelegate.until >= day)
    found: dict[int, CongressDelegate] = {}
    for one in session.scalars(query.order_by(Person.name, Person.id, CongressDelegate.until.desc())):
        found.setdefault(one.person.number if day else one.id, one)
    return list(found.values())


def delegate(number: int) -> CongressDelegate:
    """A delegate, or NotFound."""
    found = session.get(CongressDelegate, number)
    if found is None:
        raise NotFound
    return found


def meeting(number: int) -> CongressSession:
    """A session, or NotFound."""
    found = session.get(CongressSession, number)
    if found is None:
        raise NotFound
    return found


def meetings(*, sitting: bool = False) -> list[CongressSession]:
    """The sessions, the latest first; only those in which something is still to be done."""
    query = select(CongressSession).order_by(CongressSession.held_on.desc(), CongressSession.id.desc())
    return list(session.scalars(query.where(CongressSession.state.in_(SITTING)) if sitting else query))


def sent_meeting(form: str) -> CongressSession | None:
    """The session that a form called before."""
    return session.scalar(select(CongressSession).where(CongressSession.sent == form))


def audit(number: int) -> CongressAudit:
    """An account before a session, or NotFound."""
    found = session.get(CongressAudit, number)
    if found is None:
        raise NotFound
    return found


def open_audit(account_id: int) -> CongressAudit | None:
    """The audit of an account that is not decided yet."""
    return session.scalar(select(CongressAudit).filter_by(account_id=account_id, is_open=True))


def audit_of_posting(posting_id: int) -> CongressAudit | None:
    """The audit whose finding is posted there."""
    return session.scalar(select(CongressAudit).filter_by(posting_id=posting_id))


def auditable() -> list[PeriodAccount]:
    """The accounts that are laid open and before no session yet, the oldest first."""
    open_ones = select(CongressAudit.account_id).where(CongressAudit.is_open)
    query = select(PeriodAccount).where(PeriodAccount.state == LAID, PeriodAccount.id.not_in(open_ones))
    return list(session.scalars(query.order_by(PeriodAccount.starts, PeriodAccount.book_id)))


def keepers(accounts: Iterable[PeriodAccount]) -> set[int]:
    """Everybody who keeps, pays or answers for these accounts, by the person's number."""
    numbers = {one.id for one in accounts}
    held = Account.roles.any(AccountRole.role.in_(KEEPERS))
    found = {one.person.number for one in session.scalars(select(Account).where(Account.active, held))}
    paid = select(AccountVoucher.payment_id).where(AccountVoucher.account_id.in_(numbers))
    for query in (
        select(AccountVersion.laid_by).where(AccountVersion.account_id.in_(numbers)),
        select(PeriodAccount.begun_by).where(PeriodAccount.id.in_(numbers)),
        select(PaymentStep.person_id).where(PaymentStep.payment_id.in_(paid)),
        select(PaymentVersion.written_by).where(PaymentVersion.payment_id.in_(paid)),
    ):
        found |= set(session.scalars(query))
    return found


def due_of(found: CongressSession) -> date | None:
    """The last day on which its findings are posted in time; None beyond the terms that are entered."""
    return school.due(found.held_on, DAYS_TO_POST).day


def years() -> list[int]:
    """The years in which an account ends that everybody can read, the latest first."""
    query = select(PeriodAccount.ends).where(PeriodAccount.version > 0).distinct()
    return sorted({one.year for one in session.scalars(query)}, reverse=True)


def year(number: int) -> AccountYear | None:
    """The closing assembly of a year, once it is named."""
    return session.get(AccountYear, number)


def of_year(number: int) -> list[PeriodAccount]:
    """The accounts that end in a year and can be read by everybody, book by book."""
    query = select(PeriodAccount).where(
        PeriodAccount.version > 0, PeriodAccount.ends.between(date(number, 1, 1), date(number, 12, 31))
    )
    return list(session.scalars(query.order_by(PeriodAccount.book_id, PeriodAccount.starts)))


def moment_of(day: date, hour: int = 8) -> datetime:
    """The moment that is offered for the head: the morning of the session."""
    return datetime.combine(day, time(hour), school.zone())


def is_closed(found: PeriodAccount) -> bool:
    """Whether it does not move any more."""
    return found.state == CLOSED

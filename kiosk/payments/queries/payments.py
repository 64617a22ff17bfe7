"""Payments as they stand: by number, by state, of whom, and by month and purpose."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from kiosk.chain.queries import bodies_of
from kiosk.core.cells import squeeze
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.payments.models import DONE, PAID, WITHDRAWN, Payment, PaymentStep, PaymentVersion
from kiosk.payments.queries.lines import CURRENT
from kiosk.purchasing.models import Sheet
from kiosk.steps import queries as steps
from kiosk.steps.models import Approval

WHOLE = (
    selectinload(Payment.versions).selectinload(PaymentVersion.lines),
    selectinload(Payment.steps),
)


def payment(number: int) -> Payment:
    """A payment, or NotFound."""
    found = session.get(Payment, number, options=WHOLE)
    if found is None:
        raise NotFound
    return found


def sent(form: str) -> Payment | None:
    """What a form made that was sent before."""
    return session.scalar(select(Payment).where(Payment.sent == form).options(*WHOLE))


def payments(states: Iterable[str], *, most: int | None = None, newest: bool = False) -> list[Payment]:
    """Those in these states, the oldest first; or the newest."""
    order = Payment.id.desc() if newest else Payment.id
    query = select(Payment).where(Payment.state.in_(list(states))).order_by(order).limit(most)
    return list(session.scalars(query.options(*WHOLE)))


def approval_of(found: Payment) -> Approval:
    """The approval by which a payment is decided."""
    return steps.approvals(found.subject)[0]


def payee_key(supplier: int | None, name: str) -> str:
    """Who is paid, however the name is spaced."""
    return f"supplier:{supplier}" if supplier else squeeze(name).lower()


def invoice_key(number: str) -> str:
    """The number of an invoice, however it is spaced."""
    return squeeze(number).upper()


def with_invoice(payee: str, invoice: str, *, but: int | None = None) -> Payment | None:
    """The payment that has this invoice of this payee already, unless it was taken back."""
    query = select(Payment).where(
        Payment.payee_key == payee, Payment.invoice_key == invoice, Payment.state != WITHDRAWN
    )
    if but is not None:
        query = query.where(Payment.id != but)
    return session.scalar(query) if invoice else None


def done_between(first: date, last: date) -> list[Payment]:
    """What was paid on these days, the last first."""
    query = (
        select(Payment)
        .join(PaymentStep, (PaymentStep.payment_id == Payment.id) & (PaymentStep.what == PAID))
        .where(Payment.state.in_(DONE), PaymentStep.day.between(first, last))
        .order_by(PaymentStep.day.desc(), Payment.id.desc())
    )
    return list(session.scalars(query.options(*WHOLE)))


def paid_of(posting_id: int) -> list[Payment]:
    """The payments that paid anything of a sheet, the first first."""
    query = (
        select(Payment)
        .join(PaymentVersion, (PaymentVersion.payment_id == Payment.id) & CURRENT)
        .where(Payment.state.in_(DONE), PaymentVersion.lines.any(posting_id=posting_id))
        .order_by(Payment.id)
    )
    return list(session.scalars(query.options(*WHOLE)))


def private(facts: Sequence[PaymentStep]) -> dict[int, dict[str, Any]]:
    """What the record alone holds of steps, by the step's number: the bank's reference, the books' number."""
    bodies = bodies_of(one.chain_seq for one in facts)
    return {one.id: bodies.get(one.chain_seq, {}).get("after") or {} for one in facts}


def sheets_of(found: Payment) -> list[Sheet]:
    """The sheets in force of which a payment pays anything."""
    numbers = {line.posting_id for line in found.now.lines}
    return list(session.scalars(select(Sheet).where(Sheet.id.in_(numbers)).order_by(Sheet.day, Sheet.id)))


def last_day_paid() -> date | None:
    """The last day on which anything was paid."""
    return session.scalar(select(func.max(PaymentStep.day)).where(PaymentStep.what == PAID))

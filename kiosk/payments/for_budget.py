"""What the budget is told of payments: which lack papers, and who wrote, paid and entered."""

from collections.abc import Iterable
from datetime import date

from flask import url_for
from sqlalchemy import select

from kiosk.budgets.queries import CHAIN, PAPERS, Lack
from kiosk.core.db import session
from kiosk.core.i18n import _, lazy, listed
from kiosk.payments.models import ENTERED, Payment, PaymentStep, PaymentVersion
from kiosk.payments.queries import done_between


def lacking(first: date, last: date) -> list[Lack]:
    """What was paid on these days without an invoice or a voucher, or is not in the books yet."""
    found = []
    for one in reversed(done_between(first, last)):
        if lacks := list(_lacks(one)):
            title = str(_("Payment no. %(number)s to %(payee)s", number=one.id, payee=one.now.payee))
            address = url_for("office.payments.show", number=one.id)
            found.append(Lack(title, listed(lacks), address))
    return found


def _lacks(one: Payment) -> Iterable[object]:
    if not one.now.invoice:
        yield lazy("no invoice")
    if not one.now.vouchers:
        yield lazy("no voucher attached")
    if one.step(ENTERED) is None:
        yield lazy("not in the books")


def people(first: date, last: date) -> set[int]:
    """Who wrote, paid or entered what was paid on these days, by number."""
    of_days = select(PaymentStep.payment_id).where(PaymentStep.day.between(first, last))
    wrote = select(PaymentVersion.written_by).where(PaymentVersion.payment_id.in_(of_days))
    did = select(PaymentStep.person_id).where(PaymentStep.payment_id.in_(of_days))
    return {number for query in (wrote, did) for number in session.scalars(query)}


MEASURES = {f"{PAPERS}:payments": lacking, f"{CHAIN}:payments": people}

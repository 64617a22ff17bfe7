"""What everybody finds of payments: whom, what for, and the items that were paid."""

from collections.abc import Collection, Iterable, Mapping

from flask import url_for
from sqlalchemy import select

from kiosk.core.db import session
from kiosk.core.filters import day as told
from kiosk.core.filters import yuan
from kiosk.core.i18n import lazy
from kiosk.core.masking import mask
from kiosk.core.searched import Entry, Hit, Searched
from kiosk.payments import queries
from kiosk.payments.models import DONE, PAID, Payment


def _keys() -> Iterable[str]:
    return [str(number) for number in session.scalars(select(Payment.id).where(Payment.state.in_(DONE)))]


def _entries(keys: Collection[str]) -> Mapping[str, Entry]:
    found = {}
    for key in keys:
        one = queries.payment(int(key))
        paid = one.step(PAID)
        if paid:
            items = " ".join(dict.fromkeys(line.item for line in one.now.lines))
            lines = tuple(filter(None, (mask(one.now.payee), mask(one.now.about), items)))
            found[key] = Entry("payments", lines, paid.at)
    return found


def _hits(keys: Collection[str]) -> Mapping[str, Hit]:
    found = {}
    for key in keys:
        one = queries.payment(int(key))
        paid = one.step(PAID)
        if paid:
            title = f"{mask(one.now.payee)} · {yuan(one.now.amount)}"
            found[key] = Hit(title, url_for("payments.show", number=one.id), told(paid.day, "date"))
    return found


PAYMENTS = Searched(
    subject="payment",
    groups=lambda: {"payments": lazy("Payments")},
    keys=_keys,
    entries=_entries,
    hits=_hits,
)

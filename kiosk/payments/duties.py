"""What of payments waits for whom: to be paid, to be entered, and what exceeds since a correction."""

from collections.abc import Iterator

from flask import url_for

from kiosk.chain import queries as chain
from kiosk.core.actor import Actor
from kiosk.core.duty import ALERT, WARN, Duties, Duty
from kiosk.core.filters import yuan
from kiosk.core.i18n import _
from kiosk.core.recent import Recent
from kiosk.payments import queries, services
from kiosk.payments.models import APPROVED, PAID, PURPOSES, Payment
from kiosk.payments.permissions import ENTER_PAYMENTS, PAY
from kiosk.payments.queries import Excess
from kiosk.persons import queries as persons
from kiosk.school import queries as school
from kiosk.steps import queries as steps

MOST = 30
_exceeding: Recent[list[Excess]] = Recent(2)
"""Where more is paid than is owed: the same for everybody until something is written."""


def _told(who: Actor, found: list[Payment], text: str) -> Iterator[Duty]:
    """One duty for each, for whoever has no other part in it."""
    for one in found:
        if not persons.is_among(who.person, steps.people_in(queries.approval_of(one))):
            yield Duty(
                str(one.id),
                WARN,
                text % {"amount": yuan(one.now.amount), "payee": one.now.payee},
                url_for("office.payments.show", number=one.id),
                detail=f"{PURPOSES[one.now.purpose]} · {one.now.about}",
                mine=True,
            )


def to_pay(who: Actor) -> Iterator[Duty]:
    """What is approved and waits for the cashier."""
    yield from _told(who, queries.payments((APPROVED,), most=MOST), str(_("Pay %(amount)s to %(payee)s")))


def to_enter(who: Actor) -> Iterator[Duty]:
    """What was paid and waits for the books; and what was paid too much since a sheet was corrected."""
    text = str(_("Enter in the books: %(amount)s to %(payee)s"))
    yield from _told(who, queries.payments((PAID,), most=MOST), text)
    for one in _exceeding.of((chain.head(), school.today()), queries.excesses):
        yield Duty(
            f"exceeds:{one.posting}:{one.row}:{one.item}",
            ALERT,
            services.warning(one),
            url_for("office.payments.show", number=one.payments[-1]),
            detail=str(_("Settle it with the supplier, or have the sheet corrected.")),
            mine=True,
        )


DUTIES = (Duties("payment", PAY, to_pay), Duties("payment-entry", ENTER_PAYMENTS, to_enter))

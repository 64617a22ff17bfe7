"""The ladder of payments, and what a decision does to a payment."""

from collections.abc import Iterable

from kiosk.core.actor import Actor
from kiosk.core.db import remembered, session
from kiosk.core.filters import yuan
from kiosk.core.i18n import _, lazy, ngettext
from kiosk.payments import queries
from kiosk.payments.models import (
    ABOUT,
    AMOUNT,
    APPROVED,
    INVOICE,
    PAYEE,
    PURPOSE,
    PURPOSES,
    RETURNED,
    UNDER_WAY,
    Payment,
)
from kiosk.payments.permissions import ASK_PAYMENTS
from kiosk.payments.queries import PLACES
from kiosk.payments.switch import SWITCH
from kiosk.steps import models as decided
from kiosk.steps.models import Approval
from kiosk.steps.queries import Ladder


def number_of(subject: str) -> int:
    """The number behind a subject (`payment:7`)."""
    return int(subject.partition(":")[2])


def _payment(number: int) -> Payment:
    return _under_way().get(number) or queries.payment(number)


def _under_way() -> dict[int, Payment]:
    """What can wait for a decision, by number: a page that lists many asks once."""
    return remembered("payments under way", lambda: {one.id: one for one in queries.payments(UNDER_WAY)})


def _excesses() -> list[queries.Excess]:
    """Where what is under way would pay too much, asked once for a page."""
    sheets = {line.posting_id for one in _under_way().values() for line in one.now.lines}
    return remembered("payments that exceed", lambda: queries.excesses(sheets))


def _title(subject: str) -> str:
    found = _payment(number_of(subject))
    return str(_("Payment no. %(number)s to %(payee)s", number=found.id, payee=found.now.payee))


def _brief(approval: Approval) -> Iterable[str]:
    """What is paid for, by which invoice, for which lines; where it exceeds since a correction."""
    found = _payment(number_of(approval.subject))
    now = found.now
    yield str(PURPOSES[now.purpose])
    if now.invoice:
        yield str(_("invoice %(number)s", number=now.invoice))
    if now.lines:
        yield ngettext("%(num)s posted line", "%(num)s posted lines", len(now.lines))
    sheets = {line.posting_id for line in now.lines}
    yield from (warning(one) for one in _excesses() if one.posting in sheets)


def warning(one: queries.Excess) -> str:
    """In one sentence where more is paid or under way than the sheet says now."""
    text = _("%(item)s: %(more)s too much since the sheet was corrected", item=one.item, more=yuan(one.more))
    return str(text)


def _outcome(by: Actor, approval: Approval) -> None:
    """Approved, it waits for the cashier; sent back, for whoever asked."""
    found = queries.payment(number_of(approval.subject))
    states = {decided.APPROVED: APPROVED, decided.RETURNED: RETURNED}
    found.state = states.get(approval.state, found.state)
    session.flush()


LADDER = Ladder(
    name="payments",
    label=lazy("Payments"),
    proposers=ASK_PAYMENTS.roles,
    switch=SWITCH,
    title=_title,
    address=lambda subject: f"/office/payments/{number_of(subject)}",
    fields={
        **PLACES,
        **{one.name: one.label for one in (PAYEE, INVOICE, PURPOSE, ABOUT, AMOUNT)},
        "lines": lazy("Lines that are paid"),
        "vouchers": lazy("Vouchers"),
        "budget_line": lazy("Line of the budget"),
    },
    brief=_brief,
    outcome=_outcome,
)

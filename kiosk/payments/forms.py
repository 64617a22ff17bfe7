"""Forms of payments: what is asked for, paid, entered, taken back."""

from wtforms import HiddenField, MultipleFileField, SelectField

from kiosk.budgets.queries import Position
from kiosk.core.filters import yuan
from kiosk.core.forms import Form, choices, field
from kiosk.core.i18n import _, lazy
from kiosk.payments.models import (
    ABOUT,
    AMOUNT,
    BOOKED,
    DAY,
    INVOICE,
    PAYEE,
    PURPOSE,
    REASON,
    REFERENCE,
    WAY,
)


class AskForm(Form):
    """What is asked for; which lines and how much of each stands beside it, by their keys."""

    sent = HiddenField()
    version = HiddenField()
    """The version that was looked at, when a request is changed."""
    payee = field(PAYEE)
    invoice = field(INVOICE)
    purpose = field(PURPOSE)
    about = field(ABOUT)
    amount = field(AMOUNT, render_kw={"inputmode": "decimal"})
    budget_line = SelectField(lazy("Line of the budget"), validate_choice=False)
    files = MultipleFileField(
        lazy("Vouchers: invoice, receipt (photo or PDF)"),
        render_kw={"accept": "image/*,application/pdf"},
        description=lazy("Only the office sees them."),
    )

    def offer(self, lines: list[Position]) -> None:
        """Name the lines of the budget, each with what it has left."""
        named = [
            (str(one.line), _("%(line)s (%(left)s left)", line=one.label, left=yuan(one.can_give)))
            for one in lines
        ]
        self.budget_line.choices = choices([("", lazy("Please choose")), *named])


class PayForm(Form):
    """How it was paid; `seen` is what the cashier looked at."""

    seen = HiddenField()
    day = field(DAY)
    way = field(WAY)
    reference = field(REFERENCE)


class EnterForm(Form):
    """Where it stands in the books."""

    seen = HiddenField()
    booked = field(BOOKED)


class TakeBackForm(Form):
    """Why a request is taken back."""

    reason = field(REASON)

"""Forms of accounts and of their audit."""

from datetime import date
from typing import Any

from flask_wtf.file import FileField
from wtforms import DateTimeLocalField, HiddenField, MultipleFileField, SelectField, StringField
from wtforms.validators import InputRequired

from kiosk.accounts.models import (
    ABSENT,
    AMOUNT,
    ASSEMBLY,
    DAY,
    DICE,
    FINDING,
    FIRST,
    FOUND,
    HELD,
    LAST,
    NAME,
    NUMBER,
    OPENING,
    PAYEE,
    PURPOSE,
    REASON,
    SIDE,
)
from kiosk.core import field as declared
from kiosk.core.forms import CheckboxField, Form, choices, field
from kiosk.core.i18n import lazy

FOR, AGAINST, ABSTAINED = (
    declared.Whole(name=name, label=label, least=0, most=9_999)
    for name, label in (
        ("in_favour", lazy("In favour")),
        ("against", lazy("Against")),
        ("abstained", lazy("Abstained")),
    )
)
_SHORT = {"autocomplete": "off", "maxlength": 16}


class BookForm(Form):
    """A book."""

    name = field(NAME)


class BeginForm(Form):
    """The account of a period."""

    sent = HiddenField()
    book = SelectField(lazy("Book"))
    period = SelectField(lazy("Month or term"))
    opening = field(OPENING, render_kw={"inputmode": "decimal"})


class VoucherForm(Form):
    """A voucher."""

    number = field(NUMBER)
    day = field(DAY)
    side = field(SIDE)
    purpose = field(PURPOSE)
    amount = field(AMOUNT, render_kw={"inputmode": "decimal"})
    payee = field(PAYEE)


class FileForm(Form):
    """A file of vouchers."""

    file = FileField(
        lazy("File of vouchers (.xlsx, .xls, CSV)"),
        description=lazy(
            "You see first what it would import. Names of payees and bank accounts are left out."
        ),
    )


class AttachForm(Form):
    """Photos or PDFs of a voucher."""

    files = MultipleFileField(
        lazy("Voucher as photo or PDF"),
        render_kw={"accept": "image/*,application/pdf"},
        description=lazy("Only the office and the congress see it."),
    )


class LayForm(Form):
    """Laying an account open; `seen` is the hash of the vouchers that were looked at."""

    seen = HiddenField()
    reason = StringField(REASON.label, render_kw={"maxlength": REASON.longest})


class ReasonForm(Form):
    """Why."""

    reason = field(REASON)


class DelegateForm(Form):
    """A delegate and the years."""

    person = SelectField(lazy("Who"), coerce=int)
    since = field(FIRST)
    until = field(LAST)


class SessionForm(Form):
    """A session: when, what it has before it, and who looks."""

    sent = HiddenField()
    held_on = field(HELD)
    head_at = DateTimeLocalField(
        lazy("Moment whose head of the record draws the sample"),
        [InputRequired(lazy("Please enter day and time."))],
        description=lazy("Announced now, and still to come: nobody knows today what the head will be."),
    )
    accounts = CheckboxField(lazy("Accounts before the session"), coerce=int)
    size = field(declared.Whole(name="size", label=lazy("Vouchers drawn of each account"), least=1, most=200))
    group = CheckboxField(lazy("Review group, at least three"), coerce=int)

    def offer(self, accounts: list[tuple[int, str]], delegates: list[tuple[int, str]]) -> None:
        """Name what can be chosen."""
        self.accounts.choices, self.group.choices = choices(accounts), choices(delegates)


class CodeForm(Form):
    """A delegate's code at the table."""

    code = StringField(lazy("Code of the delegate"), [InputRequired()], render_kw=_SHORT)


class AbsentForm(Form):
    """Why a delegate is absent."""

    absent = field(ABSENT)


class NumberForm(Form):
    """The number that was drawn, as a member of the group types it."""

    number = field(DICE, render_kw={"inputmode": "numeric", "autocomplete": "off"})
    code = StringField(lazy("Code, if you type on somebody else's account"), render_kw=_SHORT)


class FindingForm(Form):
    """Votes and finding."""

    in_favour = field(FOR)
    against = field(AGAINST)
    abstained = field(ABSTAINED)
    finding = field(FINDING)
    text = field(FOUND, render_kw={"rows": 5})


class AssemblyForm(Form):
    """The day of the closing assembly."""

    held_on = field(ASSEMBLY)


def named(day: date | None) -> dict[str, Any]:
    """What the form of a day begins with."""
    return {"held_on": day.isoformat() if day else ""}

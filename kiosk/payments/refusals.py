"""What is said to whoever asks for too much, comes too late, or has another part in the chain."""

from kiosk.core.errors import Conflict, Forbidden, Invalid
from kiosk.core.i18n import lazy


class TooMuch(Invalid):
    """More is asked for a line than was accepted and is not paid yet."""

    code = "too-much"
    message = lazy(
        "%(item)s: accepted %(quantity)s %(unit)s × %(price)s = %(owed)s yuan, of which %(claimed)s are paid "
        "or under way; %(open)s yuan can be paid, %(asked)s were asked for."
    )


class TooMuchOfSheet(Invalid):
    """More is asked of a sheet than the supplier's lines in force come to."""

    code = "too-much"
    message = lazy(
        "The sheet of %(day)s comes to %(owed)s yuan for this supplier, of which %(claimed)s are paid or "
        "under way, some of it for lines that were corrected since; %(asked)s were asked for."
    )


class SameInvoice(Invalid):
    """The same invoice of the same payee."""

    code = "same-invoice"
    message = lazy("Invoice %(invoice)s of %(payee)s is payment no. %(number)s already: %(state)s.")


class SheetChanged(Conflict):
    """The sheet was corrected or withdrawn since the form was opened."""

    code = "sheet-changed"
    message = lazy(
        "A sheet was corrected or withdrawn meanwhile. Nothing was saved; please look at it again."
    )


class Changed(Conflict):
    """The payment is not what was looked at any more."""

    code = "changed-meanwhile"
    message = lazy("Payment no. %(number)s changed meanwhile: %(state)s. Nothing was saved.")


class Exceeds(Conflict):
    """A sheet was corrected after the payment was approved, so that it would pay too much."""

    code = "exceeds"
    message = lazy(
        "%(item)s: the sheet was corrected, %(owed)s yuan are owed now, %(claimed)s would be paid. "
        "Let it be taken back and asked for anew."
    )


class InTheChain(Forbidden):
    """One person fills one place of a chain."""

    code = "has-a-part"
    message = lazy(
        "You have a part in this purchase or payment already. Somebody else has to do this, with any role."
    )

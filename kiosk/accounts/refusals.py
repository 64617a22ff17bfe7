"""What is said to whoever enters what does not fit, votes what does not add up, or keeps what is audited."""

from kiosk.core.errors import Conflict, Forbidden, Invalid
from kiosk.core.i18n import lazy


class OtherOpening(Invalid):
    """An account does not begin with what the one before ended with."""

    code = "other-opening"
    message = lazy(
        "The account of %(period)s ended with %(closing)s yuan, this one would begin with %(opening)s: "
        "%(difference)s between them. An account begins with what was left."
    )


class NumberTaken(Invalid):
    """A voucher's number stands in the book already."""

    code = "number-taken"
    message = lazy(
        "Voucher %(number)s stands in this book already: %(period)s, %(day)s, %(purpose)s, %(amount)s yuan."
    )


class PaymentTaken(Invalid):
    """A payment is a voucher already."""

    code = "payment-taken"
    message = lazy(
        "Payment no. %(payment)s is voucher %(number)s of “%(book)s”, %(period)s, already: it counts once."
    )


class BroughtBefore(Invalid):
    """The same file once more."""

    code = "brought-before"
    message = lazy(
        "This file was imported into %(period)s on %(day)s already: %(n)s vouchers. Nothing was added."
    )


class OutsidePeriod(Invalid):
    """A voucher of another period."""

    code = "outside-period"
    message = lazy("%(day)s is not in this account: it goes from %(first)s to %(last)s.")


class NotWritable(Conflict):
    """The account is laid open, before the congress, or closed."""

    code = "not-writable"
    message = lazy("This account is %(state)s by now: nothing can be entered in it. Nothing was saved.")


class DoesNotMove(Conflict):
    """A closed period, or one on which a later one stands."""

    code = "does-not-move"
    message = lazy(
        "This account was audited and is closed: it does not move any more. Enter it in a later one."
    )


class LaterStands(Invalid):
    """A correction would change what a later account began with."""

    code = "later-stands"
    message = lazy(
        "The account of %(period)s began with %(opening)s yuan, this one would end with %(closing)s: "
        "%(difference)s between them. A later account does not move; correct it within its sum, or there."
    )


class BeforeCongress(Conflict):
    """The account is before a session already."""

    code = "before-congress"
    message = lazy("%(account)s is before the session of %(day)s already.")


class KeepsBooks(Forbidden):
    """Somebody who keeps, pays or answers for the books in the review group."""

    code = "keeps-the-books"
    message = lazy("%(name)s keeps, pays or answers for these books, and cannot audit them.")


class NoDelegate(Forbidden):
    """Somebody who is not on the roll of the session."""

    code = "no-delegate"
    message = lazy("Only delegates on the roll of this session do this.")


class NotThere(Conflict):
    """A delegate who is not noted as present."""

    code = "not-there"
    message = lazy("Please note first that you are there.")


class NotInGroup(Forbidden):
    """Somebody else than the review group."""

    code = "not-in-group"
    message = lazy("Only the review group of this session does this.")


class NoQuorum(Invalid):
    """Too few delegates are there."""

    code = "no-quorum"
    message = lazy(
        "%(present)s of %(members)s delegates are there, %(needed)s are needed (two thirds). "
        "Nothing can be drawn or decided."
    )


class Unaccounted(Invalid):
    """Delegates of whom nobody said where they are."""

    code = "unaccounted"
    message = lazy("Of some delegates nobody said whether they are there, or why not: %(names)s.")


class VotesDiffer(Invalid):
    """Votes that are not as many as those present."""

    code = "votes-differ"
    message = lazy("For, against and abstained are %(sum)s together, and %(present)s delegates are there.")


class HeadToCome(Conflict):
    """The announced moment of the head has not come."""

    code = "head-to-come"
    message = lazy("The record's head of %(moment)s draws the sample: please wait until then.")


class OtherState(Conflict):
    """The session is not where the form thinks."""

    code = "other-state"
    message = lazy("The session of %(day)s is %(state)s by now. Nothing was saved.")


class NotLooked(Invalid):
    """Vouchers of the sample that nobody looked at."""

    code = "not-looked-at"
    message = lazy("%(n)s vouchers of the sample are neither ticked nor remarked: %(numbers)s.")

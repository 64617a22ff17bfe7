"""What is said when a line cannot give what is asked of it."""

from kiosk.core.errors import Conflict, Invalid
from kiosk.core.i18n import lazy


class Overspent(Conflict):
    """More is asked of a line than it has left and exceptions allow. Facts (fen): line, left, asked."""

    code = "overspent"
    status = 422
    message = lazy(
        "“%(line)s” has %(left)s yuan left, %(asked)s were asked. Nothing was saved. "
        "Ask for less, a transfer, or an exception."
    )


class WrongClass(Invalid):
    """What is bought is of another class than the earmarked line."""

    code = "wrong-class"
    message = lazy("“%(line)s” is earmarked for %(item_class)s. Please choose another line.")


class NotInForce(Conflict):
    """The line is in no approved budget, or not any more."""

    code = "budget-line-not-in-force"
    message = lazy("This line is not in the budget in force. Please choose another one.")


class Earmarked(Invalid):
    """A transfer out of a line that is earmarked."""

    code = "earmarked"
    message = lazy("“%(line)s” is earmarked: nothing is transferred out of it.")


class NothingCommitted(Conflict):
    """A source on which nothing is committed, or on several lines without a word which."""

    code = "nothing-committed"
    message = lazy("Nothing is committed for this any more. Please reload the page.")


class TooLittle(Invalid):
    """A version plans less for a line than is committed and spent of it."""

    code = "too-little-planned"
    message = lazy("Of “%(line)s” %(amount)s yuan are committed or spent already: please plan that much.")


class Stale(Conflict):
    """Somebody saved what is on the page meanwhile."""

    code = "budget-saved-meanwhile"
    message = lazy("Somebody changed this meanwhile. Nothing of yours was saved; please reload the page.")


class LeftTooLittle(Conflict):
    """A version that is decided about leaves a line less than is committed and spent of it by now."""

    code = "left-too-little"
    message = lazy(
        "“%(line)s” has more committed and spent by now than this version leaves it. "
        "Please send it back, so that it is changed."
    )

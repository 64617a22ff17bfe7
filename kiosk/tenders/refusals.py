"""What is said to whoever comes too early, too late, with too few, or has another part."""

from kiosk.core.errors import Conflict, Forbidden, Invalid
from kiosk.core.i18n import lazy


class Changed(Conflict):
    """The tender is not what was looked at any more."""

    code = "changed-meanwhile"
    message = lazy("Tender no. %(number)s changed meanwhile: %(state)s. Nothing was saved.")


class NotYet(Conflict):
    """It is too early."""

    code = "not-yet"
    message = lazy("Envelopes stay closed until %(when)s. Nothing was opened.")


class NoQuorum(Conflict):
    """Too few of the council are at the table."""

    code = "no-quorum"
    message = lazy(
        "%(here)s of %(all)s members of the council are at the table; %(needed)s are needed. Nothing was "
        "opened. The opening is postponed, and everybody can read why."
    )


class NotInTurn(Conflict):
    """Another envelope is open, or this one is none that is opened."""

    code = "not-in-turn"
    message = lazy("This envelope is not opened now: it stays as it is.")


class NotAtTable(Forbidden):
    """Not at the table of this opening."""

    code = "not-at-table"
    message = lazy("Only members of the council who were at the table can do this.")


class BadCode(Invalid):
    """No slip of this opening has the code."""

    code = "bad-code"
    message = lazy("No slip of this opening has this code. Please look at it again.")


class TypedTwice(Forbidden):
    """One person cannot type for two."""

    code = "typed-twice"
    message = lazy("Two different people type what is read out. Somebody else has to type it, too.")


class ScoresAlone(Forbidden):
    """Only people who registered envelopes gave points."""

    code = "scores-alone"
    message = lazy("Whoever registered envelopes does not score alone. Somebody else has to score, too.")


class Incomplete(Conflict):
    """Something is missing before it can go on."""

    code = "incomplete"
    message = lazy("These have not given their points yet: %(names)s.")


class NoContract(Conflict):
    """The contract is over, or was ended."""

    code = "contract-over"
    message = lazy("This contract is over since %(day)s.")

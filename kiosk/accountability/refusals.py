"""What is said to whoever may not, comes too late, or too early."""

from kiosk.core.errors import Conflict, Forbidden
from kiosk.core.i18n import lazy


class NotNamed(Forbidden):
    """Only whoever is named makes a statement, nobody for somebody else."""

    code = "not-named"
    message = lazy("You are not named in this entry; the statement is made by whoever is named.")


class Accountable(Forbidden):
    """Nobody decides about an own entry, by whatever account, role or delegation."""

    code = "accountable"
    message = lazy("You are named in this entry, or may be the same person; somebody else has to decide.")


class NotAsked(Forbidden):
    """It is for one level above, and the actor holds no role of that level."""

    code = "not-asked"
    message = lazy("This is not yours to decide.")


class Decided(Conflict):
    """It was decided; nothing is said or decided after that."""

    code = "decided-first"
    message = lazy("This was decided already: %(outcome)s. Nothing was saved; what you wrote is kept below.")


class TooEarly(Conflict):
    """Whoever is named is heard first."""

    code = "not-heard-yet"
    message = lazy("Whoever is named still has time for a statement, until %(day)s. Nothing was saved.")


class SaidMeanwhile(Conflict):
    """A statement came in since the page was opened."""

    code = "changed-meanwhile"
    message = lazy("A statement was made meanwhile. Please read it, and decide then. Nothing was saved.")


class OtherJump(Conflict):
    """The clock is no longer where it was on the page."""

    code = "changed-meanwhile"
    message = lazy("The clock has moved again meanwhile, or this was confirmed. Nothing was saved.")

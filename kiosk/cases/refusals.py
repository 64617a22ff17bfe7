"""What is said to whoever may not, comes too late, or has something missing."""

from kiosk.core.errors import Conflict, Forbidden, Invalid
from kiosk.core.i18n import lazy


class NotYours(Forbidden):
    """The case is somebody else's."""

    code = "not-yours"
    message = lazy("This is %(name)s's to do.")


class Involved(Forbidden):
    """Whoever owns a case, or is the one it is about, does not decide that there is nothing in it."""

    code = "involved"
    message = lazy(
        "You own this case, or it is about you; somebody else has to decide that. Nothing was saved."
    )


class WrongState(Conflict):
    """The case stands differently."""

    code = "wrong-state"
    message = lazy("This is not possible now: the case is %(state)s. Nothing was saved.")


class Changed(Conflict):
    """Somebody did something with the case meanwhile."""

    code = "changed-meanwhile"
    message = lazy("The case was changed meanwhile: it is now %(state)s. Nothing of yours was saved.")


class Held(Forbidden):
    """The case is not to end yet, whoever owns it."""

    code = "held-open"


class OpenedOnly(Conflict):
    """Nobody tells for an asker who has a private address."""

    code = "opened-only"
    message = lazy(
        "The asker has a private address: only opening the answer there counts as told, or that it hung in "
        "the public list for three school days. Nothing was saved."
    )


class Masked(Invalid):
    """A public text holds what could lead to a person: it is masked, shown, and sent again."""

    code = "masked"
    message = lazy(
        "Numbers, accounts or names of pupils were masked, because everybody reads this. "
        "Please look at it and send it again."
    )

    def __init__(self, masked: str, field: str) -> None:
        super().__init__(field=field)
        self.masked = masked


class Unanswered(Invalid):
    """Nothing is closed without a public answer."""

    code = "unanswered"
    message = lazy("There is no public answer yet; please answer first. What you wrote is kept.")

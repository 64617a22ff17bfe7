"""What the store refuses, and what is said."""

from collections.abc import Mapping

from kiosk.core.errors import Conflict, Forbidden, Invalid
from kiosk.core.i18n import Text, lazy

Place = tuple[int, str]


class NotThere(Invalid):
    """Lines that cannot be issued as they are: what is wrong, by row and column."""

    code = "not-in-store"
    message = lazy("Some lines cannot be taken from the store as they stand. Nothing was issued.")

    def __init__(self, errors: Mapping[Place, Text]) -> None:
        super().__init__()
        self.errors = dict(errors)
        self.facts = {"lines": [{"row": row, "problem": str(text)} for (row, _name), text in errors.items()]}


class SamePerson(Forbidden):
    """Whoever wrote it does not confirm it."""

    code = "same-person"
    message = lazy("You wrote this. Somebody else has to confirm it, signed in with an own account.")


class ClosedBefore(Invalid):
    """The day lies before a closed count, and nobody says why it comes so late."""

    code = "before-count"
    message = lazy("The store was counted and closed on %(day)s. Please say why this is entered late.")


class Moved(Conflict):
    """A count's page is older than the count."""

    code = "stale"
    message = lazy(
        "%(who)s changed this count meanwhile. What you typed is still here and not saved; "
        "compare it with what stands there now, then save again."
    )


class NoLongerThere(Conflict):
    """The missing part was issued after it was counted."""

    code = "issued-since"
    message = lazy("%(item)s: more was issued since it was counted. Please count again.")

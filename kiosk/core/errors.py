"""What can go wrong, as classes that carry their own message, code and status.

One place answers them (`core.web`): as a page, or as problem+json (RFC 9457) on the addresses of machines.
"""

from datetime import date
from typing import Any

from kiosk.core.i18n import Text, day_told, lazy


class Problem(Exception):
    """A foreseen failure, for the user in his language.

    `code` is stable and meant for machines, `status` is the HTTP status, `retry_after` seconds or None;
    `params` fill the placeholders of the message; `facts` stand beside it in the answer to a machine.
    """

    code = "problem"
    status = 400
    message: Text = lazy("This could not be done. Please try again.")
    retry_after: int | None = None

    def __init__(self, message: Text | None = None, *, field: str | None = None, **params: Any) -> None:
        if message is not None:
            self.message = message
        self.field = field
        self.params = params
        self.facts: dict[str, Any] = {}
        super().__init__(message)

    def __str__(self) -> str:
        text = str(self.message)
        told = {
            name: day_told(value) if isinstance(value, date) else value for name, value in self.params.items()
        }
        return text % told if told else text


class Invalid(Problem):
    """Input that cannot be used as it is."""

    code = "invalid"
    status = 422
    message = lazy("Please check what was entered.")


class SignInNeeded(Problem):
    """No authority was shown."""

    code = "sign-in-needed"
    status = 401
    message = lazy("Please sign in first.")


class Forbidden(Problem):
    """The authority shown does not reach this far."""

    code = "forbidden"
    status = 403
    message = lazy("Your account may not do this.")
    permission: Any = None
    """The right that was missing, where one was."""


class NotFound(Problem):
    """Nothing at this address."""

    code = "not-found"
    status = 404
    message = lazy("There is nothing at this address.")


class Conflict(Problem):
    """It contradicts what is already stored."""

    code = "conflict"
    status = 409
    message = lazy("This contradicts what is already stored. Nothing was saved.")


class Busy(Problem):
    """The database is taken; the same request may go through later."""

    code = "busy"
    status = 503
    message = lazy("The server is busy. Nothing was saved; please try again in a moment.")
    retry_after = 2


class StorageFull(Problem):
    """The disk is full or cannot be written."""

    code = "storage-full"
    status = 507
    message = lazy("The server's disk is full. Nothing was saved; please tell the IT administrator.")
    retry_after = 30


class Damaged(Problem):
    """The instance cannot be used as it is; nothing is served from it."""

    code = "damaged"
    status = 503


class OtherContent(Conflict):
    """What the client made once, by its number, came again with something else in it."""

    code = "other-content"
    message = lazy(
        "This was sent before with other content. What was sent first stays; "
        "for something else please open the form anew."
    )

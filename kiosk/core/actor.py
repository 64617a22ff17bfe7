"""Who acts: what the guard hands to a door, and a door to the services."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """Somebody signed in, or what acts by itself.

    `account` is the user name, or the name of a part of the house (`kiosk`, `command line`); `person` the
    person's number, None where no person stands behind it; `name` is what is shown and never compared.
    """

    account: str
    person: int | None = None
    name: str = ""

    def __str__(self) -> str:
        return self.account

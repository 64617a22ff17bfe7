"""When two names of fees are the same: however they are spaced, and in whatever width they are written."""

from kiosk.core.cells import squeeze

FEES, AGENCY_FEES, CANTEEN_ACCOUNT = "fees", "agency-fees", "canteen-account"
"""The kinds of this room by their names."""


def plain(name: str) -> str:
    """A name as it is compared."""
    return squeeze(name).lower()


def key_of(item: str, whom: str) -> str:
    """What tells a row apart: its item, and whom it is charged."""
    return f"{plain(item)}|{plain(whom)}"

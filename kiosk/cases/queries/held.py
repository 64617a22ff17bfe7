"""What a room above says of a case that is not to end yet."""

from kiosk.cases.models import Case
from kiosk.core.i18n import LazyString
from kiosk.core.room import measure

HELD = "why a case stays open"
"""The measure by which a room says so: asked with the case, it gives the reason, or None."""


def held(case: Case) -> LazyString | None:
    """Why the case cannot end yet, although it has an answer; None where nothing holds it."""
    ask = measure(HELD)
    return ask(case) if ask else None

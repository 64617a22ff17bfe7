"""What pages of rooms below show of fees."""

from datetime import date
from typing import Any

from kiosk.finance import queries
from kiosk.finance.names import FEES
from kiosk.postings.queries import declared_kinds

AT_SIGHT = 5
"""So many names stand on the board; the others are one tap away."""


def is_used(slug: str) -> bool:
    """Whether the school uses a kind."""
    return any(kind.slug == slug for kind in declared_kinds())


def on_board(_day: date) -> dict[str, Any]:
    """What may not be charged this term; nothing where the school posts no fees."""
    term = queries.shown_term() if is_used(FEES) else None
    names = queries.missing(term) if term else []
    return {"names": names[:AT_SIGHT], "more": max(0, len(names) - AT_SIGHT)}

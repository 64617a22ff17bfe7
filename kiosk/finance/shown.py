"""What pages of rooms below show of fees."""

from datetime import date
from typing import Any

from kiosk.finance import queries
from kiosk.finance.names import AGENCY_FEES, CANTEEN_ACCOUNT, FEES
from kiosk.postings.queries import declared_kinds

AT_SIGHT = 5
"""So many names stand on the board; the others are one tap away."""


def is_used(slug: str) -> bool:
    """Whether the school uses a kind."""
    return any(kind.slug == slug for kind in declared_kinds())


def on_wall(_day: date) -> dict[str, Any]:
    """What may not be charged this term, all of it."""
    term = queries.shown_term() if is_used(FEES) else None
    return {"names": queries.missing(term) if term else []}


def on_board(_day: date) -> dict[str, Any]:
    """What may not be charged this term, and what the school posts of its money."""
    term = queries.shown_term() if is_used(FEES) else None
    names = queries.missing(term) if term else []
    return {
        "names": names[:AT_SIGHT],
        "more": max(0, len(names) - AT_SIGHT),
        "fees": is_used(FEES) or is_used(AGENCY_FEES),
        "canteens": is_used(CANTEEN_ACCOUNT),
    }

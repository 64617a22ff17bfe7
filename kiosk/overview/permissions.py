"""What the overview lets whom see."""

from kiosk.core.i18n import lazy
from kiosk.core.security import Permission

VIEW_LIVE = Permission(
    "overview.live",
    lazy("See purchases beside ratings, live"),
    frozenset(
        {"head", "canteen_manager", "accountant", "purchaser", "custodian", "council", "congress", "admin"}
    ),
)
"""Not the counters' own staff: they see results late and in batches, never the single press."""

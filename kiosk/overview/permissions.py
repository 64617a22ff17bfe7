"""What the overview lets whom see."""

from kiosk.auth.models import ROLES
from kiosk.core.i18n import lazy
from kiosk.core.security import Permission, Reach

ENTER = Permission("overview.enter", lazy("Enter the office"), frozenset(ROLES), reach=Reach.ANYWHERE)
VIEW_LIVE = Permission(
    "overview.live",
    lazy("See purchases beside ratings, live"),
    frozenset(
        {
            "head",
            "canteen_manager",
            "accountant",
            "purchaser",
            "custodian",
            "council",
            "congress",
            "admin",
            "principal",
            "cashier",
        }
    ),
    reach=Reach.ANYWHERE,
)
"""Not the counters' own staff: they see results late and in batches, never the single press."""

EXPORT_FIGURES = Permission(
    "overview.figures",
    lazy("Fetch the figures of a place for a period, as a file"),
    frozenset({"head", "principal", "canteen_manager"}),
    reach=Reach.PLACE,
)
"""Whoever runs a canteen fetches what concerns the own counters, and never what concerns another's."""

OFFER_ACKNOWLEDGE = Permission(
    "overview.acknowledge",
    lazy("See the button that acknowledges an alert"),
    frozenset({"head", "canteen_manager"}),
    reach=Reach.PLACE,
)
OFFER_WRITE = Permission(
    "overview.write",
    lazy("See the way to the day's purchase sheet"),
    frozenset({"head", "canteen_manager", "purchaser", "custodian"}),
    reach=Reach.PLACE,
)
"""Who is offered a way here; whether it may be gone is decided where it leads (a test compares)."""

"""What the catalogue lets whom do."""

from kiosk.auth.models import ROLES
from kiosk.core.i18n import lazy
from kiosk.core.security import Permission, Reach

VIEW_ITEMS = Permission("catalogue.view", lazy("See items"), frozenset(ROLES), reach=Reach.ANYWHERE)
EDIT_CATALOGUE = Permission(
    "catalogue.edit",
    lazy("See suppliers, and change items and suppliers"),
    frozenset({"head", "canteen_manager", "purchaser", "custodian"}),
    reach=Reach.ANYWHERE,
)
"""The canteens share one catalogue, so whoever works with it at one of them keeps it for all."""

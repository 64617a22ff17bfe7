"""What the purchasing room lets whom do."""

from kiosk.auth.models import ROLES
from kiosk.core.i18n import lazy
from kiosk.core.security import Permission, Reach

VIEW_PURCHASES = Permission(
    "purchasing.view", lazy("See purchases and prices"), frozenset(ROLES), reach=Reach.ANYWHERE
)
EDIT_DRAFTS = Permission(
    "purchasing.draft",
    lazy("Write purchase sheets"),
    frozenset({"head", "canteen_manager", "purchaser", "custodian"}),
    reach=Reach.PLACE,
)
POST_PURCHASES = Permission(
    "purchasing.post",
    lazy("Post and correct purchase sheets"),
    frozenset({"head", "canteen_manager"}),
    reach=Reach.PLACE,
)
WATCH_PRICES = Permission(
    "purchasing.watch_prices",
    lazy("Be told of prices that stand out"),
    frozenset({"head", "principal", "canteen_manager", "accountant", "council", "congress"}),
    reach=Reach.PLACE,
)
SAY_WHO_SIGNED = Permission(
    "purchasing.say_who", lazy("Say whose the names on old sheets are"), frozenset({"head", "admin"})
)

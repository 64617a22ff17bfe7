"""What the stock room lets whom do."""

from kiosk.core.i18n import lazy
from kiosk.core.security import Permission, Reach

SEE_STOCK = Permission(
    "stock.see",
    lazy("See what lies in store, and every move"),
    frozenset({"head", "canteen_manager", "custodian", "accountant", "counter_staff"}),
    reach=Reach.PLACE,
)
KEEP_STOCK = Permission(
    "stock.keep",
    lazy("Issue from the store, count it, enter its opening balance"),
    frozenset({"head", "canteen_manager", "custodian"}),
    reach=Reach.PLACE,
)
TAKE_STOCK = Permission(
    "stock.take",
    lazy("Confirm what came from the store"),
    frozenset({"head", "canteen_manager", "counter_staff"}),
    reach=Reach.PLACE,
)
WITNESS = Permission(
    "stock.witness",
    lazy("Sign a count or an opening balance as the second person"),
    frozenset({"head", "canteen_manager", "custodian", "accountant", "counter_staff"}),
    reach=Reach.PLACE,
)

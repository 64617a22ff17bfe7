"""What the supply room lets whom do; who approves a plan, its ladder says."""

from kiosk.auth.models import ROLES
from kiosk.core.i18n import lazy
from kiosk.core.security import Permission, Reach

SEE_SUPPLY = Permission(
    "supply.see",
    lazy("See plans, orders and acceptances of purchases"),
    frozenset(ROLES),
    reach=Reach.ANYWHERE,
)
PLAN = Permission(
    "supply.plan",
    lazy("Plan purchases, and propose the plan"),
    frozenset({"head", "canteen_manager", "purchaser", "custodian"}),
    reach=Reach.PLACE,
)
BUY = Permission(
    "supply.buy",
    lazy("Order, or buy at the market"),
    frozenset({"head", "canteen_manager", "purchaser"}),
    reach=Reach.PLACE,
)
RECEIVE = Permission(
    "supply.receive",
    lazy("Accept goods at the scale"),
    frozenset({"head", "canteen_manager", "custodian", "accountant", "counter_staff", "inspector"}),
    reach=Reach.PLACE,
)

"""What the cases room lets whom do; whoever owns a case works on it, whatever the role."""

from kiosk.auth.models import ROLES
from kiosk.core.i18n import lazy
from kiosk.core.security import Permission, Reach

USE_CASES = Permission(
    "cases.use",
    lazy("Take a complaint or wish down, and work on one's own cases"),
    frozenset(ROLES),
    reach=Reach.ANYWHERE,
)
SEE_CASES = Permission(
    "cases.see",
    lazy("See every case of a place"),
    frozenset({"head", "principal", "council", "congress", "admin", "canteen_manager", "counter_staff"}),
    reach=Reach.PLACE,
)
SEE_AT_ONCE = Permission(
    "cases.see_at_once",
    lazy("See cases of ratings while the meal is still on"),
    frozenset({"head", "principal", "council", "admin"}),
)
ASSIGN_CASES = Permission(
    "cases.assign",
    lazy("Give a case to somebody, and say how grave it is"),
    frozenset({"head", "principal", "admin"}),
)
DECIDE_CASES = Permission(
    "cases.decide",
    lazy("Decide that a case of others is a mistake or invalid"),
    frozenset({"head", "principal", "council", "admin"}),
)

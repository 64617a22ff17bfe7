"""What the counters room lets whom do."""

from kiosk.core.i18n import lazy
from kiosk.core.security import Permission, Reach

MANAGE_COUNTERS = Permission(
    "counters.manage", lazy("Manage counters, canteens and the duty roster"), frozenset({"head", "admin"})
)
MANAGE_TABLETS = Permission("counters.tablets", lazy("Manage tablets"), frozenset({"head", "admin"}))
VIEW_TABLETS = Permission(
    "counters.tablets_view",
    lazy("See the tablets"),
    frozenset({"head", "admin", "canteen_manager"}),
    reach=Reach.ANYWHERE,
)
PRINT_POSTERS = Permission(
    "counters.posters",
    lazy("Print posters"),
    frozenset({"head", "admin", "canteen_manager", "counter_staff", "council"}),
    reach=Reach.ANYWHERE,
)

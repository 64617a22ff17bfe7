"""What the commitments room lets whom do."""

from kiosk.core.i18n import lazy
from kiosk.core.security import Permission, Reach

SET_COMMITMENTS = Permission(
    "commitments.set",
    lazy("Set the commitments of canteens and their counters"),
    frozenset({"head", "canteen_manager"}),
    reach=Reach.PLACE,
)
SET_ELSEWHERE = Permission(
    "commitments.set_elsewhere",
    lazy("Set the commitments of counters outside of canteens"),
    frozenset({"head"}),
)

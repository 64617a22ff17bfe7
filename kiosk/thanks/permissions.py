"""What the thanks room lets whom do."""

from kiosk.auth.models import ROLES
from kiosk.core.i18n import lazy
from kiosk.core.security import Permission, Reach

READ_THANKS = Permission(
    "thanks.read",
    lazy("Read what was written in thanks to oneself, and say whether one wants to be named"),
    frozenset(ROLES),
    reach=Reach.ANYWHERE,
)
PRINT_THANKS = Permission(
    "thanks.print",
    lazy("Print words of thanks for staff of a place without an account"),
    frozenset({"head", "canteen_manager"}),
    reach=Reach.PLACE,
)
COMMEND = Permission(
    "thanks.commend",
    lazy("Confirm and post reported good deeds"),
    frozenset({"head", "principal"}),
)

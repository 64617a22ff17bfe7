"""What the accountability room lets whom do; whoever is named in an entry sees it and makes a statement."""

from kiosk.auth.models import ROLES
from kiosk.core.i18n import lazy
from kiosk.core.security import Permission, Reach

USE_ACCOUNTABILITY = Permission(
    "accountability.use",
    lazy("See the entries in which one is named, and make a statement"),
    frozenset(ROLES),
    reach=Reach.ANYWHERE,
)
SEE_ACCOUNTABILITY = Permission(
    "accountability.see",
    lazy("See every entry of accountability, with names"),
    frozenset({"head", "council", "congress"}),
)
DECIDE_ACCOUNTABILITY = Permission(
    "accountability.decide",
    lazy("Decide about entries of others; about the head's, the council decides"),
    frozenset({"head", "council", "congress"}),
)
CONFIRM_CLOCK = Permission(
    "accountability.clock",
    lazy("Confirm that the days after a jump of the clock are real"),
    frozenset({"head", "principal", "admin"}),
)

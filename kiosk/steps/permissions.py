"""What the steps room lets whom do; who decides about what, its ladder says."""

from kiosk.auth.models import ROLES
from kiosk.core.i18n import lazy
from kiosk.core.security import Permission, Reach

USE_STEPS = Permission(
    "steps.use",
    lazy("See and decide what waits for one, and name a stand-in"),
    frozenset(ROLES),
    reach=Reach.ANYWHERE,
)
OVERSEE_STEPS = Permission(
    "steps.oversee", lazy("See every approval that waits"), frozenset({"head", "admin", "principal"})
)
SET_LADDERS = Permission(
    "steps.ladders", lazy("Set who decides about money, by amount"), frozenset({"head", "principal"})
)
NAME_STAND_INS = Permission(
    "steps.stand-ins", lazy("Name a stand-in for somebody else"), frozenset({"head", "principal"})
)
ENTER_MINUTES = Permission(
    "steps.minutes",
    lazy("Enter a collective's decision from the minutes of its meeting"),
    frozenset({"head", "principal", "council", "congress"}),
)

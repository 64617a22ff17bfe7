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
    "steps.oversee", lazy("See every approval that waits"), frozenset({"head", "admin"})
)

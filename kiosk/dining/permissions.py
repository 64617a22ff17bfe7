"""What the room of shared meals lets whom do."""

from kiosk.auth.models import ROLES
from kiosk.core.i18n import lazy
from kiosk.core.security import Permission, Reach

EAT = Permission(
    "dining.eat",
    lazy("Enter one's own shared meals, and swap one's turns"),
    frozenset(ROLES),
    reach=Reach.ANYWHERE,
)
"""Only who is a leader has any; the services ask for that."""
KEEP_ROSTER = Permission(
    "dining.roster",
    lazy("Set the roster of shared meals and the parents' days, and enter for leaders without an account"),
    frozenset({"head", "principal"}),
)

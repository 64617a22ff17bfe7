"""What the auth room lets whom do."""

from kiosk.auth.models import ROLES
from kiosk.core.i18n import lazy
from kiosk.core.security import Permission, Reach

OWN_ACCOUNT = Permission(
    "auth.own", lazy("Change one's own password"), frozenset(ROLES), reach=Reach.ANYWHERE
)
MANAGE_ACCOUNTS = Permission("auth.accounts", lazy("Manage accounts"), frozenset({"head", "admin"}))

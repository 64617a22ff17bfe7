"""What the staff room lets whom do."""

from kiosk.core.i18n import lazy
from kiosk.core.security import Permission

MANAGE_STAFF = Permission(
    "staff.manage", lazy("Manage the people of logistics"), frozenset({"head", "admin", "canteen_manager"})
)
RENAME_SIGNERS = Permission(
    "staff.rename_signers", lazy("Rename people who sign in"), frozenset({"head", "admin"})
)
MANAGE_POSTS = Permission("staff.posts", lazy("Manage teams and posts"), frozenset({"head", "admin"}))

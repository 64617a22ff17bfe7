"""What the staff room lets whom do."""

from kiosk.core.i18n import lazy
from kiosk.core.security import Permission

MANAGE_STAFF = Permission(
    "staff.manage", lazy("Manage the people of logistics"), frozenset({"head", "admin", "canteen_manager"})
)
MANAGE_POSTS = Permission("staff.posts", lazy("Manage teams and posts"), frozenset({"head", "admin"}))

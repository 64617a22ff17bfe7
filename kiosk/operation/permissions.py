"""What the operation room lets whom see."""

from kiosk.core.i18n import lazy
from kiosk.core.security import Permission

VIEW_OPERATION = Permission(
    "operation.view", lazy("See whether everything is all right"), frozenset({"head", "admin"})
)
EXPORT_STORED = Permission(
    "operation.stored",
    lazy("See and download what is stored, and who looked"),
    frozenset({"head", "admin", "council", "principal"}),
)
ERASE_COMMENT = Permission(
    "operation.erase",
    lazy("Erase a comment for somebody who shows its receipt"),
    frozenset({"head", "admin"}),
)

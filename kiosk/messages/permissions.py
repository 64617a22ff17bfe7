"""What the messages room lets whom do."""

from kiosk.core.i18n import lazy
from kiosk.core.security import Permission

MANAGE_MESSAGES = Permission(
    "messages.manage",
    lazy("See what was sent by mail and group robot, and send a test message"),
    frozenset({"head", "admin"}),
)

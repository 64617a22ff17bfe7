"""Who makes the folder, and says what the bureau's own form is called column by column."""

from kiosk.core.i18n import lazy
from kiosk.core.security import Permission

TAKE_FOLDER = Permission(
    "folder.take",
    lazy("Make the inspector's folder, and map columns to the bureau's form"),
    frozenset({"head", "principal", "accountant"}),
)

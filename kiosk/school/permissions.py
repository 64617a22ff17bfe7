"""What the school's room lets whom do."""

from kiosk.core.i18n import lazy
from kiosk.core.security import Permission, Reach

MANAGE_SCHOOL = Permission(
    "school.manage", lazy("Change the school's settings, terms and meals"), frozenset({"head", "admin"})
)
OPEN_SETTINGS = Permission(
    "school.settings",
    lazy("Open the settings"),
    frozenset(
        {"head", "admin", "canteen_manager", "accountant", "council", "congress", "principal", "cashier"}
    ),
    reach=Reach.ANYWHERE,
)
"""Not everybody who opens them may change something: the council and the accountant read the record."""
ENTER_SERVED = Permission(
    "school.served",
    lazy("Enter how many meals a canteen served"),
    frozenset({"head", "canteen_manager"}),
    reach=Reach.PLACE,
)

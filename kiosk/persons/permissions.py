"""What the persons' room lets whom do."""

from kiosk.core.i18n import lazy
from kiosk.core.security import Permission

TELL_APART = Permission(
    "persons.tell_apart", lazy("Say which persons of one name are the same"), frozenset({"head", "admin"})
)

"""What the record's codes of this room are called when people read them."""

from kiosk.auth.models import ROLES
from kiosk.core.i18n import lazy
from kiosk.core.room import Words

WORDS = Words(
    subjects={
        "account": lazy("Account"),
    },
    actions={
        "account.added": lazy("Account added"),
        "account.changed": lazy("Account changed"),
        "account.role_given": lazy("Role given"),
        "account.role_taken": lazy("Role taken away"),
        "account.password": lazy("Password changed"),
        "account.second_factor_set": lazy("Second factor turned on"),
        "account.second_factor_removed": lazy("Second factor turned off"),
        "account.calendar_made": lazy("Address of a calendar made"),
        "account.calendar_removed": lazy("Address of a calendar ended"),
        "sign_in": lazy("Signed in"),
        "sign_in.revoked": lazy("Signed out"),
        "sign_in.all_revoked": lazy("All browsers signed out"),
    },
    fields={
        "username": lazy("User name"),
        "name": lazy("Name"),
        "person": lazy("Person"),
        "role": lazy("Role"),
        "roles": lazy("Roles"),
        "canteen": lazy("Canteen"),
        "counter": lazy("Counter"),
        "active": lazy("In use"),
    },
    values={
        "role": ROLES,
        "second_factor_roles": ROLES,
    },
    plain=frozenset({"role", "roles", "canteen", "counter"}),
)

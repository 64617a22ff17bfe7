"""What a school that keeps a store is asked for."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Asked, Switch

SWITCH = Switch(
    "stock",
    lazy("Stock"),
    (
        Asked(
            lazy("Custodian"),
            lazy("Counts the store once at the beginning; then writes what goes to the kitchen."),
        ),
        Asked(lazy("A cook or the canteen manager"), lazy("Confirms what came from the store.")),
        Asked(
            lazy("Custodian and another person"),
            lazy("Count the store at each month's end and explain every difference."),
        ),
    ),
)

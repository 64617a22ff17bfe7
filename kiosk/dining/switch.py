"""What a school that uses shared meals is asked for."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Asked, Switch

SWITCH = Switch(
    "dining",
    lazy("Eating with pupils"),
    (
        Asked(
            lazy("Head of logistics"), lazy("Sets for a month or term who of the leaders eats at which meal.")
        ),
        Asked(
            lazy("School leaders"),
            lazy("Eat with the pupils and enter it at the table in a minute; who cannot come swaps."),
        ),
        Asked(lazy("Everybody"), lazy("Reads who ate with the pupils, and at which meals nobody did.")),
    ),
)

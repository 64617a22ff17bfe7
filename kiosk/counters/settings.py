"""The settings of tablets at the counters."""

from kiosk.core.i18n import lazy
from kiosk.core.setting import Facts, Group, Line, Number

TABLETS = Group(40, lazy("Tablets"))

SILENCE_MINUTES = Number(
    name="silence_minutes",
    label=lazy("Tablet: silent after (minutes)"),
    hint=lazy("A tablet without contact for this long while its counter is open is reported."),
    least=2,
    most=240,
    default=10,
    group=TABLETS,
    place=60,
)
TABLET_PIN = Facts(name="tablet_pin", label=lazy("Tablet PIN"), default={}, secret=True)
"""Salt, rounds and PBKDF2 hash of the PIN that opens the tablets' menu; empty: none is set."""
EPOCH = Line(plain=True, name="epoch", label=lazy("Tablets send again what they delivered"))
"""Changes when a backup was restored: tablets then send again what they had delivered."""

SETTINGS = (SILENCE_MINUTES, TABLET_PIN, EPOCH)

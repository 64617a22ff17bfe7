"""The settings of purchases on their way."""

from kiosk.core.i18n import lazy
from kiosk.core.setting import Group, Number

PURCHASE_CHAIN = Group(44, lazy("Purchase chain"))
TOLERANCE = Number(
    name="supply_tolerance",
    label=lazy("More than ordered that can be accepted (percent)"),
    hint=lazy("What is weighed seldom comes to the gram. Whatever is above that is sent back."),
    least=0,
    most=20,
    default=5,
    group=PURCHASE_CHAIN,
    place=10,
)
SETTINGS = (TOLERANCE,)

"""The settings of the school's money."""

from kiosk.core.i18n import lazy
from kiosk.core.setting import Group, Number

ACCOUNTS = Group(38, lazy("Canteen accounts"))
BALANCE_PERCENT = Number(
    name="canteen_balance_percent",
    label=lazy("What may be left of a canteen's income (± per cent)"),
    hint=lazy("Said beside the figures of each account, without comment. Posted accounts keep theirs."),
    least=0,
    most=100,
    default=2,
    group=ACCOUNTS,
    place=10,
)

SETTINGS = (BALANCE_PERCENT,)

"""The settings of the store."""

from kiosk.core.i18n import lazy
from kiosk.core.setting import Group, Line, Number

STORE = Group(45, lazy("Stock"))
STRAIGHT = Line(
    name="stock_straight",
    label=lazy("Classes of goods that go straight to the kitchen"),
    hint=lazy("Separated by commas, for example: 蔬菜类、水果类. Empty: all that is posted goes into store."),
    longest=200,
    plain=True,
    group=STORE,
    place=10,
)
EXPIRY_DAYS = Number(
    name="stock_expiry_days",
    label=lazy("Days before its last day that goods are named in the inbox"),
    least=0,
    most=60,
    default=3,
    group=STORE,
    place=20,
)
COUNT_DAYS = Number(
    name="stock_count_days",
    label=lazy("Days after a month's end by which the store is counted"),
    least=1,
    most=25,
    default=5,
    group=STORE,
    place=30,
)
SETTINGS = (STRAIGHT, EXPIRY_DAYS, COUNT_DAYS)

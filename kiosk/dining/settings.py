"""The settings of shared meals."""

from kiosk.core.i18n import lazy
from kiosk.core.setting import Group, Number

DINING = Group(66, lazy("Shared meals"))

LEAST_MEALS = Number(
    name="dining_least",
    label=lazy("Meals that each leader eats with the pupils, a term"),
    default=4,
    least=1,
    most=60,
    group=DINING,
    place=10,
)
AMEND_DAYS = Number(
    name="dining_days",
    label=lazy("Days in which a shared meal can still be entered or amended"),
    hint=lazy("What is entered on a later day is shown as late."),
    default=7,
    least=1,
    most=31,
    group=DINING,
    place=20,
)
SETTINGS = (LEAST_MEALS, AMEND_DAYS)

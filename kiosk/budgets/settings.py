"""The settings of the budget."""

from kiosk.core.i18n import lazy
from kiosk.core.setting import Group, Number

BUDGET = Group(37, lazy("Budget of the term"))
PUPILS = Number(
    name="budget_pupils",
    label=lazy("Pupils for whom the budget is"),
    hint=lazy("For what is spent a pupil; 0 while nobody counted."),
    least=0,
    most=100_000,
    default=0,
    group=BUDGET,
    place=10,
)

SETTINGS = (PUPILS,)
"""What the school sets."""

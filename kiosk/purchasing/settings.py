"""The settings of purchases."""

from datetime import time

from kiosk.core.i18n import lazy
from kiosk.core.setting import Group, Number, TimeOfDay

PURCHASES = Group(20, lazy("Purchases"))

POSTING_DUE = TimeOfDay(
    name="posting_due",
    label=lazy("Purchases are due by"),
    hint=lazy("After this the board says that today's purchases are late."),
    default=time(12),
    group=PURCHASES,
    place=10,
)
JUMP_PERCENT = Number(
    name="jump_percent",
    label=lazy("Ask about a price that moved by more than (per cent)"),
    hint=lazy("Asked while a sheet is filled in; it never blocks posting."),
    least=1,
    most=1000,
    default=30,
    group=PURCHASES,
    place=20,
)
MARK_PERCENT = Number(
    name="mark_percent",
    label=lazy("Mark a price that rose by more than (per cent)"),
    hint=lazy("Marked on the board beside the last price, without comment."),
    least=1,
    most=1000,
    default=10,
    group=PURCHASES,
    place=30,
)

SETTINGS = (POSTING_DUE, JUMP_PERCENT, MARK_PERCENT)

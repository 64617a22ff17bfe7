"""The settings of accountability. What was chased keeps the days of then."""

from kiosk.core.i18n import lazy
from kiosk.core.setting import Group, Number

ACCOUNTABILITY = Group(36, lazy("Accountability"))

ENTRY_DAYS = Number(
    name="accountability_days",
    label=lazy("An entry after (school days) beyond the due time"),
    hint=lazy("A change counts for what becomes late from then on."),
    least=1,
    most=30,
    default=5,
    group=ACCOUNTABILITY,
    place=10,
)
STATEMENT_DAYS = Number(
    name="accountability_statement_days",
    label=lazy("Time for the statement (school days)"),
    hint=lazy("It is decided after that, or once everybody who is named has made a statement."),
    least=1,
    most=30,
    default=5,
    group=ACCOUNTABILITY,
    place=20,
)

SETTINGS = (ENTRY_DAYS, STATEMENT_DAYS)

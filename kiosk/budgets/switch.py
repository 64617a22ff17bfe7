"""What a school that works by a budget is asked for."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Asked, Switch

SWITCH = Switch(
    "budgets",
    lazy("Budget of the term"),
    (
        Asked(
            lazy("Accountant"),
            lazy("Drafts a term's budget line by line; transfers and exceptions are proposed, too."),
        ),
        Asked(
            lazy("Who decides about money"), lazy("Approves the budget, transfers and exceptions by amount.")
        ),
        Asked(
            lazy("Head of logistics"),
            lazy("In a term's last week writes what its figures taught; everybody reads it."),
        ),
        Asked(lazy("Everybody"), lazy("Reads what was planned, committed and spent, and each exception.")),
    ),
)

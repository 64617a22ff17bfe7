"""What the room of the budget lets whom do."""

from kiosk.core.i18n import lazy
from kiosk.core.security import Permission

SEE_BUDGET = Permission(
    "budgets.see",
    lazy("See the budget, its moves and its analysis"),
    frozenset(
        {
            *("head", "principal", "accountant", "cashier", "council", "congress", "inspector"),
            *("canteen_manager", "purchaser", "custodian"),
        }
    ),
)
MAKE_BUDGET = Permission(
    "budgets.make",
    lazy("Draft the budget and propose it, and transfers between its lines"),
    frozenset({"head", "accountant"}),
)
ASK_EXCEPTION = Permission(
    "budgets.exception",
    lazy("Propose an exception for a line that has not enough left"),
    frozenset({"head", "accountant", "purchaser", "canteen_manager"}),
)
SIGN_CHECK = Permission(
    "budgets.check",
    lazy("Sign the check of a term's purchases, from outside the chain"),
    frozenset({"council", "congress", "inspector", "principal"}),
)
WRITE_ANALYSIS = Permission(
    "budgets.analysis",
    lazy("Write the analysis of a term's budget, and post it"),
    frozenset({"head", "principal"}),
)

"""What the finance room lets whom do."""

from kiosk.core.i18n import lazy
from kiosk.core.security import Permission, Reach

SEE_FEES = Permission(
    "finance.fees.see",
    lazy("See which fees are posted, collected and closed, and what is still missing"),
    frozenset({"head", "principal", "accountant", "cashier", "council", "congress"}),
)
WRITE_FEES = Permission(
    "finance.fees.write",
    lazy("Write fees and agency fees, and say which fees there are"),
    frozenset({"head", "accountant", "cashier"}),
)
APPROVE_FEES = Permission(
    "finance.fees.approve",
    lazy("Approve and withdraw fees and agency fees of others"),
    frozenset({"head", "principal", "council"}),
)
COLLECT_FEES = Permission(
    "finance.fees.collect",
    lazy("Mark posted fees collected, and take a mark back"),
    frozenset({"accountant", "cashier"}),
)
CLOSE_AGENCY_FEES = Permission(
    "finance.agency.close",
    lazy("Close agency fees whose sum is even"),
    frozenset({"head", "principal", "accountant"}),
)
WRITE_ACCOUNTS = Permission(
    "finance.canteen.write",
    lazy("Write the account of a canteen"),
    frozenset({"head", "canteen_manager", "accountant"}),
    reach=Reach.PLACE,
)
APPROVE_ACCOUNTS = Permission(
    "finance.canteen.approve",
    lazy("Approve and withdraw accounts of canteens that others wrote"),
    frozenset({"head", "principal", "council"}),
)

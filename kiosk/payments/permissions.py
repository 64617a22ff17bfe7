"""What the room of payments lets whom do; who approves, the ladder says."""

from kiosk.core.i18n import lazy
from kiosk.core.security import Permission, Reach

SEE_PAYMENTS = Permission(
    "payments.see",
    lazy("See payments that are asked for, and how they stand"),
    frozenset(
        {
            *("head", "principal", "accountant", "cashier", "council", "congress"),
            *("canteen_manager", "purchaser", "custodian"),
        }
    ),
    reach=Reach.ANYWHERE,
)
ASK_PAYMENTS = Permission(
    "payments.ask",
    lazy("Ask for payments, and change what one asked for"),
    frozenset({"head", "canteen_manager", "purchaser", "custodian"}),
    reach=Reach.PLACE,
)
PAY = Permission("payments.pay", lazy("Pay what is approved, and say when and how"), frozenset({"cashier"}))
ENTER_PAYMENTS = Permission(
    "payments.enter", lazy("Enter what was paid in the books"), frozenset({"accountant"})
)
SEE_REFERENCES = Permission(
    "payments.references",
    lazy("See vouchers and the bank's numbers of payments"),
    frozenset({"head", "principal", "cashier", "accountant"}),
)

"""What a school that uses payments is asked for."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Asked, Switch

SWITCH = Switch(
    "payments",
    lazy("Payments, approved level by level"),
    (
        Asked(
            lazy("Purchaser, custodian or canteen manager"),
            lazy("Asks for the payment of what was accepted: invoice, vouchers, posted lines."),
        ),
        Asked(
            lazy("Head of logistics, principal or school council"),
            lazy("Decides by amount; nobody who has another part in the purchase."),
        ),
        Asked(lazy("Cashier"), lazy("Pays what is approved, and notes day and way.")),
        Asked(lazy("Accountant"), lazy("Enters what was paid in the books; somebody else than the cashier.")),
        Asked(lazy("Everybody"), lazy("Reads what was paid to which supplier for which posted lines.")),
    ),
)

"""What the chain's room lets whom see."""

from kiosk.core.i18n import lazy
from kiosk.core.security import Permission

VIEW_RECORD = Permission(
    "chain.view",
    lazy("Read and verify the record"),
    frozenset({"head", "admin", "accountant", "council", "congress", "principal", "cashier"}),
)

EXPORT_RECORD = Permission(
    "chain.export",
    lazy("Export the whole record to check it"),
    frozenset({"accountant", "council", "congress"}),
)

ERASE_TEXT = Permission("chain.erase", lazy("Erase names and texts of the record"), frozenset({"head"}))

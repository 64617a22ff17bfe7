"""What the room of accounts lets whom do."""

from kiosk.auth.models import ROLES
from kiosk.core.i18n import lazy
from kiosk.core.security import Permission, Reach

SEE_ACCOUNTS = Permission(
    "accounts.see",
    lazy("See the books, also while they are being written, and their vouchers"),
    frozenset({"head", "principal", "accountant", "cashier", "council", "congress"}),
)
WRITE_BOOKS = Permission(
    "accounts.write",
    lazy("Keep the books: vouchers, accounts and their corrections"),
    frozenset({"accountant"}),
)
REVIEW_ACCOUNTS = Permission(
    "accounts.review",
    lazy("Call a session of the congress, keep its roll, look at vouchers, post the finding"),
    frozenset({"congress"}),
)
NAME_DELEGATES = Permission(
    "accounts.delegates",
    lazy("Name the congress's delegates and the day of the closing assembly"),
    frozenset({"principal", "congress"}),
)
SIT = Permission(
    "accounts.sit",
    lazy("Say that one is there at a session, as a delegate of the congress"),
    frozenset(ROLES),
    reach=Reach.ANYWHERE,
)

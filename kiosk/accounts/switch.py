"""What a school that posts its accounts is asked for."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Asked, Switch

SWITCH = Switch(
    "accounts",
    lazy("Accounts, and the congress's audit of them"),
    (
        Asked(
            lazy("Accountant"),
            lazy("Keeps each book by month or term: vouchers from payments or a file, then lays it open."),
        ),
        Asked(
            lazy("Staff congress"),
            lazy("Looks at vouchers drawn by two numbers, votes, and posts its finding with each remark."),
        ),
        Asked(lazy("Head of logistics"), lazy("Answers each remark; it is a case with a due time.")),
        Asked(
            lazy("Principal or staff congress"),
            lazy("Names the delegates and the day of the closing assembly."),
        ),
    ),
)

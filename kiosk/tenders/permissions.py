"""What the room of tenders lets whom do; who approves a need, the ladder says."""

from kiosk.core.i18n import lazy
from kiosk.core.security import Permission

SEE_TENDERS = Permission(
    "tenders.see",
    lazy("See tenders, their envelopes and openings"),
    frozenset(
        {
            *("head", "principal", "accountant", "cashier", "council", "congress"),
            *("canteen_manager", "purchaser", "custodian"),
        }
    ),
)
NEED_TENDERS = Permission(
    "tenders.need",
    lazy("Say what is to be tendered, and take that back"),
    frozenset({"head", "principal", "canteen_manager"}),
)
RUN_TENDERS = Permission(
    "tenders.run",
    lazy("Post notices of tenders, register envelopes, and lead the opening"),
    frozenset({"head", "principal", "accountant"}),
)
TYPE_BIDS = Permission(
    "tenders.type",
    lazy("Type what is read out of an envelope"),
    frozenset({"head", "principal", "accountant", "cashier", "council", "congress"}),
)
SIT_AT_TABLE = Permission(
    "tenders.table",
    lazy("Sit at the table of an opening, confirm the protocol, score bids"),
    frozenset({"council"}),
)
AWARD_TENDERS = Permission(
    "tenders.award",
    lazy("Award tenders, sign, renew and end their contracts"),
    frozenset({"head", "principal"}),
)
NOTE_RENT = Permission(
    "tenders.rent", lazy("Note rents of concessions that came in"), frozenset({"cashier", "accountant"})
)

"""What the record's codes of this room are called when people read them."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Words
from kiosk.finance.services.naming import SAID

WORDS = Words(
    subjects={"term": lazy("Term")},
    actions={
        "fee.collected": lazy("Posted fee marked collected"),
        "fee.taken_back": lazy("Mark that a fee was collected taken back"),
        "fee.named": lazy("Said whether a fee is charged in a term"),
        "agency.closed": lazy("Agency fee closed"),
        "agency.reopened": lazy("Agency fee open again after a correction"),
    },
    fields={
        "item": lazy("Fee item"),
        "whom": lazy("Charged to"),
        "version": lazy("Version"),
        "standard": lazy("Standard (fen)"),
        "times": lazy("So many times"),
        "amount": lazy("Amount (fen)"),
        "day": lazy("Day"),
        "mark": lazy("Record no. of the mark"),
        "reason": lazy("Why"),
        "charged": lazy("Charged"),
        "received": lazy("Taken in (fen)"),
        "spent": lazy("Spent (fen)"),
        "refunded": lazy("Refunded (fen)"),
        "carried": lazy("Carried by the school (fen)"),
    },
    values={"charged": SAID},
    plain=frozenset({"item", "whom", "charged"}),
)

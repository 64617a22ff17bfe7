"""What the record's codes of this room are called when people read them."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Words

WORDS = Words(
    subjects={"step": lazy("Approval"), "delegation": lazy("Stand-in")},
    actions={
        "step.proposed": lazy("Proposed for approval"),
        "step.changed": lazy("Changed while it was being approved; signatures void"),
        "step.filled": lazy("Place in an approval filled"),
        "step.approved": lazy("Approved by one person"),
        "step.returned": lazy("Sent back"),
        "step.minuted": lazy("Decided by a collective, entered from its minutes"),
        "step.withdrawn": lazy("Proposal withdrawn"),
        "delegation.made": lazy("Stand-in named"),
        "delegation.ended": lazy("Stand-in ended early"),
    },
    fields={
        "subject": lazy("What is decided about"),
        "ladder": lazy("Ladder of approval"),
        "round": lazy("Round"),
        "level": lazy("Level"),
        "amount": lazy("Amount in fen"),
        "hash": lazy("Hash of the content"),
        "changed": lazy("What changed"),
        "parts": lazy("Persons in it"),
        "account": lazy("Account"),
        "decided_by": lazy("Person"),
        "absent": lazy("On behalf of"),
        "stand_in": lazy("Stand-in"),
        "first": lazy("From"),
        "last": lazy("Until"),
        "why": lazy("Why"),
        "declared": lazy("Hash of the ladder"),
        "agreed": lazy("In favour"),
        "against": lazy("Did not agree"),
        "met_on": lazy("Day of the meeting"),
        "named_by": lazy("Named by"),
    },
    plain=frozenset({"subject", "ladder", "hash", "changed", "declared"}),
)

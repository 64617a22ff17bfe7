"""What the record's codes of this room are called when people read them."""

from kiosk.accountability.models import ENDS, JUMP_ENDS, OUTCOMES
from kiosk.core.i18n import lazy
from kiosk.core.room import Words

WORDS = Words(
    subjects={
        "accountability": lazy("Accountability"),
        "chase": lazy("Reminder"),
        "jump": lazy("Jump of the clock"),
    },
    actions={
        "chase.made": lazy("Reminded of what is late"),
        "chase.moved": lazy("Day of an entry moved with the calendar"),
        "chase.ended": lazy("Reminder ended"),
        "accountability.entered": lazy("Entry of accountability made"),
        "accountability.stated": lazy("Statement to an entry of accountability"),
        "accountability.decided": lazy("Entry of accountability decided"),
        "jump.noticed": lazy("The clock jumped"),
        "jump.ended": lazy("Jump of the clock settled"),
    },
    fields={
        "key": lazy("What is owed"),
        "number": lazy("How often"),
        "kind": lazy("Kind"),
        "subject": lazy("What it is about"),
        "duty": lazy("What is due"),
        "due": lazy("Due"),
        "days": lazy("School days until the entry"),
        "falls": lazy("Last day before the entry"),
        "at": lazy("When"),
        "people": lazy("Persons who answer for it"),
        "post": lazy("Responsible post"),
        "posts": lazy("Their posts"),
        "how": lazy("How it ended"),
        "chased": lazy("Reminded"),
        "counted": lazy("School days counted"),
        "left_out": lazy("Days not counted"),
        "why": lazy("Why"),
        "day": lazy("Day"),
        "term": lazy("Term"),
        "level": lazy("Who decides"),
        "text": lazy("Statement"),
        "outcome": lazy("What is decided"),
        "reason": lazy("Why"),
        "account": lazy("Account"),
        "absent": lazy("On behalf of"),
        "statements": lazy("Statements"),
        "before": lazy("Clock before"),
        "after": lazy("Clock after"),
    },
    values={"how": {**ENDS, **JUMP_ENDS}, "outcome": OUTCOMES},
    plain=frozenset({"key", "kind", "subject", "duty", "how", "level", "outcome"}),
)

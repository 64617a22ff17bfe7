"""What the record's codes of this room are called when people read them."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Words
from kiosk.messages.channels import KINDS

WORDS = Words(
    subjects={"message": lazy("Message")},
    actions={
        "message.tested": lazy("Test message sent"),
        "message.sent": lazy("Message taken by the channel"),
        "message.given_up": lazy("Message given up"),
    },
    fields={"key": lazy("What it is about"), "channel": lazy("Channel")},
    values={"channel": KINDS},
    plain=frozenset({"key", "channel"}),
)

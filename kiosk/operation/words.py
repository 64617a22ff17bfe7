"""What the record's codes of this room are called when people read them."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Words

WORDS = Words(
    subjects={
        "operation": lazy("Operation"),
    },
    actions={
        "operation.asked": lazy("Run requested"),
        "retention.erased": lazy("Old data erased"),
        "stored.exported": lazy("Audit export taken"),
    },
)

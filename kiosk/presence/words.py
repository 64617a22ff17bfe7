"""What the record's codes of this room are called when people read them."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Words

WORDS = Words(
    actions={
        "slips.printed": lazy("Rating slips printed"),
    },
    fields={
        "valid_until": lazy("Valid until"),
    },
    of_action={
        "slips.printed": {"number": lazy("Slips")},
    },
)

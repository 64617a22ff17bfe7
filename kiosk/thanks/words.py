"""What the record's codes of this room are called when people read them."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Words

WORDS = Words(
    actions={"deed.confirmed": lazy("Reported good deed confirmed")},
    fields={"posting": lazy("Posting"), "whose": lazy("Whose it was")},
)

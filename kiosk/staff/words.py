"""What the record's codes of this room are called when people read them."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Words

WORDS = Words(
    subjects={
        "staff": lazy("Staff member"),
    },
    actions={
        "staff.saved": lazy("Staff member saved"),
        "staff.shown": lazy("Consent to be shown before ratings"),
    },
    fields={
        "name": lazy("Name"),
        "post": lazy("Post"),
        "badge": lazy("Badge number"),
        "active": lazy("In use"),
        "agreed": lazy("Agreed"),
        "photo": lazy("Photo"),
    },
)

"""What the record says of attachments."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Words

WORDS = Words(
    subjects={"attachment": lazy("Attachment")},
    actions={
        "attachment.kept": lazy("Attachment kept"),
        "attachment.erased": lazy("Attachment erased with its text"),
        "attachment.dropped": lazy("Attachment taken out before it was posted"),
    },
    fields={
        "of": lazy("Belongs to"),
        "entry": lazy("Came with entry"),
        "digest": lazy("SHA-256"),
        "type": lazy("Kind of file"),
        "size": lazy("Bytes"),
    },
    plain=frozenset({"of", "digest", "type"}),
)

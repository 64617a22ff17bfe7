"""What the record's codes of this room are called when people read them."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Words

WORDS = Words(
    subjects={
        "record": lazy("Record"),
        "head": lazy("Head of the record"),
    },
    actions={
        "head.sent": lazy("Head of the record sent"),
        "head.not_sent": lazy("Head of the record could not be sent"),
        "record.exported": lazy("Record exported for checking"),
        "record.restored": lazy("A backup was restored"),
        "record.begun": lazy("A new record begun"),
        "record.put_away": lazy("The old record put away"),
        "text.erased": lazy("Names or texts of the record erased"),
    },
    fields={
        "head": lazy("Head of the record"),
        "error": lazy("What went wrong"),
        "sent_to": lazy("Sent to"),
        "left": lazy("Entries not kept (first, last)"),
        "last": lazy("Last entry of the old record"),
        "number": lazy("Number"),
        "fields": lazy("Of what kind"),
        "reason": lazy("Why"),
    },
    of_action={
        "record.begun": {"head": lazy("Head of the old record"), "digest": lazy("SHA-256 of its file")},
        "record.put_away": {"digest": lazy("Check of what is left"), "number": lazy("Entries abridged")},
        "text.erased": {"digest": lazy("Check of what was erased")},
    },
    plain=frozenset({"head", "digest", "fields"}),
)

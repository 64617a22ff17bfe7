"""What the record's codes of this room are called when people read them."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Words

WORDS = Words(
    subjects={
        "posting": lazy("Posting"),
        "posting-kind": lazy("Kind of posting"),
        "posting-import": lazy("File read for a posting"),
    },
    actions={
        "posting.started": lazy("Posting started"),
        "posting.drafted": lazy("Draft of a posting saved"),
        "posting.discarded": lazy("Draft of a posting discarded"),
        "posting.posted": lazy("Posted"),
        "posting.correction_started": lazy("Correction of a posting started"),
        "posting.corrected": lazy("Correction of a posting posted"),
        "posting.withdrawn": lazy("Posting withdrawn"),
        "posting.attached": lazy("File attached to a draft"),
        "posting.attachments": lazy("Attachments of a draft arranged"),
        "posting.file_read": lazy("File read for a posting"),
        "posting.file_brought_in": lazy("File imported into the draft of a posting"),
        "posting.file_let_go": lazy("File for a posting let go"),
        "question.asked": lazy("Question asked on what is posted"),
        "question.ended": lazy("Askers can no longer be told apart"),
        "posting.post_named": lazy("Post responsible for a kind of posting named"),
    },
    fields={
        "kind": lazy("Kind"),
        "canteen": lazy("Canteen"),
        "counter": lazy("Counter"),
        "period": lazy("For"),
        "version": lazy("Version"),
        "revision": lazy("Saved so often"),
        "hash": lazy("SHA-256 of what is posted"),
        "reason": lazy("Why"),
        "file": lazy("File"),
        "rows": lazy("Rows"),
        "post": lazy("Number of the post"),
        "post_name": lazy("Responsible post"),
        "attachments": lazy("Numbers of the attachments"),
        "row": lazy("Line"),
        "asker": lazy("Asker"),
        "like": lazy("Like question no."),
        "key": lazy("Hash of the private address"),
        "text": lazy("For everybody"),
        "opened": lazy("First question"),
    },
    passed_on={"question.asked": frozenset({"text"})},
    plain=frozenset({"kind", "canteen", "counter", "period", "hash", "post_name", "key"}),
)

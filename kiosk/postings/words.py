"""What the record's codes of this room are called when people read them."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Words

WORDS = Words(
    subjects={"posting": lazy("Posting"), "posting-kind": lazy("Kind of posting")},
    actions={
        "posting.started": lazy("Posting started"),
        "posting.drafted": lazy("Draft of a posting saved"),
        "posting.discarded": lazy("Draft of a posting discarded"),
        "posting.posted": lazy("Posted"),
        "posting.correction_started": lazy("Correction of a posting started"),
        "posting.corrected": lazy("Correction of a posting posted"),
        "posting.withdrawn": lazy("Posting withdrawn"),
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
        "post": lazy("Number of the post"),
        "post_name": lazy("Responsible post"),
    },
    plain=frozenset({"kind", "canteen", "counter", "period", "hash", "post_name"}),
)

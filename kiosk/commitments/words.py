"""What the record's codes of this room are called when people read them."""

from kiosk.commitments.kinds import KINDS
from kiosk.core.i18n import lazy
from kiosk.core.room import Words

ACTIONS = {
    "commitment.made": lazy("Service commitment made"),
    "commitment.changed": lazy("Service commitment changed"),
    "commitment.given_up": lazy("Service commitment given up"),
}

WORDS = Words(
    subjects={"commitment": lazy("Service commitment")},
    actions=ACTIONS,
    fields={
        "place": lazy("Place"),
        "kind": lazy("Kind"),
        "version": lazy("Version"),
        "value": lazy("What is promised"),
        "text": lazy("In its own words"),
        "since": lazy("In force from"),
        "stands": lazy("Promised"),
        "reason": lazy("Why"),
    },
    values={"kind": {kind.code: kind.label for kind in KINDS.values()}},
    plain=frozenset({"place", "kind", "value"}),
)

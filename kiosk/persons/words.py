"""What the record's codes of this room are called when people read them."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Words
from kiosk.persons.models import EMPLOYMENTS, KINDS

WORDS = Words(
    subjects={"person": lazy("Person")},
    actions={
        "person.saved": lazy("Person saved"),
        "person.same": lazy("Two namesakes are one person"),
        "person.different": lazy("Two namesakes are two persons"),
    },
    fields={
        "name": lazy("Name"),
        "kind": lazy("Kind"),
        "post": lazy("Post"),
        "badge": lazy("Badge number"),
        "other_badge": lazy("Badge number of the other"),
        "active": lazy("In use"),
        "other": lazy("The other person"),
        "employment": lazy("Employment"),
        "skills": lazy("Skills"),
    },
    values={"kind": KINDS, "employment": EMPLOYMENTS},
    plain=frozenset({"kind", "employment"}),
)

"""What the record's codes of this room are called when people read them."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Words

WORDS = Words(
    subjects={
        "staff": lazy("Staff member"),
        "team": lazy("Team"),
        "post": lazy("Post"),
        "school-year": lazy("School year"),
    },
    actions={
        "staff.saved": lazy("Staff member saved"),
        "staff.shown": lazy("Consent to be shown before ratings"),
        "staff.named": lazy("Consent to be named in public"),
        "team.added": lazy("Team added"),
        "team.changed": lazy("Team changed"),
        "post.added": lazy("Post added"),
        "post.changed": lazy("Post changed"),
        "post.held": lazy("Holder of a post named"),
        "post.vacant": lazy("Post without a holder, since somebody left"),
        "post.closed": lazy("Post given up"),
        "school-year.begun": lazy("Teams and posts copied into the next school year"),
    },
    fields={
        "name": lazy("Name"),
        "post": lazy("Post"),
        "badge": lazy("Badge number"),
        "active": lazy("In use"),
        "agreed": lazy("Agreed"),
        "photo": lazy("Photo"),
        "year": lazy("School year"),
        "from_year": lazy("Copied from the school year"),
        "team": lazy("Team"),
        "leader": lazy("Leader"),
        "duties": lazy("Duties"),
        "daily": lazy("Daily list"),
        "stand_in": lazy("Stand-in"),
        "holder": lazy("Holder"),
        "since": lazy("From"),
        "until": lazy("Until"),
        "ended": lazy("Given up from"),
        "reason": lazy("Reason"),
        "posts": lazy("Posts"),
        "holders": lazy("Holders"),
    },
    plain_of={
        action: frozenset({"name"}) for action in ("team.added", "team.changed", "post.added", "post.changed")
    },
)

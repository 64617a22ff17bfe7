"""What the record's codes of this room are called when people read them."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Words
from kiosk.counters.models import KINDS
from kiosk.school.models import WEEKDAYS

WORDS = Words(
    subjects={
        "canteen": lazy("Canteen"),
        "counter": lazy("Counter"),
        "reason": lazy("Reason"),
        "tablet": lazy("Tablet"),
    },
    actions={
        "canteen.added": lazy("Canteen added"),
        "canteen.changed": lazy("Canteen changed"),
        "counter.added": lazy("Counter added"),
        "counter.changed": lazy("Counter changed"),
        "reason.saved": lazy("Reason saved"),
        "reason.moved": lazy("Order of reasons changed"),
        "duty.added": lazy("Duty added"),
        "duty.removed": lazy("Duty removed"),
        "tablet.enrolment_opened": lazy("Enrolment code given"),
        "tablet.enrolled": lazy("Tablet enrolled"),
        "tablet.changed": lazy("Tablet changed"),
        "tablet.revoked": lazy("Tablet revoked"),
        "tablet.refused_settled": lazy("Refused entries of a tablet seen"),
    },
    fields={
        "name": lazy("Name"),
        "name_en": lazy("Name in English"),
        "sign": lazy("Sign"),
        "kind": lazy("Kind"),
        "canteen": lazy("Canteen"),
        "hours": lazy("Opening hours"),
        "school_days_only": lazy("On school days only"),
        "active": lazy("In use"),
        "post": lazy("Responsible post"),
        "staff": lazy("Staff member"),
        "weekday": lazy("Weekday"),
        "meal": lazy("Meal"),
        "tablet": lazy("Tablet"),
        "scale": lazy("Type size"),
        "theme": lazy("Appearance"),
        "voice": lazy("Speaks"),
        "starts": lazy("From"),
        "ends": lazy("Until"),
    },
    of_action={
        "tablet.refused_settled": {"count": lazy("Entries seen")},
    },
    values={
        "kind": KINDS,
        "theme": {
            "schedule": lazy("dark in the evening, as the school has set"),
            "light": lazy("always light"),
            "dark": lazy("always dark"),
        },
        "weekday": {str(number): name for number, name in WEEKDAYS},
    },
    actors={
        "tablet": lazy("Tablet"),
    },
    plain=frozenset({"name_en", "sign", "kind", "canteen", "hours", "meal", "theme"}),
    plain_of={
        action: frozenset({"name"})
        for action in ("canteen.added", "canteen.changed", "counter.added", "counter.changed", "reason.saved")
    }
    | {"reason.moved": frozenset({""})},
)

"""What the record's codes of this room are called when people read them."""

from kiosk.core.i18n import lazy
from kiosk.core.room import SETTINGS_CHANGED, Words
from kiosk.school.models import SOURCES

WORDS = Words(
    subjects={
        "school": lazy("School"),
        "term": lazy("Term"),
        "day": lazy("Day"),
        "meal": lazy("Meal"),
        "meals": lazy("Meals served"),
    },
    actions={
        "settings.changed": lazy("Settings changed"),
        "switch.on": lazy("Switched on"),
        "switch.off": lazy("Switched off"),
        "term.saved": lazy("Term saved"),
        "term.removed": lazy("Term removed"),
        "day.set": lazy("School day set"),
        "meal.saved": lazy("Meal saved"),
        "meal.removed": lazy("Meal removed"),
        "meals.served": lazy("Meals served entered"),
        "terminals.placed": lazy("Card terminals assigned to canteens"),
    },
    fields={
        "name": lazy("Name"),
        "name_en": lazy("Name in English"),
        "starts": lazy("From"),
        "ends": lazy("Until"),
        "is_school_day": lazy("School day"),
        "note": lazy("Why"),
        "switch": lazy("What the school uses"),
        "since": lazy("In use since"),
        "numbers": lazy("Meals served"),
        "source": lazy("Where it comes from"),
        "terminals": lazy("Terminals"),
    },
    of_action={
        SETTINGS_CHANGED: {"person_hidden_below": lazy("Show a person's score from (ratings)")},
    },
    actors={
        "command line": lazy("Command line"),
        "kiosk": lazy("The server, automatically"),
        "init": lazy("Setting up"),
    },
    values={"source": SOURCES},
    plain=frozenset({"name", "name_en", "switch", "numbers", "source"}),
)

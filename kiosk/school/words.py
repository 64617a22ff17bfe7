"""What the record's codes of this room are called when people read them."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Words
from kiosk.school.models import WEEKDAYS

WORDS = Words(
    subjects={
        "school": lazy("School"),
        "term": lazy("Term"),
        "day": lazy("Day"),
        "meal": lazy("Meal"),
    },
    actions={
        "settings.changed": lazy("Settings changed"),
        "term.saved": lazy("Term saved"),
        "term.removed": lazy("Term removed"),
        "day.set": lazy("School day set"),
        "meal.saved": lazy("Meal saved"),
        "meal.removed": lazy("Meal removed"),
    },
    fields={
        "name": lazy("Name"),
        "name_en": lazy("Name in English"),
        "starts": lazy("From"),
        "ends": lazy("Until"),
        "is_school_day": lazy("School day"),
        "note": lazy("Why"),
        "timezone": lazy("Time zone"),
        "sample": lazy("Sample school"),
        "privacy_contact": lazy("Questions about privacy"),
        "weekdays": lazy("School days of the week"),
        "posting_due": lazy("Purchases are posted by"),
        "jump_percent": lazy("Ask about a price that moved by more than (per cent)"),
        "mark_percent": lazy("Mark a price that rose by more than (per cent)"),
        "hidden_below": lazy("Show a counter's score from (ratings)"),
        "person_hidden_below": lazy("Show a person's score from (ratings)"),
        "double_tap_seconds": lazy("Two taps count once within (seconds)"),
        "burst_taps": lazy("A burst: more taps on one tablet in a minute than"),
        "alert_minutes": lazy("Alert: look at the last (minutes)"),
        "alert_ratings": lazy("Alert: from (ratings)"),
        "alert_bad_percent": lazy("Alert: share of bad ratings (per cent)"),
        "reset_seconds": lazy("Tablet: back to the start after (seconds)"),
        "typing_seconds": lazy("Tablet: back to the start while typing after (seconds)"),
        "thanks_seconds": lazy("Tablet: thanks stay for (seconds)"),
        "attract_seconds": lazy("Tablet: show purchases after (seconds)"),
        "silence_minutes": lazy("Tablet: silent after (minutes)"),
        "tablet_pin": lazy("PIN of the tablets"),
        "epoch": lazy("Tablets send again what they delivered"),
        "card_reader": lazy("Tablets have a campus-card reader"),
        "dark_from": lazy("Tablets turn dark at"),
        "dark_until": lazy("Tablets turn light at"),
        "second_factor_roles": lazy("These roles need a second factor"),
        "setup_settled": lazy("Steps of setting up that are settled"),
    },
    values={
        "weekdays": {str(number): name for number, name in WEEKDAYS},
    },
    actors={
        "command line": lazy("Command line"),
        "kiosk": lazy("The server by itself"),
        "init": lazy("Setting up"),
    },
)

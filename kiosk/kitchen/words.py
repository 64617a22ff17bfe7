"""What the record's codes of this room are called when people read them."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Words
from kiosk.kitchen.models import TASKS
from kiosk.postings.queries import MEALS

WORDS = Words(
    subjects={"kitchen": lazy("Kitchen")},
    actions={
        "food_sample.kept": lazy("Food samples entered"),
        "food_sample.thrown": lazy("Food samples thrown away"),
        "food_sample.void": lazy("Entry of a food sample was a mistake"),
        "food_sample.hold": lazy("Food samples held back because of a case"),
        "food_sample.release": lazy("Food samples let go again"),
        "control.week_signed": lazy("Weekly look at the daily control signed"),
        "control.month_signed": lazy("Monthly meeting on food safety signed"),
        "health.certificate_seen": lazy("Health certificate seen"),
        "health.worker_added": lazy("Put on the list of those who work with food"),
        "health.worker_removed": lazy("Taken off the list of those who work with food"),
        "health.checked": lazy("Morning check made"),
        "kitchen.posts_named": lazy("Posts named that answer in a kitchen"),
    },
    fields={
        "day": lazy("Day"),
        "meal": lazy("Meal"),
        "dishes": lazy("Dishes"),
        "not_served": lazy("Not served"),
        "grams": lazy("Grams"),
        "samples": lazy("Numbers of the samples"),
        "place": lazy("Where it is kept"),
        "taken_at": lazy("Put away at"),
        "until": lazy("Kept until"),
        "early": lazy("Before their time"),
        "case": lazy("Because of case"),
        "reason": lazy("Why"),
        "posts": lazy("Posts"),
        "period": lazy("Of"),
        "version": lazy("Version"),
        "due": lazy("Days due"),
        "done": lazy("Days entered"),
        "late": lazy("Entered later"),
        "gaps": lazy("Gaps"),
        "found": lazy("Findings"),
        "open": lazy("Not confirmed as put right"),
        "again": lazy("Found again"),
        "cases": lazy("Cases"),
        "text": lazy("What was said of it"),
        "whose": lazy("Whose it was"),
        "people": lazy("People"),
    },
    values={"meal": MEALS, "kitchen": TASKS},
    plain=frozenset({"meal", "dishes", "not_served", "place", "period", "gaps"}),
)

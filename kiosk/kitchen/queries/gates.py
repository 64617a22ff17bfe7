"""What of the kitchen a school switches on, part by part."""

from kiosk.core.i18n import lazy
from kiosk.core.room import Asked, Switch

FOOD_SAMPLES = Switch(
    "food_samples",
    lazy("Food samples"),
    (
        Asked(
            lazy("Whoever serves or manages a canteen"),
            lazy("Enters the samples of each meal, one tap a dish, and throws them away after 48 hours."),
        ),
    ),
)
DAILY_CONTROL = Switch(
    "daily_control",
    lazy("Daily control, weekly look, monthly meeting"),
    (
        Asked(
            lazy("Canteen manager (food-safety clerk)"),
            lazy("Goes through the list each day; “nothing found” takes two taps, an empty day is a gap."),
        ),
        Asked(
            lazy("Head of logistics (food-safety officer)"),
            lazy("Signs each week what the days say, with words of one's own."),
        ),
        Asked(
            lazy("Principal"),
            lazy("Signs each month; what is decided has an owner and a day."),
        ),
    ),
)
STAFF_HEALTH = Switch(
    "staff_health",
    lazy("Health certificates and morning checks"),
    (
        Asked(
            lazy("Canteen manager"),
            lazy("Notes until when each certificate holds, and each morning that all are well, in one tap."),
        ),
    ),
)
GOODS_CERTIFICATES = Switch(
    "goods_certificates",
    lazy("Certificates of goods"),
    (
        Asked(
            lazy("Whoever buys or keeps goods"),
            lazy("Notes quarantine and inspection reports with their end, and is told before it comes."),
        ),
    ),
)

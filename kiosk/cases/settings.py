"""The settings of cases: how long each duty may take. A case keeps the figures of the day it came in."""

from kiosk.cases.dangers import LISTED
from kiosk.core.i18n import LazyString, Text, lazy
from kiosk.core.setting import Group, Line, Number

CASES = Group(35, lazy("Complaints, wishes and questions"))


def _days(name: str, label: LazyString, default: int, place: int, hint: Text = "") -> Number:
    return Number(
        name=f"cases_{name}",
        label=label,
        hint=hint,
        least=1,
        most=60,
        default=default,
        group=CASES,
        place=place,
    )


ACKNOWLEDGE_DAYS = _days(
    "acknowledge",
    lazy("Acknowledged within (school days)"),
    1,
    10,
    lazy("A change counts for what comes in from then on; what is open keeps its days."),
)
REPLY_DAYS = _days("reply", lazy("First reply within (school days)"), 3, 20)
SIMPLE_DAYS = _days("simple", lazy("Simple matters answered within (school days)"), 5, 30)
ORDINARY_DAYS = _days("ordinary", lazy("Ordinary matters answered within (school days)"), 10, 40)
COMPLEX_DAYS = _days("complex", lazy("Complex matters answered within (school days)"), 15, 50)
SAFETY_DAYS = _days(
    "safety",
    lazy("Food safety answered within (days)"),
    3,
    60,
    lazy("Weekends and holidays count: for food safety nobody waits for Monday."),
)
TELL_DAYS = _days("tell", lazy("The asker told within (school days) of the answer"), 3, 70)
SETTLED_DAYS = _days(
    "settled",
    lazy("Closed by itself after (days) once the asker was told"),
    7,
    80,
    lazy("Until then the asker can say that it is not better yet."),
)
ALIKE = Number(
    name="cases_alike",
    label=lazy("Voices from outside about one place, kind and day that become cases of their own"),
    hint=lazy("Whatever comes after joins the last of them: it is kept, and its receipt leads there."),
    least=1,
    most=500,
    default=20,
    group=CASES,
    place=90,
)
VOICES = Number(
    name="cases_voices",
    label=lazy("Bad ratings of one counter, reason and day that become a case"),
    hint=lazy("Fewer are answered together once a week; a safety word and an alert need no number."),
    least=2,
    most=100,
    default=5,
    group=CASES,
    place=100,
)
SAFETY_MORE = Line(
    name="cases_safety_more",
    label=lazy("Further safety words"),
    hint=lazy("Whoever writes one reaches the head of logistics at once. Put spaces or commas between them."),
    longest=1000,
    group=CASES,
    place=110,
)
SAFETY_LESS = Line(
    name="cases_safety_less",
    label=lazy("Safety words that are none here"),
    hint=lazy("Known already: %(words)s.", words="、".join(LISTED)),
    longest=1000,
    group=CASES,
    place=120,
)

SETTINGS = (
    ACKNOWLEDGE_DAYS,
    REPLY_DAYS,
    SIMPLE_DAYS,
    ORDINARY_DAYS,
    COMPLEX_DAYS,
    SAFETY_DAYS,
    TELL_DAYS,
    SETTLED_DAYS,
    ALIKE,
    VOICES,
    SAFETY_MORE,
    SAFETY_LESS,
)

"""The settings of ratings: how they are counted and shown, and how a tablet behaves."""

from datetime import time

from kiosk.core.i18n import lazy
from kiosk.core.setting import Group, Number, TimeOrNever
from kiosk.counters.settings import TABLETS

SCORES = Group(30, lazy("Scores and alerts"))

HIDDEN_BELOW = Number(
    name="hidden_below",
    label=lazy("Show a counter's score from (ratings)"),
    hint=lazy("With fewer ratings the board says “too few ratings”."),
    least=5,
    most=100,
    default=5,
    group=SCORES,
    place=10,
)
DOUBLE_TAP_SECONDS = Number(
    name="double_tap_seconds",
    label=lazy("Two taps count once within (seconds)"),
    hint=lazy("A second tap before the screen asked again is kept and marked, but not counted."),
    least=0,
    most=60,
    default=5,
    group=SCORES,
    place=30,
)
BURST_TAPS = Number(
    name="burst_taps",
    label=lazy("A burst: more taps on one tablet within a minute than"),
    hint=lazy("Or twice as many within five minutes. They are kept, but not counted until somebody decides."),
    least=5,
    most=600,
    default=20,
    group=SCORES,
    place=40,
)
ALERT_MINUTES = Number(
    name="alert_minutes",
    label=lazy("Alert: look at the last (minutes)"),
    hint=lazy("An alert opens and closes by itself."),
    least=5,
    most=120,
    default=15,
    group=SCORES,
    place=50,
)
ALERT_RATINGS = Number(
    name="alert_ratings",
    label=lazy("Alert: from (ratings)"),
    hint=lazy("Fewer ratings raise no alert."),
    least=2,
    most=100,
    default=4,
    group=SCORES,
    place=60,
)
ALERT_BAD_PERCENT = Number(
    name="alert_bad_percent",
    label=lazy("Alert: share of bad ratings (per cent)"),
    hint=lazy("Bad means the two lowest levels."),
    least=1,
    most=100,
    default=50,
    group=SCORES,
    place=70,
)
RESET_SECONDS = Number(
    name="reset_seconds",
    label=lazy("Tablet: back to the start after (seconds)"),
    hint=lazy("While reasons are offered."),
    least=5,
    most=120,
    default=15,
    group=TABLETS,
    place=10,
)
TYPING_SECONDS = Number(
    name="typing_seconds",
    label=lazy("Tablet: back to the start while typing after (seconds)"),
    hint=lazy("Counted from the last letter."),
    least=15,
    most=300,
    default=45,
    group=TABLETS,
    place=20,
)
THANKS_SECONDS = Number(
    name="thanks_seconds",
    label=lazy("Tablet: thanks stay for (seconds)"),
    hint=lazy("Then the next person can rate."),
    least=1,
    most=30,
    default=3,
    group=TABLETS,
    place=30,
)
ATTRACT_SECONDS = Number(
    name="attract_seconds",
    label=lazy("Tablet: show purchases after (seconds)"),
    hint=lazy("When nobody touches it, the tablet shows what was bought today and the QR code."),
    least=15,
    most=3600,
    default=60,
    group=TABLETS,
    place=40,
)
DARK_FROM = TimeOrNever(
    name="dark_from",
    label=lazy("Tablets turn dark at"),
    hint=lazy("Empty: they stay light."),
    default=time(19),
    group=TABLETS,
    place=70,
)
"""When tablets that follow the schedule turn dark."""
DARK_UNTIL = TimeOrNever(
    name="dark_until",
    label=lazy("Tablets turn light at"),
    default=time(6),
    ends=DARK_FROM,
    group=TABLETS,
    place=80,
)

SETTINGS = (
    HIDDEN_BELOW,
    DOUBLE_TAP_SECONDS,
    BURST_TAPS,
    ALERT_MINUTES,
    ALERT_RATINGS,
    ALERT_BAD_PERCENT,
    RESET_SECONDS,
    TYPING_SECONDS,
    THANKS_SECONDS,
    ATTRACT_SECONDS,
    DARK_FROM,
    DARK_UNTIL,
)

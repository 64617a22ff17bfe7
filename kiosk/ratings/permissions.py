"""What the ratings room lets whom do. Nobody may change a rating: there is no permission for it."""

from kiosk.auth.models import ROLES
from kiosk.core.i18n import lazy
from kiosk.core.security import Permission, Reach

VIEW_RATINGS = Permission(
    "ratings.view",
    lazy("See the counters' scores of days that are over"),
    frozenset(ROLES),
    reach=Reach.ANYWHERE,
)
VIEW_SINGLE = Permission(
    "ratings.single",
    lazy("See today's scores, comments and small numbers"),
    frozenset(ROLES) - {"counter_staff", "inspector"},
    reach=Reach.ANYWHERE,
)
"""The counters' own staff see results late and in batches, never the single press."""
ACKNOWLEDGE_ALERT = Permission(
    "ratings.acknowledge",
    lazy("Acknowledge alerts"),
    frozenset({"head", "canteen_manager"}),
    reach=Reach.PLACE,
)
WATCH_COUNTERS = Permission(
    "ratings.silences",
    lazy("Be told of counters that are silent"),
    frozenset({"head", "canteen_manager", "admin"}),
    reach=Reach.PLACE,
)
PRINT_SLIPS = Permission(
    "ratings.slips",
    lazy("Print rating slips"),
    frozenset({"head", "canteen_manager", "admin"}),
    reach=Reach.PLACE,
)
SPEAK = Permission(
    "ratings.speak",
    lazy("Say a counter's sentence of the week, for whoever holds the post responsible for it"),
    frozenset(ROLES) - {"inspector"},
    reach=Reach.PLACE,
)
"""The right alone is not enough: the counter's post decides who speaks (`services.may_speak`)."""
DECIDE_MARKS = Permission(
    "ratings.decide",
    lazy("Decide about doubtful ratings"),
    frozenset({"head", "council", "congress"}),
    reach=Reach.PLACE,
)
"""Never the counter's own staff nor the canteen's manager: the rated do not decide about their ratings."""

"""What the ratings room lets whom do. Nobody may change a rating: there is no permission for it."""

from kiosk.auth.models import ROLES
from kiosk.core.i18n import lazy
from kiosk.core.security import Permission

VIEW_RATINGS = Permission(
    "ratings.view", lazy("See the counters' scores of days that are over"), frozenset(ROLES)
)
VIEW_SINGLE = Permission(
    "ratings.single",
    lazy("See today's scores, comments and small numbers"),
    frozenset(ROLES) - {"counter_staff"},
)
"""The counters' own staff see results late and in batches, never the single press."""
ACKNOWLEDGE_ALERT = Permission(
    "ratings.acknowledge", lazy("Acknowledge alerts"), frozenset({"head", "canteen_manager"})
)
PRINT_SLIPS = Permission(
    "ratings.slips", lazy("Print rating slips"), frozenset({"head", "canteen_manager", "admin"})
)
DECIDE_MARKS = Permission(
    "ratings.decide", lazy("Decide about doubtful ratings"), frozenset({"head", "council", "congress"})
)
"""Never the counter's own staff nor the canteen's manager: the rated do not decide about their ratings."""

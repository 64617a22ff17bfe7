"""Reads of ratings: counts with their uncertainty, the last hour, comments, alerts, receipts, the recount.

Whatever a live page asks is answered from tallies (`Tally` by the hour, `Pulse` by the minute) or through an
index, so that it costs the same with a thousand ratings and with a million.
"""

from kiosk.ratings.queries.audit import export, recount, stored, tallied
from kiosk.ratings.queries.closing import (
    anything_to_close,
    left_open,
    seal_is_due,
    visitors_before,
)
from kiosk.ratings.queries.facts import FACTS, SERIES, comment_hash, linear_digest
from kiosk.ratings.queries.live import (
    AlertNow,
    Comment,
    alert,
    alerts_now,
    change_token,
    last_hour,
    latest_comments,
    newest_alerts,
    recent,
    rule_holds,
)
from kiosk.ratings.queries.marks import (
    Decision,
    Doubt,
    channel_counts,
    closed_meals,
    doubts,
    marked_counts,
    meals_without_key,
    undecided,
)
from kiosk.ratings.queries.scores import (
    RANKED_FROM,
    Counts,
    ReasonCount,
    by_hour,
    counts,
    counts_by_counter,
    counts_by_day,
    heat,
    ranking,
    reason_counts,
)
from kiosk.ratings.queries.served import rated_hours, rated_within
from kiosk.ratings.queries.silence import usually_rated
from kiosk.ratings.queries.single import (
    Receipt,
    mark_in_force,
    notes,
    rating,
    rating_of_pass,
    receipt,
    receipt_code,
    status,
)

__all__ = [
    "FACTS",
    "RANKED_FROM",
    "SERIES",
    "AlertNow",
    "Comment",
    "Counts",
    "Decision",
    "Doubt",
    "ReasonCount",
    "Receipt",
    "alert",
    "alerts_now",
    "anything_to_close",
    "by_hour",
    "change_token",
    "channel_counts",
    "closed_meals",
    "comment_hash",
    "counts",
    "counts_by_counter",
    "counts_by_day",
    "doubts",
    "export",
    "heat",
    "last_hour",
    "latest_comments",
    "left_open",
    "linear_digest",
    "mark_in_force",
    "marked_counts",
    "meals_without_key",
    "newest_alerts",
    "notes",
    "ranking",
    "rated_hours",
    "rated_within",
    "rating",
    "rating_of_pass",
    "reason_counts",
    "receipt",
    "receipt_code",
    "recent",
    "recount",
    "rule_holds",
    "seal_is_due",
    "status",
    "stored",
    "tallied",
    "undecided",
    "usually_rated",
    "visitors_before",
]

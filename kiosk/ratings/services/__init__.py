"""Writes of ratings.

A rating is a fact that is stored once and never changed. Everything that follows from it — tallies, marks,
alerts — changes in the transaction that stores it.
"""

from kiosk.ratings.services.alerts import acknowledge_alert, close_alerts
from kiosk.ratings.services.cards import card_visitor
from kiosk.ratings.services.closing import (
    ClosedMeal,
    Closing,
    close_meals,
    erase_comments,
)
from kiosk.ratings.services.counting import (
    counts_at,
    uncount,
)
from kiosk.ratings.services.history import Past, load_history
from kiosk.ratings.services.intake import (
    MOST_COMMENT,
    NoAuthority,
    OtherContent,
    OtherCounter,
    PassExpired,
    PassSpent,
    Press,
    Taken,
    take,
    take_all,
    take_press,
)
from kiosk.ratings.services.marking import (
    FRESH_SHARE,
    FRESH_VISITORS,
    RatedDecides,
    decide_marks,
    doubtful,
    in_bursts,
)
from kiosk.ratings.services.presence import (
    PASS_LIFE,
    Pass,
    PassInvalid,
    QrToken,
    Visitor,
    check_poster_token,
    check_qr_token,
    issue_pass,
    new_visitor,
    qr_token,
    read_pass,
    read_visitor,
)
from kiosk.ratings.services.slips import MOST_SLIPS, SLIPS_A_SHEET, Slip, print_slips

__all__ = [
    "FRESH_SHARE",
    "FRESH_VISITORS",
    "MOST_COMMENT",
    "MOST_SLIPS",
    "PASS_LIFE",
    "SLIPS_A_SHEET",
    "ClosedMeal",
    "Closing",
    "NoAuthority",
    "OtherContent",
    "OtherCounter",
    "Pass",
    "PassExpired",
    "PassInvalid",
    "PassSpent",
    "Past",
    "Press",
    "QrToken",
    "RatedDecides",
    "Slip",
    "Taken",
    "Visitor",
    "acknowledge_alert",
    "card_visitor",
    "check_poster_token",
    "check_qr_token",
    "close_alerts",
    "close_meals",
    "counts_at",
    "decide_marks",
    "doubtful",
    "erase_comments",
    "in_bursts",
    "issue_pass",
    "load_history",
    "new_visitor",
    "print_slips",
    "qr_token",
    "read_pass",
    "read_visitor",
    "take",
    "take_all",
    "take_press",
    "uncount",
]

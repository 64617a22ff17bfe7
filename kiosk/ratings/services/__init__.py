"""Writes of ratings.

A rating is a fact that is stored once and never changed. Everything that follows from it — tallies, marks,
alerts — changes in the transaction that stores it.
"""

from kiosk.ratings.services.admission import MOST_COMMENT
from kiosk.ratings.services.alerts import acknowledge_alert, close_alerts
from kiosk.ratings.services.closing import ClosedMeal, Closing, close_meals
from kiosk.ratings.services.counting import counts_at, uncount
from kiosk.ratings.services.forgetting import (
    comments_with,
    erase_comment,
    erase_comments,
    erase_comments_of,
    remember_erased,
)
from kiosk.ratings.services.intake import take, take_all, take_press
from kiosk.ratings.services.loading import LoadedRating, load_ratings
from kiosk.ratings.services.marking import (
    FRESH_SHARE,
    FRESH_VISITORS,
    RatedDecides,
    decide_marks,
    doubtful,
    in_bursts,
)
from kiosk.ratings.services.presses import (
    NoAuthority,
    OtherContent,
    OtherCounter,
    Outcome,
    PassExpired,
    PassSpent,
    Press,
)
from kiosk.ratings.services.sentences import (
    SpeaksForAnother,
    may_speak,
    needs_to_speak,
    say,
    take_back,
)
from kiosk.ratings.services.taking_up import take_up, take_up_here

__all__ = [
    "FRESH_SHARE",
    "FRESH_VISITORS",
    "MOST_COMMENT",
    "ClosedMeal",
    "Closing",
    "LoadedRating",
    "NoAuthority",
    "OtherContent",
    "OtherCounter",
    "Outcome",
    "PassExpired",
    "PassSpent",
    "Press",
    "RatedDecides",
    "SpeaksForAnother",
    "acknowledge_alert",
    "close_alerts",
    "close_meals",
    "comments_with",
    "counts_at",
    "decide_marks",
    "doubtful",
    "erase_comment",
    "erase_comments",
    "erase_comments_of",
    "in_bursts",
    "load_ratings",
    "may_speak",
    "needs_to_speak",
    "remember_erased",
    "say",
    "take",
    "take_all",
    "take_back",
    "take_press",
    "take_up",
    "take_up_here",
    "uncount",
]

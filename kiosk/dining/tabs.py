"""What every page of shared meals in the office shows: the tabs, and how people and marks are called."""

from typing import Any

from kiosk.core.web import account
from kiosk.dining import queries
from kiosk.dining.models import MARKS, SCALE
from kiosk.dining.permissions import KEEP_ROSTER


def tabs() -> dict[str, Any]:
    """What every page of this area shows above itself."""
    keeps = account() is not None and account().may(KEEP_ROSTER)
    return {
        "keeps_roster": keeps,
        "face": queries.face,
        "meal_name": queries.meal_name,
        "mark_words": SCALE,
        "mark_labels": MARKS,
    }

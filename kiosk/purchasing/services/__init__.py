"""Writes of purchases: drafts that keep what was typed, and versions that never change once posted."""

from kiosk.purchasing.services.drafts import (
    ChangedElsewhere,
    copy_last,
    correct_sheet,
    discard_draft,
    first_day,
    is_old,
    save_draft,
    start_sheet,
)
from kiosk.purchasing.services.posting import (
    WHY,
    CannotPost,
    mark_nothing_bought,
    post_nothing,
    post_sheet,
    public_content,
    unready,
)

__all__ = [
    "WHY",
    "CannotPost",
    "ChangedElsewhere",
    "copy_last",
    "correct_sheet",
    "discard_draft",
    "first_day",
    "is_old",
    "mark_nothing_bought",
    "post_nothing",
    "post_sheet",
    "public_content",
    "save_draft",
    "start_sheet",
    "unready",
]

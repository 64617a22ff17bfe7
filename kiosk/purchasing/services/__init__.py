"""Writes of purchases: drafts that keep what was typed, and postings of them."""

from kiosk.purchasing.services.drafts import (
    copy_last,
    first_day,
    is_old,
    save_draft,
    start_sheet,
    texts_of,
    typed_line,
    typed_people,
)
from kiosk.purchasing.services.posting import mark_nothing_bought, post_nothing, post_sheet

__all__ = [
    "copy_last",
    "first_day",
    "is_old",
    "mark_nothing_bought",
    "post_nothing",
    "post_sheet",
    "save_draft",
    "start_sheet",
    "texts_of",
    "typed_line",
    "typed_people",
]

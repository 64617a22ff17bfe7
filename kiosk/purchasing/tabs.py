"""What every page of the purchasing office shows: what the account may do here, and a line's labels."""

from typing import Any

from kiosk.core.web import account
from kiosk.postings.queries import place_at
from kiosk.purchasing.grid import LABELS
from kiosk.purchasing.permissions import EDIT_DRAFTS, POST_PURCHASES


def room() -> dict[str, Any]:
    """What the account may do here, and what the fields of a line are called."""
    who = account()
    return {
        "may_draft": who is not None and who.may_somewhere(EDIT_DRAFTS),
        "may_post": who is not None and who.may_somewhere(POST_PURCHASES),
        "may_draft_at": lambda canteen: who is not None and who.may(EDIT_DRAFTS, place_at(canteen)),
        "may_post_at": lambda canteen: who is not None and who.may(POST_PURCHASES, place_at(canteen)),
        "labels": LABELS,
    }

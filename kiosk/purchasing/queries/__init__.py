"""Reads of purchases: what was posted, beside which prices, and what is missing."""

from kiosk.purchasing.queries.marks import Mark, PricedLine, beside
from kiosk.purchasing.queries.posted import (
    PostedSheet,
    latest_before,
    of_canteen,
    posted,
    posting_due,
    times_of,
)
from kiosk.purchasing.queries.prices import (
    EarlierPrice,
    HistoryPoint,
    Key,
    key_of,
    market_prices,
    past_prices,
    price_history,
    priced,
)
from kiosk.purchasing.queries.sheets import (
    draft_of,
    first_draft,
    last_posted,
    posted_versions,
    sheet,
    unused_fields,
)
from kiosk.purchasing.queries.standing import CanteenStatus, due, sheet_status, statuses

__all__ = [
    "CanteenStatus",
    "EarlierPrice",
    "HistoryPoint",
    "Key",
    "Mark",
    "PostedSheet",
    "PricedLine",
    "beside",
    "draft_of",
    "due",
    "first_draft",
    "key_of",
    "last_posted",
    "latest_before",
    "market_prices",
    "of_canteen",
    "past_prices",
    "posted",
    "posted_versions",
    "posting_due",
    "price_history",
    "priced",
    "sheet",
    "sheet_status",
    "statuses",
    "times_of",
    "unused_fields",
]

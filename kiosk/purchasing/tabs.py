"""What every page of the purchasing office shows: the room's tabs, and what the account may do here."""

from typing import Any

from flask import request, url_for

from kiosk.core.i18n import lazy
from kiosk.core.web import account
from kiosk.purchasing.grid import LABELS
from kiosk.purchasing.permissions import EDIT_DRAFTS, POST_PURCHASES, VIEW_PURCHASES

TABS = [
    (lazy("Sheets"), "office.purchasing.index", "office.purchasing.", VIEW_PURCHASES),
    (lazy("Import a file"), "office.imports.new", "office.imports.", EDIT_DRAFTS),
    (lazy("Items"), "office.catalogue.items", "office.catalogue.item", VIEW_PURCHASES),
    (lazy("Suppliers"), "office.catalogue.suppliers", "office.catalogue.supplier", EDIT_DRAFTS),
]
"""The pages of the room: label, endpoint, and how the endpoints of its pages begin."""


def room() -> dict[str, Any]:
    """The room's tabs, and what the account may do here."""
    who = account()
    tabs = [
        {"label": label, "url": url_for(endpoint), "active": (request.endpoint or "").startswith(here)}
        for label, endpoint, here, permission in TABS
        if who is not None and who.may(permission)
    ]
    return {
        "room_tabs": tabs,
        "may_draft": who is not None and who.may(EDIT_DRAFTS),
        "may_post": who is not None and who.may(POST_PURCHASES),
        "labels": LABELS,
    }

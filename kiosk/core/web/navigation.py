"""The office's navigation, and the tabs of its areas, as the rooms declare them."""

from collections.abc import Callable
from typing import Any

from flask import current_app, g, request, url_for

from kiosk.core import room
from kiosk.core.room import GROUPS, Nav, rooms
from kiosk.core.web.application import account


def entries(account: Any) -> list[dict[str, Any]]:
    """The entries that this account may follow; those of a group as one, with its own `entries`.

    Each has label, url, whether the page lies below it (`active`), and how much waits there (`count`). A
    group of which the account sees but one entry is that entry.
    """
    followed = [entry for room in rooms() for entry in room.navigation if _is_offered(entry, account)]
    found: dict[str, list[Nav]] = {}
    for entry in sorted(followed, key=lambda entry: entry.place):
        found.setdefault(entry.group or entry.endpoint, []).append(entry)
    return [_together(several, account) for several in found.values()]


def _together(several: list[Nav], account: Any) -> dict[str, Any]:
    told = [_told(entry, account) for entry in several]
    if len(told) == 1:
        return told[0]
    return {
        "label": GROUPS[several[0].group],
        "url": told[0]["url"],
        "active": any(one["active"] for one in told),
        "count": sum(one["count"] for one in told),
        "entries": told,
    }


def _told(entry: Nav, account: Any) -> dict[str, Any]:
    return {
        "label": entry.label,
        "url": url_for(entry.endpoint),
        "active": _is_at(entry.endpoint),
        "count": entry.waiting(account) if entry.waiting else 0,
    }


def _is_offered(entry: Nav, account: Any) -> bool:
    return bool(account.may(entry.permission)) and entry.wanted()


def _is_at(endpoint: str) -> bool:
    """Whether the page belongs to an entry, or to a tab beside it: `g.nav` names another than its own."""
    place = str(getattr(g, "nav", None) or request.endpoint or "")
    areas = {tab.area for above in rooms() for tab in above.tabs if tab.endpoint == endpoint}
    beginnings = [tab.beginning for area in areas for tab in room.tabs(area)]
    return place.startswith((f"{endpoint.rpartition('.')[0]}.", *beginnings))


def may_open(endpoint: str) -> bool:
    """Whether the account has the right that an office page asks for."""
    who, permission = account(), getattr(current_app.view_functions[endpoint], "permission", None)
    return who is not None and permission is not None and bool(who.may(permission))


def tabs(area: str) -> list[dict[str, Any]]:
    """The pages of an area that the account may open: label, url, and whether one is there (`active`)."""
    endpoint, entries = request.endpoint or "", []
    for tab in room.tabs(area):
        if may_open(tab.endpoint):
            active = endpoint.startswith(tab.beginning)
            entries.append({"label": tab.label, "url": url_for(tab.endpoint), "active": active})
    return entries


def below(endpoint: str) -> Callable[[], None]:
    """For a blueprint's `before_request`: its pages lie below another entry than their own."""

    def name_entry() -> None:
        g.nav = endpoint

    return name_entry

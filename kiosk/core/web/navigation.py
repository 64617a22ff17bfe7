"""The office's navigation, as the rooms declare it."""

from typing import Any

from flask import g, request, url_for

from kiosk.core.room import rooms


def entries(account: Any) -> list[dict[str, Any]]:
    """The entries that this account may follow: label, url, and whether the page lies below it (`active`)."""
    return [
        {"label": entry.label, "url": url_for(entry.endpoint), "active": _is_at(entry.endpoint)}
        for room in reversed(rooms())
        for entry in room.navigation
        if account.may(entry.permission)
    ]


def _is_at(endpoint: str) -> bool:
    """Whether the page belongs to an entry: `g.nav` names another than its own."""
    place = str(getattr(g, "nav", None) or request.endpoint or "")
    return place.rpartition(".")[0] == endpoint.rpartition(".")[0]

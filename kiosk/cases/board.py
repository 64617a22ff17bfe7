"""What other pages say of cases: the board, a counter's pages and its poster."""

from datetime import date
from typing import Any

from flask import url_for

from kiosk.cases import queries
from kiosk.core import config, qr
from kiosk.counters.models import Counter


def context(_day: date) -> dict[str, Any]:
    """How many cases are open and late."""
    return {"counts": queries.counted()}


def of_counter(counter: Counter) -> dict[str, Any]:
    """The same of a counter, with the way to ask about it."""
    return {"counts": queries.counted(f"counter:{counter.code}"), "code": counter.code}


def on_poster(counter: Counter) -> dict[str, Any]:
    """The address where one asks about a counter, and its code for the camera."""
    base = config.current().public_url
    address = base + url_for("cases_ask.ask", at=counter.code) if base else None
    return {"address": address, "code": qr.svg(address) if address else None}


def nothing() -> dict[str, Any]:
    """What needs to know nothing."""
    return {}

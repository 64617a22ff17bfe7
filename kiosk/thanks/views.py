"""Public pages: you said, we did; the good deeds of a month; a poster of each."""

from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for

from kiosk.chain import queries as chain
from kiosk.core.config import current
from kiosk.core.qr import svg
from kiosk.school import queries as school
from kiosk.thanks import queries

blueprint = Blueprint("thanks", __name__)

SIZES = ("a3", "a4")
ON_A_POSTER = {"a3": 7, "a4": 5}
"""So many fit a sheet so that they are read from two steps away; the address leads to all."""


@blueprint.get("/done/")
def done() -> str:
    """What was said and what was done about it within the last weeks."""
    return render_template("thanks/done.html", found=queries.done(), days=queries.DAYS)


@blueprint.get("/done/poster")
def done_poster() -> str:
    """The same as a sheet for the wall, A3 or A4."""
    size, found = _size(), queries.done()
    most = ON_A_POSTER[size]
    return render_template(
        "thanks/done_poster.html",
        found=found[:most],
        more=max(0, len(found) - most),
        days=queries.DAYS,
        **_sheet(size, url_for(".done")),
    )


@blueprint.get("/commendations/")
def deeds() -> str:
    """The good deeds that were posted in a month; ?month=2026-03, without it the last with any."""
    months = queries.months(school.today())
    month = _month(months)
    return render_template("thanks/deeds.html", month=month, months=months, found=queries.posted_in(month))


@blueprint.get("/commendations/poster")
def deeds_poster() -> str:
    """The same as a sheet for the wall, A3 or A4."""
    size, month = _size(), _month(queries.months(school.today()))
    found, most = queries.posted_in(month), ON_A_POSTER[size]
    return render_template(
        "thanks/deeds_poster.html",
        month=month,
        found=found[:most],
        more=max(0, len(found) - most),
        **_sheet(size, url_for(".deeds", month=f"{month:%Y-%m}")),
    )


def _month(months: list[date]) -> date:
    """The first day of the month asked for."""
    text = request.args.get("month", "")
    try:
        found = date.fromisoformat(f"{text}-01") if len(text) == 7 else None
    except ValueError:
        found = None
    return found or (months[0] if months else school.today().replace(day=1))


def _size() -> str:
    wanted = request.args.get("size", "")
    return wanted if wanted in SIZES else SIZES[0]


def _sheet(size: str, path: str) -> dict[str, Any]:
    """What every poster bears: where it can be looked up, and the head of the record."""
    base = current().public_url
    address = base + path if base else None
    return {
        "size": size,
        "sizes": SIZES,
        "today": school.today(),
        "address": address,
        "code": svg(address) if address else None,
        "head": chain.head(),
        "record_url": base + url_for("chain.index") if base else None,
    }

"""Public pages: you said, we did; its poster."""

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

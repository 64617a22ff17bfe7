"""Accountability for everybody: how many entries each post had in each term, and nobody's name."""

from flask import Blueprint, render_template

from kiosk.accountability import queries
from kiosk.accountability.settings import ENTRY_DAYS
from kiosk.school import queries as school

blueprint = Blueprint("accountability", __name__)


@blueprint.get("/accountability/")
def index() -> str:
    """Entries by term and post; how reminders ended; when the clock stood still or it was switched off."""
    terms: dict[str, list[queries.Count]] = {}
    for one in queries.counts():
        terms.setdefault(one.term, []).append(one)
    return render_template(
        "accountability/index.html",
        terms=terms,
        reminders=queries.reminders(),
        days=school.settings()[ENTRY_DAYS],
        since=queries.since(),
        off_times=queries.off_times(),
        jump=queries.open_jump(),
    )

"""What pages of rooms below show of rounds, and where a scan leads while somebody is on one."""

from datetime import date
from typing import Any

from flask import request, url_for

from kiosk.cases import queries as cases
from kiosk.cases.models import Case
from kiosk.core.web import account
from kiosk.inspections import proofs, queries
from kiosk.inspections.queries import DONE, LATE, MISSED

COOKIE = "round"
"""Says that this browser is on a round, and nothing else; it is sent to the counters' codes alone."""


def on_board(day: date) -> dict[str, Any]:
    """How many of the day's rounds were made, and which were missed."""
    entries = queries.calendar(queries.plans(), day, day)
    missed = [one.occurrence for one in entries if one.state == MISSED]
    return {
        "number": len(entries),
        "made": sum(one.state in (DONE, LATE) for one in entries),
        "missed": missed,
        "slot_label": queries.slot_label,
        "place_label": cases.public_label,
    }


def of_case(case: Case) -> dict[str, Any]:
    """The finding that a case is about, for its page in the office."""
    found = queries.finding_of_case(case.id) if case.kind == queries.KIND else None
    who = account()
    if found is None or who is None:
        return {"found": None}
    return {
        "found": found,
        "standing": queries.STANDINGS[queries.standing(found)],
        "photos": queries.photos(found) if queries.may_see(who.actor, found) else [],
        "place": cases.subject_label(found.subject),
    }


def scanned(code: str, rotating: str, poster: str) -> str | None:
    """Where a counter's code leads while this browser is on a round; None: to rate, as for everybody."""
    if request.cookies.get(COOKIE) != "1" or not (rotating or poster):
        return None
    return url_for("inspections.check_in", token=proofs.token(code, rotating, poster))

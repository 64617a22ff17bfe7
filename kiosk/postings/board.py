"""What the board shows of postings: what hangs on a day, and what is missing where it would stand."""

from datetime import date
from typing import Any

from kiosk.core import clock
from kiosk.postings import queries
from kiosk.steps.models import Approval


def context(day: date) -> dict[str, Any]:
    """The kinds in use with what hangs on the board that day, and what was due and is not there."""
    kinds = [kind for kind in queries.declared_kinds() if kind.on_board]
    found = queries.hanging(kinds, day) if kinds else []
    missing = [one for one in queries.due(day) if one.posted_at is None and one.kind in kinds]
    return {
        "kinds": [(kind, [one for one in found if one.kind.slug == kind.slug]) for kind in kinds],
        "found": found,
        "missing": missing,
        "now": clock.now(),
    }


def proposal(approval: Approval) -> dict[str, Any]:
    """What is decided about, if it is a posting: what its draft says, beside what is in force."""
    name, _colon, number = approval.subject.partition(":")
    posting = queries.any_posting(int(number)) if name == "posting" else None
    if posting is None or posting.draft is None:
        return {"kind": None}
    kind, draft = queries.kind_of(posting.kind), posting.draft
    reading = queries.reading_of(draft)
    return {
        "kind": kind,
        "posting": posting,
        "draft": draft,
        "fields": [(one, reading.fields.get(one.name)) for one in kind.inputs],
        "rows": reading.rows,
    }


def kinds() -> dict[str, Any]:
    """The kinds in use, for the page of open data."""
    return {"kinds": queries.declared_kinds()}

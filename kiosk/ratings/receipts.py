"""What receipts, counters and machines are told of the cases that ratings joined."""

from typing import Any

from kiosk.cases import queries as cases
from kiosk.counters.models import Counter
from kiosk.ratings import queries
from kiosk.ratings.models import Rating
from kiosk.school import queries as school


def of_rating(rating: Rating) -> dict[str, Any]:
    """The section of the receipt: the cases that the rating joined, or what it waits for."""
    found = queries.receipts_of(rating) if cases.used_since() else []
    return {
        "rating": rating,
        "found": [_told(one) for one in found],
        "waiting": None if found else queries.waiting(rating),
        "is_late": cases.is_late,
        "today": school.today(),
    }


def _told(found: cases.Receipt) -> dict[str, Any]:
    case = found.case
    return {
        "receipt": found,
        "case": case,
        "public": cases.told(case),
        "kind": cases.kind_label(case.kind),
        "owner": cases.post_of(case.owner, school.today()),
        "due": cases.due_of(case),
        "mending": cases.mending(case) if case.is_open else None,
        "is_public": cases.is_shown(case),
    }


def of_counter(counter: Counter) -> dict[str, Any]:
    """The section of a counter's pages: the answer to the last week."""
    return {"week": queries.week_answered(counter) if cases.used_since() else None}


def as_json(rating: Rating) -> dict[str, Any]:
    """The same for machines: `case`, and `cases` where there are two; nothing where there is none."""
    found = [_as_json(one) for one in (queries.receipts_of(rating) if cases.used_since() else ())]
    return {"case": found[0], **({"cases": found} if len(found) > 1 else {})} if found else {}


def _as_json(found: cases.Receipt) -> dict[str, Any]:
    case, told = found.case, cases.told(found.case)
    due, until = cases.due_of(case), found.may_judge_until
    return {
        "number": case.id,
        "kind": case.kind,
        "state": case.state,
        "post": cases.post_of(case.owner, school.today()),
        "duty": case.duty or None,
        "due": due
        and {
            "day": due.day.isoformat() if due.day else None,
            "counted": [day.isoformat() for day in due.counted],
            "left_out": [{"day": one.day.isoformat(), "why": str(one.why)} for one in due.left_out],
        },
        "late": cases.is_late(case),
        "answer": told.answer or None,
        "corrections": list(told.corrections),
        "outcome": case.outcome or None,
        "better_until": until.isoformat(timespec="seconds") if until else None,
        "said": found.verdict or None,
    }

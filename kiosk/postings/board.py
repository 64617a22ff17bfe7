"""What the board shows of postings: what hangs on a day, and what is missing where it would stand."""

from datetime import date, datetime, time, timedelta
from typing import Any

from flask import url_for

from kiosk.cases.models import Case
from kiosk.core import clock
from kiosk.core.config import current
from kiosk.core.qr import svg
from kiosk.counters import queries as counters
from kiosk.counters.models import Counter
from kiosk.postings import queries, shown
from kiosk.postings.data_columns import columns_of
from kiosk.postings.queries.lines import Lines
from kiosk.school import queries as school
from kiosk.steps.models import Approval

AT_SIGHT = 6
"""So many postings of the week stand on the board; the others are one tap away."""
ON_THE_WALL = 12
"""So many of them turn on the screen on the wall; the others are on the board."""
MOST_ASKED = 3
ASKED_WITHIN = timedelta(days=28)


def context(day: date) -> dict[str, Any]:
    """What hangs on the board that day, the newest first."""
    kinds = [kind for kind in queries.declared_kinds() if kind.on_board]
    found = queries.hanging(kinds, day) if kinds else []
    return {
        "found": found,
        "seen": found[:AT_SIGHT],
        "more": found[AT_SIGHT:],
        "tallies": queries.tallies(one.posting.id for one in found),
        "may_ask": queries.questions_are_taken(),
    }


def menus(day: date) -> dict[str, Any]:
    """What each canteen cooks that day, for the screen on the wall."""
    found = [(canteen, *shown.menu_of(canteen, day)) for canteen in counters.canteens()]
    return {"found": [one for one in found if one[1]]}


def wall(day: date) -> dict[str, Any]:
    """What hangs on the wall that day, the newest first, and what should hang there and does not."""
    due = (one for one in queries.due(day) if one.posted_at is None)
    owed = [*queries.gathered(queries.late(day)), *queries.gathered(due)]
    return {**context(day), "most": ON_THE_WALL, "owed": owed, "now": clock.now()}


def asked_most(day: date) -> dict[str, Any]:
    """What was asked about most in the weeks before a day, with how many questions there are."""
    if not queries.questions_are_taken():
        return {"found": []}
    since = datetime.combine(day - ASKED_WITHIN, time(), school.zone())
    found = queries.most_asked(since, MOST_ASKED)
    return {"found": found, "tallies": queries.tallies(one.posting.id for one in found)}


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
        "fields": [(one, reading.fields.get(one.name)) for one in kind.facts],
        "rows": reading.rows,
        "attached": queries.of_draft(draft),
    }


def kinds() -> dict[str, Any]:
    """The kinds in use with what their columns mean, for the page of open data."""
    found = [(kind, list(columns_of(kind))) for kind in queries.declared_kinds()]
    found.sort(key=lambda one: one[0].on_board)  # what has a section of its own is asked for most
    return {"kinds": found, "first": True, "all_feed": True}


def asked_about(case: Case) -> dict[str, Any]:
    """The line that a case's question is about: as it was then, and as it is now."""
    question = queries.question_of_case(case)
    if question is None:
        return {"question": None}
    posted = queries.posted(question.posting_id)
    lines, now = Lines(posted), posted.in_force.row.version
    line = lines.now(question.version, question.row)
    return {
        "question": question,
        "posted": posted,
        "line": line,
        "name": lines.name(question.version, question.row),
        "then": lines.cells(question.version, question.row),
        "now": lines.cells(now, line) if line else [],
        "others": queries.others(question),
    }


def asking(counter: Counter) -> dict[str, Any]:
    """The last posting of a counter's canteen on which one may ask, and the code that opens it on a phone."""
    base, today = current().public_url, school.today()
    kinds = [kind for kind in queries.declared_kinds() if kind.questions]
    if not (base and kinds and queries.questions_are_taken()):
        return {"posted": None}
    found = [one for one in queries.hanging(kinds, today) if _is_about(one, counter)]
    if not found:
        return {"posted": None}
    address = base + url_for("postings.posting", number=found[0].posting.id, _anchor="ask")
    return {"posted": found[0], "code": svg(address)}


def _is_about(posted: queries.Posted, counter: Counter) -> bool:
    """Whether something is posted for a counter, its canteen, or the whole school."""
    posting = posted.posting
    own = posting.canteen_id in (None, counter.canteen_id)
    return own and posting.counter_id in (None, counter.id)

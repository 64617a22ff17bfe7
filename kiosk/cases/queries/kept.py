"""Whether cases were answered as fast as somebody promised."""

from datetime import date, datetime, time, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import func, select

from kiosk.cases.models import WITHDRAWN, Case, CaseStep
from kiosk.cases.queries.dues import rules, within
from kiosk.cases.queries.standing import standing
from kiosk.cases.queries.subjects import PRAISE
from kiosk.core import clock
from kiosk.core.db import session
from kiosk.counters.models import Counter
from kiosk.school import queries as school
from kiosk.school.queries import Due


def answered_in(counter: Counter, since: date, until: date, promised: int) -> list[tuple[date, bool]]:
    """For each case of a counter that came in from the first to the last day whether it was kept.

    That is: whether its first answer came within `promised` school days after the day of receipt, without the
    days on which the asker was waited for. What has no answer and is still in time is left out, and so is
    what was taken back, and a good deed.
    """
    zone = school.zone()
    first = datetime.combine(since, time(), zone)
    end = datetime.combine(until + timedelta(days=1), time(), zone)
    answered, waited = _first("answer"), _first("wait")
    query = select(Case.id, Case.received_at, answered, waited).where(
        Case.counter == counter.code,
        Case.received_at >= first,
        Case.received_at < end,
        Case.kind != PRAISE,
        Case.outcome != WITHDRAWN,
    )
    rows = session.execute(query.order_by(Case.received_at)).all()
    by, now = rules(), clock.now()
    found = []
    for number, received_at, answered_at, waited_at in rows:
        if waited_at:
            kept = _kept(session.get_one(Case, number), promised)
        else:
            kept = _in_time(within(received_at, promised, [], by), answered_at, now)
        if kept is not None:
            found.append((school.local(received_at).date(), kept))
    return found


def _first(verb: str) -> Any:
    """When this was first done with a case."""
    query = select(func.min(CaseStep.at)).where(CaseStep.case_id == Case.id, CaseStep.verb == verb)
    return query.scalar_subquery()


def _in_time(due: Due, answered_at: datetime | None, now: datetime) -> bool | None:
    """None while it has no answer and is still in time."""
    if answered_at is None:
        return False if due.is_late(now) else None
    return not due.is_late(answered_at)


def _kept(case: Case, promised: int) -> bool | None:
    answer = next((step for step in case.steps if step.verb == "answer"), None)
    before = list(takewhile(lambda step: step is not answer, case.steps))
    now = standing(case.received_at, before if answer is None else [*before, answer])
    if answer is None and now.pauses and len(now.pauses[-1]) == 1:
        return None
    due = within(case.received_at, promised, now.pauses)
    return _in_time(due, answer.at if answer else None, clock.now())

"""Whether cases were answered as fast as somebody promised."""

from datetime import date, datetime, time, timedelta
from itertools import takewhile

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from kiosk.cases.models import WITHDRAWN, Case
from kiosk.cases.queries.dues import within
from kiosk.cases.queries.standing import standing
from kiosk.cases.queries.subjects import PRAISE
from kiosk.core import clock
from kiosk.core.db import session
from kiosk.counters.models import Counter
from kiosk.school import queries as school


def answered_in(counter: Counter, since: date, until: date, promised: int) -> list[tuple[date, bool]]:
    """For each case of a counter that came in from the first to the last day whether it was kept.

    That is: whether its first answer came within `promised` school days after the day of receipt, without the
    days on which the asker was waited for. What has no answer and is still in time is left out, and so is
    what was taken back, and a good deed.
    """
    zone = school.zone()
    first = datetime.combine(since, time(), zone)
    end = datetime.combine(until + timedelta(days=1), time(), zone)
    query = select(Case).where(
        Case.counter == counter.code,
        Case.received_at >= first,
        Case.received_at < end,
        Case.kind != PRAISE,
        Case.outcome != WITHDRAWN,
    )
    cases = session.scalars(query.options(selectinload(Case.steps)).order_by(Case.received_at))
    found = ((school.local(case.received_at).date(), _kept(case, promised)) for case in cases)
    return [(day, kept) for day, kept in found if kept is not None]


def _kept(case: Case, promised: int) -> bool | None:
    answer = next((step for step in case.steps if step.verb == "answer"), None)
    before = list(takewhile(lambda step: step is not answer, case.steps))
    now = standing(case.received_at, before if answer is None else [*before, answer])
    if answer is None and now.pauses and len(now.pauses[-1]) == 1:
        return None
    is_late = within(case.received_at, promised, now.pauses).is_late(answer.at if answer else clock.now())
    return (False if is_late else None) if answer is None else not is_late

"""What stays of the work on a case when it begins anew: until when it was due, and whether it came late."""

from datetime import date, datetime
from typing import NamedTuple

from kiosk.cases.models import MEND, TELL, Case
from kiosk.cases.queries.dues import Rules, mending, rules, telling
from kiosk.cases.queries.standing import Standing, reopenings
from kiosk.school import queries as school


class Earlier(NamedTuple):
    """The work on a case before it was opened again: its due day, the day of its answer, what was late."""

    due: date | None
    answered: date
    ended: date
    late: tuple[str, ...]
    """The duties that were late, `mend` or `tell`."""


def earlier(case: Case, by: Rules | None = None) -> list[Earlier]:
    """What was answered before each time that the case was opened again, the oldest first."""
    found = (_earlier(case, before, step.at, by or rules()) for before, step in reopenings(case))
    return [one for one in found if one]


def _earlier(case: Case, before: Standing, ended_at: datetime, by: Rules) -> Earlier | None:
    """None where it was taken back, and so had no answer."""
    if before.answered_at is None:
        return None
    then = Case(received_at=case.received_at, figures=case.figures, **vars(before))
    due, tell = mending(then, by), telling(then, by)
    late = {
        MEND: due.is_late(before.answered_at),
        TELL: tell is not None and tell.is_late(before.told_at or ended_at),
    }
    return Earlier(
        due.day,
        school.local(before.answered_at).date(),
        school.local(ended_at).date(),
        tuple(duty for duty, is_late in late.items() if is_late),
    )


def was_late(case: Case) -> bool:
    """Whether it was late before it was opened again; that stays."""
    return case.reopened and any(one.late for one in earlier(case))


def last_reopening(case: Case) -> int:
    """The number of the step with which the work began anew for the last time; 0 without one."""
    return max((step.number for _before, step in reopenings(case)), default=0)

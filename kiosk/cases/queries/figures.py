"""What cases say of each counter: how many were answered in time, mended, better after, reopened."""

from collections import Counter as Tally
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from kiosk.cases.models import MENDED, WITHDRAWN, Case, CaseStep
from kiosk.cases.queries.again import was_late
from kiosk.cases.queries.dues import mending, rules
from kiosk.cases.queries.public import shown
from kiosk.cases.queries.receipts import VERDICTS
from kiosk.cases.queries.subjects import PRAISE
from kiosk.chain import queries as chain
from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.recent import Recent
from kiosk.core.statistics import wilson
from kiosk.school import queries as school

ENOUGH = 30
"""Below so many no share is given: how many of how many stands there."""
SPAN = timedelta(days=365)


class Share(NamedTuple):
    """So many of so many."""

    k: int
    n: int

    @property
    def is_enough(self) -> bool:
        """Whether a share can honestly be named."""
        return self.n >= ENOUGH

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval of the share."""
        return wilson(self.k, self.n)


@dataclass
class Figures:
    """The cases of a counter in the last twelve months."""

    received: int = 0
    due: int = 0
    in_time: int = 0
    ended: int = 0
    mended: int = 0
    judged: int = 0
    better: int = 0
    answered: int = 0
    reopened: int = 0
    shares: dict[str, Share] = field(default_factory=dict)


_READ = (
    *(Case.id, Case.counter, Case.severity, Case.outcome, Case.reopened, Case.answered_at),
    *(Case.begun_at, Case.figures, Case.pauses),
)
"""The columns that the figures follow from: a year's cases are many."""


_recent: Recent[dict[str, Figures]] = Recent(4)


def figures() -> dict[str, Figures]:
    """By the codes of counters that had cases; kept while the chain's head and the minute are the same."""
    minute = clock.now().replace(second=0, microsecond=0)
    return _recent.of((chain.head(), minute), _figures)


def _figures() -> dict[str, Figures]:
    since = school.today() - SPAN
    wanted = (
        Case.counter.is_not(None),
        Case.day >= since,
        Case.kind != PRAISE,
        Case.outcome != WITHDRAWN,
        shown(),
    )
    found: dict[str, Figures] = {}
    cases: Sequence[Any] = session.execute(select(*_READ).where(*wanted)).all()
    again = select(Case).where(*wanted, Case.reopened).options(selectinload(Case.steps))
    late_before = {case.id for case in session.scalars(again) if was_late(case)}
    verdicts = _verdicts()
    by, now = rules(), clock.now()
    for case in cases:
        one = found.setdefault(str(case.counter), Figures())
        due = mending(case, by)
        one.received += 1
        is_late = case.id in late_before
        if case.answered_at or is_late or due.is_late(now):
            one.due += 1
            one.in_time += bool(case.answered_at and not is_late and not due.is_late(case.answered_at))
        if case.answered_at or case.reopened:
            one.answered += 1
            one.reopened += case.reopened
        if case.answered_at and case.outcome:
            one.ended += 1
            one.mended += case.outcome == MENDED
        one.better += verdicts[case.id, "better"]
        one.judged += sum(verdicts[case.id, verb] for verb in VERDICTS)
    for one in found.values():
        one.shares = {
            "in_time": Share(one.in_time, one.due),
            "mended": Share(one.mended, one.ended),
            "better": Share(one.better, one.judged),
            "reopened": Share(one.reopened, one.answered),
        }
    return found


def _verdicts() -> Tally[tuple[int, str]]:
    query = select(CaseStep.case_id, CaseStep.verb, func.count())
    rows: Iterable[tuple[int, str, int]] = session.execute(
        query.where(CaseStep.verb.in_(VERDICTS)).group_by(CaseStep.case_id, CaseStep.verb)
    )
    return Tally({(number, verb): count for number, verb, count in rows})

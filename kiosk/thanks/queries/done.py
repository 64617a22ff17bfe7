"""You said, we did: cases that ended well within the last weeks, in words that everybody may read."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from kiosk.cases import queries as cases
from kiosk.cases.models import CLOSED, MENDED, PLANNED, Case, CaseStep
from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.i18n import _
from kiosk.counters.models import Counter
from kiosk.school import queries as school
from kiosk.staff import queries as staff

DAYS = 30
"""So many days what was put right is told."""
AT_ONCE = 200
"""So many cases are read together where all are told."""


class Done(NamedTuple):
    """What was said, and what was done about it: when, by which post, and by whom where the person agreed."""

    number: int
    """The case's."""
    subject: str
    """The place, as everybody reads it."""
    said: str
    did: str
    later: tuple[str, ...]
    """Corrections of the answer, which follow it."""
    day: date
    """The day of the answer, or, of a plan, on which the asker said that it is better."""
    post: str
    name: str
    """Nothing where the person did not agree to be named."""
    voices: int
    canteen: str | None
    counter: str | None


def done(most: int | None = None, *of: Any) -> list[Done]:
    """What was put right, or planned and then found better by its asker, the last ones first; so many of it.

    `of` are conditions that narrow the cases.

    What nobody released is not told, nor what was erased since.
    """
    since = clock.now() - timedelta(days=DAYS)
    query = select(Case).where(
        (Case.state + "") == CLOSED,  # sought by when it was closed (hence the sum): most are closed
        Case.closed_at >= since,
        Case.released,
        Case.kind != cases.PRAISE,
        Case.outcome.in_((MENDED, PLANNED)),
        *of,
    )
    query = query.order_by(Case.closed_at.desc(), Case.id.desc()).options(selectinload(Case.steps))
    found = session.scalars(query.execution_options(yield_per=most or AT_ONCE))
    told = (one for several in found.partitions() for one in _told(several))
    some = list(islice(told, most))
    found.close()
    return some


def _told(found: Iterable[Case]) -> Iterator[Done]:
    settled = [(case, step) for case in found if (step := _settling(case))]
    names = staff.named(step.person_id for _case, step in settled if step.person_id is not None)
    texts = cases.written(step for case, _step in settled for step in case.steps)
    yield from (one for case, step in settled if (one := _one(case, step, names, texts)))


def _settling(case: Case) -> CaseStep | None:
    """The answer that put it right; None for a plan of which nobody has said that it is better."""
    answer = next((step for step in reversed(case.steps) if step.verb == "answer"), None)
    if answer is None or case.outcome == MENDED:
        return answer
    is_better = any(step.verb == "better" and step.number > answer.number for step in case.steps)
    return answer if is_better else None


def _one(case: Case, answer: CaseStep, names: dict[int, str], texts: dict[int, cases.Written]) -> Done | None:
    public = cases.words(case, texts)
    if str(_("erased")) in (public.asked, public.answer) or not (public.asked and public.answer):
        return None
    day = school.local(answer.at).date()
    better = [step.at for step in case.steps if step.verb == "better" and step.number > answer.number]
    return Done(
        number=case.id,
        subject=cases.public_label(case.subject),
        said=public.asked,
        did=public.answer,
        later=public.corrections,
        day=school.local(better[-1]).date() if case.outcome == PLANNED else day,
        post=cases.post_of(answer.person, day),
        name=names.get(answer.person_id or 0, ""),
        voices=case.voices,
        canteen=case.canteen,
        counter=case.counter,
    )


def nearest(counter: Counter) -> Done | None:
    """What is told on a counter's tablet: of the counter, else of its canteen, else of anywhere."""
    own = done(1, Case.counter == counter.code)
    beside = done(1, Case.canteen == counter.canteen.code) if counter.canteen and not own else []
    return next(iter(own or beside or done(1)), None)

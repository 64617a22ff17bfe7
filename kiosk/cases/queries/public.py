"""Cases as everybody reads them: posts and no names, the meal and never the minute, and of the asker's words
only what somebody has let everybody read."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any, NamedTuple

from sqlalchemy import Integer, and_, cast, func, or_, select, true
from sqlalchemy import case as either
from sqlalchemy.orm import raiseload, selectinload

from kiosk.cases.models import ANSWERED, CLOSED, OPEN, TOLD, WITHDRAWN, Case, CaseStep
from kiosk.cases.queries.again import Earlier, earlier, last_reopening
from kiosk.cases.queries.asked import asked, asked_in
from kiosk.cases.queries.dues import is_late
from kiosk.cases.queries.listing import late
from kiosk.cases.queries.posts import acting, post_of
from kiosk.cases.queries.texts import Written, a_line, written
from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.core.formats import whole
from kiosk.core.i18n import LazyString, lazy
from kiosk.core.masking import MASK
from kiosk.school import queries as school
from kiosk.search import queries as search

A_LIST = 30
AT_ONCE = 200
"""So many cases are read together where all are read."""
LATE_LIST, OPEN_LIST, ANSWERED_LIST, EVERY_LIST = "late", "open", "answered", "all"
LISTS: dict[str, LazyString] = {
    EVERY_LIST: lazy("All"),
    LATE_LIST: lazy("Late"),
    OPEN_LIST: lazy("In progress"),
    ANSWERED_LIST: lazy("Answered"),
}
SPOKEN = ("reply", "plan", "wait", "answer", "correct", "classify")
"""The verbs whose text everybody reads as it is."""
SAID = (*SPOKEN, "release")
"""The verbs with words for everybody: those, and the asker's words once somebody has read them."""
SHOWN = (
    *SPOKEN,
    *("open", "acknowledge", "accept", "assign", "resume", "tell", "opened", "hung"),
    *("better", "worse", "contest", "close", "reopen", "withdraw", "added", "release"),
)
"""What everybody sees of the history."""
BY_ASKER = ("opened", "read", "better", "worse", "contest", "withdraw", "added")
"""What an asker does; it is told by the day alone."""


class Wanted(NamedTuple):
    """What the public list is narrowed to; nothing: everything."""

    view: str = EVERY_LIST
    kind: str = ""
    place: str = ""
    """As `canteen:k1` or `counter:c1`."""
    words: str = ""


class Line(NamedTuple):
    """A case in the list."""

    case: Case
    asked: str
    """The beginning of what everybody may read of what was asked; nothing while nobody released it."""
    asked_by: str
    """Who wrote that, where these are not the asker's own words."""
    is_late: bool


class Happened(NamedTuple):
    """Something that happened with a case: what, on which day, by which post, and the words for everybody.

    `is_masked`: parts of what was asked were masked when it was let out.
    """

    verb: str
    day: date
    post: str
    text: str
    outcome: str
    planned: date | None
    is_masked: bool = False


class Words(NamedTuple):
    """What everybody reads of a case: what was asked, who wrote that, the answer and what corrected it."""

    asked: str
    asked_by: str
    answer: str
    corrections: tuple[str, ...]


class Public(NamedTuple):
    """A case as everybody reads it."""

    case: Case
    asked: str
    asked_by: str
    """Who wrote what stands as asked, where these are not the asker's own words."""
    answer: str
    corrections: tuple[str, ...]
    history: tuple[Happened, ...]
    updated_at: datetime
    """When something happened last; what askers and the house do counts as its day's beginning."""
    earlier: tuple[Earlier, ...]
    """What was answered before, each time that it was opened again."""


def shown() -> Any:
    """The condition under which everybody sees a case: not while its meal is still on."""
    return or_(Case.held_until.is_(None), Case.held_until <= clock.now())


def is_shown(found: Case) -> bool:
    """Whether everybody sees it."""
    return found.held_until is None or found.held_until <= clock.now()


def shown_list(wanted: Wanted, page: int = 1) -> tuple[list[Line], int]:
    """A page of the list, and how many there are: late ones first, then open, answered, closed ones."""
    conditions = [shown(), *_narrowed(wanted)]
    total = session.scalar(select(func.count()).select_from(Case).where(*conditions)) or 0
    rank = either((late(), 0), (Case.state.in_(OPEN), 1), (Case.state.in_((ANSWERED, TOLD)), 2), else_=3)
    urgent = either((Case.state != CLOSED, Case.due_on), else_=None)
    query = select(Case).where(*conditions).order_by(rank, urgent.is_(None), urgent, Case.id.desc())
    found = session.scalars(query.limit(A_LIST).offset((page - 1) * A_LIST).options(raiseload(Case.steps)))
    return lines(found), total


def lines(cases: Iterable[Case]) -> list[Line]:
    """Cases as lines of a list."""
    found = list(cases)
    said = asked_in(found)
    return [Line(one, a_line(said[one.id].text), said[one.id].by, is_late(one)) for one in found]


def counted(place: str = "") -> dict[str, int]:
    """How many cases each list has, of all places or of one."""
    of_each = [
        func.count(either((and_(true(), *_narrowed(Wanted(view=view))), 1))).label(view) for view in LISTS
    ]
    row = session.execute(select(*of_each).where(shown(), *_narrowed(Wanted(place=place)))).one()
    return dict(zip(LISTS, row, strict=True))


def _narrowed(wanted: Wanted) -> list[Any]:
    views: dict[str, list[Any]] = {
        LATE_LIST: [late()],
        OPEN_LIST: [Case.state.in_(OPEN)],
        ANSWERED_LIST: [Case.state.not_in(OPEN), Case.outcome != WITHDRAWN],
    }
    conditions = list(views.get(wanted.view, []))
    if wanted.kind:
        conditions.append(Case.kind == wanted.kind)
    scope, _colon, code = wanted.place.partition(":")
    if scope in ("canteen", "counter"):
        conditions.append(getattr(Case, scope) == code)
    if words := wanted.words.strip():
        conditions.append(_saying(words))
    return conditions


def _saying(words: str) -> Any:
    """Cases in whose public words these stand, and the one of this number."""
    said = Case.id.in_(select(cast(search.keys_of("case", words).subquery().c[0], Integer)))
    number = whole(words.lstrip("#＃"))
    return or_(said, Case.id == number) if number else said


def public_case(number: int) -> Public:
    """The case with this number as everybody reads it, or NotFound."""
    found = session.scalar(select(Case).where(Case.id == number, shown()))
    if found is None:
        raise NotFound
    return told(found)


def told(found: Case, texts: dict[int, Written] | None = None) -> Public:
    """A case as everybody reads it; `texts` is what was written, for whoever asks about many."""
    texts = written(found.steps) if texts is None else texts
    steps = [step for step in found.steps if _is_shown(step)]
    return Public(
        found,
        *words(found, texts),
        tuple(_happened(step, texts.get(step.chain_seq, Written()).public) for step in steps),
        max(map(_updated, steps)),
        tuple(earlier(found)) if found.reopened else (),
    )


def words(found: Case, texts: dict[int, Written]) -> Words:
    """What everybody reads of a case, from what was written in its steps."""
    said = asked(found, found.steps, texts)
    spoken = [(step, texts.get(step.chain_seq, Written()).public) for step in found.steps]
    began = last_reopening(found)
    answers = [step.number for step, _text in spoken if step.verb == "answer" and step.number > began]
    after = [(step, text) for step, text in spoken if answers and step.number >= answers[-1]]
    return Words(
        said.text,
        said.by,
        next((text for step, text in after if step.verb == "answer"), ""),
        tuple(text for step, text in after if step.verb == "correct"),
    )


def _is_shown(step: CaseStep) -> bool:
    """Whether everybody sees a step; what the house lets out with the case itself is none of its own."""
    return step.verb in SHOWN and (step.verb != "release" or step.person_id is not None)


def _happened(step: CaseStep, text: str) -> Happened:
    day = school.local(step.at).date()
    post = post_of(step.to, day) if step.verb in ("open", "assign") else acting(step)
    said = text if step.verb in SPOKEN else ""
    return Happened(step.verb, day, post, said, step.outcome, step.day, MASK in text)


def _updated(step: CaseStep) -> datetime:
    """What an asker does, and what the house does upon it, is told by the day alone."""
    if step.person_id is not None and step.verb != "open":
        return step.at
    return datetime.combine(school.local(step.at).date(), time(), school.zone())


def between(first: date, last: date) -> Iterator[Public]:
    """The cases about the days from `first` to `last`, the oldest first."""
    query = select(Case).where(and_(Case.day >= first, Case.day <= last), shown()).order_by(Case.id)
    found = session.scalars(query.options(selectinload(Case.steps)).execution_options(yield_per=AT_ONCE))
    for several in found.partitions():
        yield from _told(several)


def _told(cases: Iterable[Case]) -> list[Public]:
    found = list(cases)
    texts = written(step for case in found for step in case.steps)
    return [told(case, texts) for case in found]


def news(most: int) -> list[Public]:
    """The cases in which something happened last, the newest first."""
    last = select(func.max(CaseStep.id)).where(CaseStep.case_id == Case.id, CaseStep.verb.in_(SHOWN))
    query = select(Case).where(shown()).order_by(last.scalar_subquery().desc()).limit(most)
    found = _told(session.scalars(query.options(selectinload(Case.steps))))
    return sorted(found, key=lambda one: (one.updated_at, one.case.id), reverse=True)

"""Questions on what is posted (质询): whether one may ask, what was asked on which line, and the answers."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from kiosk.cases import queries as cases
from kiosk.cases.models import OPEN, WITHDRAWN, Case
from kiosk.chain.queries import bodies_of
from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.i18n import lazy
from kiosk.core.room import Asked as AskedOf
from kiosk.core.room import Switch, is_on
from kiosk.core.security import fingerprint
from kiosk.postings.models import PostingWithdrawal, Question, QuestionWindow
from kiosk.postings.queries.lines import Lines
from kiosk.postings.queries.posted import Posted, several
from kiosk.postings.queries.said import Said, said_of
from kiosk.postings.settings import ASKED_DAYS, MOST_OPEN
from kiosk.school import queries as school

QUESTIONS = Switch(
    "questions",
    lazy("Questions on what is posted"),
    (
        AskedOf(
            lazy("Everybody"),
            lazy("Asks on any posted line, without an account; question and answer stand under the line."),
        ),
        AskedOf(
            lazy("Whoever answers for what is posted"),
            lazy("Answers in public within five school days; a late answer stays marked as late."),
        ),
    ),
)

_FIRST = aliased(Question)
"""The question that others are like."""


class Window(NamedTuple):
    """Whether questions on a posting are taken: until the end of which day, or since when no more.

    `until` is None while the calendar is not known that far. `withdrawn`: nothing is asked any more.
    """

    is_open: bool
    until: date | None
    withdrawn: bool = False


def window(posted: Posted) -> Window:
    """Until when one may ask: while it hangs, and some school days after; a correction begins that anew."""
    now, today = posted.in_force.row, school.today()
    hung = max(now.hangs_until, school.local(now.posted_at).date())
    until = school.due(hung, school.settings()[ASKED_DAYS]).day
    gone = posted.posting.withdrawal
    if gone:
        return Window(False, school.local(gone.withdrawn_at).date(), withdrawn=True)
    return Window(until is None or today <= until, until)


def may_be_asked(posted: Posted) -> bool:
    """Whether there is a box for questions at all: the school and the kind let everybody ask."""
    return posted.kind.questions and questions_are_taken()


def questions_are_taken() -> bool:
    """Whether the school lets everybody ask, which takes cases in which somebody answers."""
    return is_on(QUESTIONS) and cases.are_used()


def plain_words(text: str) -> str:
    """A text without what two people write differently: spaces, punctuation, width, capitals."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).lower() if letter.isalnum())


@dataclass(frozen=True)
class Asked:
    """A question in public: who asked and how many others did, the words, the line now, what was answered."""

    question: Question
    text: str
    line: int | None
    """The number of its line in the version in force; None where that was taken out; 0: the whole posting."""
    case: Case
    others: int
    answers: tuple[Said, ...]
    """What the owner has said since it was asked, or asked again; an answer and each correction of it."""
    due: date | None
    is_late: bool
    before: tuple[Said, ...] = ()
    """What the owner had said before it was opened again: the answer in it was found not sufficient."""
    earlier: tuple[cases.Earlier, ...] = ()
    """When that was due and was answered."""

    @property
    def is_answered(self) -> bool:
        """Whether it has its answer."""
        return not self.case.is_open and not self.is_taken_back

    @property
    def is_taken_back(self) -> bool:
        """Whether the asker took it back: its words are not shown any more."""
        return self.case.is_taken_back

    @property
    def day(self) -> date:
        """The day on which it was asked; the hour is nobody's."""
        return school.local(self.question.asked_at).date()


@dataclass(frozen=True)
class Questions:
    """The questions on a posting: whether one may ask, those whose turn has come, and how many wait."""

    window: Window
    may_ask: bool
    lines: Lines
    asked: list[Asked] = field(default_factory=list)
    waiting: int = 0

    @property
    def open(self) -> int:
        """How many have no answer yet, of those whose turn has come."""
        return sum(one.case.is_open for one in self.asked)

    @property
    def answered(self) -> int:
        """How many are answered."""
        return sum(one.is_answered for one in self.asked)

    def of(self, line: int | None) -> list[Asked]:
        """Those on a line of the version in force, the oldest first."""
        return [one for one in self.asked if one.line == line]

    @property
    def numbers(self) -> list[int | None]:
        """The lines with questions: the whole posting first, what was taken out last."""
        found = {one.line for one in self.asked}
        return sorted(found, key=lambda line: (line is None, line or 0))


def questions_on(posted: Posted) -> Questions:
    """The questions on a posting."""
    may = may_be_asked(posted)
    found = Questions(window(posted), may, Lines(posted))
    leaders = _leaders(posted)
    found.asked.extend(_told(leaders, found.lines))
    object.__setattr__(found, "waiting", waiting(posted.posting.id))
    return found


def _leaders(posted: Posted) -> list[Question]:
    query = select(Question).where(Question.posting_id == posted.posting.id, Question.case_id.is_not(None))
    query = query.options(selectinload(Question.case).selectinload(Case.steps))
    return list(session.scalars(query.order_by(Question.id)))


def waiting(posting_id: int) -> int:
    """How many questions on a posting wait for their turn, equal ones included."""
    query = select(func.count(Question.id)).outerjoin(_FIRST, _FIRST.id == Question.alike_id)
    waits = func.coalesce(_FIRST.case_id, Question.case_id).is_(None)
    return session.scalar(query.where(Question.posting_id == posting_id, waits)) or 0


def _told(leaders: Sequence[Question], lines: Lines) -> list[Asked]:
    steps = [step for one in leaders if one.case for step in one.case.steps]
    words, others = cases.written(steps), _others(one.id for one in leaders)
    rules, found = cases.rules(), []
    for one in leaders:
        if one.case is None:
            continue
        before, since = said_of(one.case, words)
        earlier = tuple(cases.earlier(one.case, rules)) if one.case.reopened else ()
        due = cases.mending(one.case, rules)
        late = due.is_late(one.case.answered_at or clock.now())
        line = lines.now(one.version, one.row)
        text = cases.asked(one.case, one.case.steps, words).text
        found.append(Asked(one, text, line, one.case, others[one.id], since, due.day, late, before, earlier))
    return found


def others(question: Question) -> int:
    """How many later questions are like this one."""
    return _others([question.id])[question.id]


def _others(numbers: Iterable[int]) -> Counter[int]:
    """By the numbers of questions: how many later ones are like them."""
    query = select(Question.alike_id, func.count()).where(Question.alike_id.in_(list(numbers)))
    rows = session.execute(query.group_by(Question.alike_id))
    return Counter({number: count for number, count in rows if number})


def texts_of(found: Sequence[Question]) -> dict[int, str]:
    """What was asked, by the numbers of the questions, as the record has it; an erased text says so."""
    by_seq = {one.chain_seq: one.id for one in found}
    bodies = bodies_of(by_seq)
    return {by_seq[seq]: str((body.get("after") or {}).get("text") or "") for seq, body in bodies.items()}


class Tally(NamedTuple):
    """How many questions on something were asked, and how many of them are answered."""

    asked: int
    answered: int


def tallies(numbers: Iterable[int]) -> dict[int, Tally]:
    """By the numbers of postings with questions: how many there are and how many are answered."""
    query = (
        select(Question.posting_id, Case.state, Case.outcome, func.count(Question.id))
        .outerjoin(_FIRST, _FIRST.id == Question.alike_id)
        .outerjoin(Case, Case.id == func.coalesce(_FIRST.case_id, Question.case_id))
        .where(Question.posting_id.in_(list(numbers)))
        .group_by(Question.posting_id, Case.state, Case.outcome)
    )
    found: dict[int, Tally] = {}
    for number, state, outcome, count in session.execute(query):
        if outcome == WITHDRAWN:
            continue
        before = found.get(number, Tally(0, 0))
        done = count if state is not None and state not in OPEN else 0
        found[number] = Tally(before.asked + count, before.answered + done)
    return found


Marks = dict[int, dict[int, Tally]]


def question_marks(*numbers: int) -> Marks:
    """By the numbers of postings, and the lines of their versions in force: what was asked and answered."""
    query = select(Question).where(Question.posting_id.in_(set(numbers)), Question.case_id.is_not(None))
    found = list(session.scalars(query.options(joinedload(Question.case))))
    lines = {number: Lines(one) for number, one in several(one.posting_id for one in found).items()}
    marks: Marks = {}
    for one in found:
        line = lines[one.posting_id].now(one.version, one.row)
        if line is not None and one.case is not None and one.case.outcome != WITHDRAWN:
            own = marks.setdefault(one.posting_id, {})
            before = own.get(line, Tally(0, 0))
            own[line] = Tally(before.asked + 1, before.answered + (not one.case.is_open))
    return marks


def question_of_key(posting_id: int, key: str) -> Question | None:
    """The question at a private address of a posting, or None."""
    query = select(Question).where(Question.key_hash == fingerprint(key), Question.posting_id == posting_id)
    return session.scalar(query)


def is_waiting(question: Question) -> bool:
    """Whether a question, or the one that it is like, waits for its turn or its answer."""
    case = (question.alike or question).case
    return case is None or case.is_open


def before_in_turn(question: Question) -> int:
    """How many wait before a question that waits for its turn."""
    first = question.alike or question
    waits = (Question.posting_id == question.posting_id, Question.case_id.is_(None))
    query = select(func.count()).select_from(Question).where(*waits, Question.alike_id.is_(None))
    return session.scalar(query.where(Question.id < first.id)) or 0


def question_of_case(case: Case) -> Question | None:
    """The question with which a case began, or None."""
    return session.scalar(select(Question).where(Question.case_id == case.id))


def most_asked(since: datetime, most: int) -> list[Posted]:
    """What was asked about most since a moment and is not withdrawn, the most asked first."""
    query = (
        select(Question.posting_id)
        .where(Question.asked_at >= since)
        .where(~select(PostingWithdrawal).where(PostingWithdrawal.posting_id == Question.posting_id).exists())
        .group_by(Question.posting_id)
        .order_by(func.count().desc(), Question.posting_id.desc())
    )
    numbers = session.scalars(query.limit(most)).all()
    found = several(numbers)
    return [found[number] for number in numbers]


def open_windows() -> list[int]:
    """The numbers of the postings whose askers can still be told apart."""
    return list(session.scalars(select(QuestionWindow.posting_id).order_by(QuestionWindow.posting_id)))


def has_room(posting_id: int) -> bool:
    """Whether so few questions on a posting are open that another can take its turn."""
    query = select(func.count(Question.id)).join(Case, Case.id == Question.case_id)
    found = query.where(Question.posting_id == posting_id, Case.state.in_(OPEN))
    return (session.scalar(found) or 0) < school.settings()[MOST_OPEN]


def postings_with_waiting() -> list[int]:
    """The numbers of the postings on which questions wait for their turn."""
    query = select(Question.posting_id).where(Question.case_id.is_(None), Question.alike_id.is_(None))
    return list(session.scalars(query.distinct().order_by(Question.posting_id)))

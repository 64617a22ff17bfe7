"""Asking on what is posted: once for each browser, line and wording, and each in its turn."""

import secrets
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select

from kiosk.cases import queries as cases
from kiosk.cases import services as handing
from kiosk.cases.models import OPEN, ORDINARY, SAFETY, SIMPLE, Case
from kiosk.core import clock
from kiosk.core.actor import KIOSK, Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid, NotFound
from kiosk.core.i18n import lazy
from kiosk.core.masking import clean, mask
from kiosk.core.security import encode, fingerprint, mac
from kiosk.core.trace import record
from kiosk.postings import queries
from kiosk.postings.models import QUESTION, Question, QuestionAsker, QuestionWindow
from kiosk.postings.queries import Posted
from kiosk.postings.queries import questions as reads
from kiosk.postings.queries.lines import WHOLE, Lines
from kiosk.postings.settings import ANSWER_DAYS, MOST_OPEN
from kiosk.school import queries as school

ASKER = Actor("asker")
"""Whoever asks; nobody knows who that is."""
KIND = "question"


class Closed(Conflict):
    """The time for questions is over, or what was asked about was withdrawn."""

    code = "questions-closed"
    message = lazy("Questions on this are closed since %(day)s. What you wrote was not sent.")


class Handed(NamedTuple):
    """A question that came in, the key of its private address, and whether it came just now."""

    question: Question
    key: str
    is_new: bool


def ask(*, posted: Posted, row: int | None, text: str | None, browser: str) -> Handed:
    """Ask on a line of what is in force (0: on the whole); the same words from the same browser once until
    there is an answer.

    `browser` is a secret of the browser's own: under the key of this posting it becomes its pseudonym.
    Invalid without a line or words, Masked where the text could lead to a person, Closed when the time is
    over, and NotFound where nobody may ask.
    """
    if not queries.may_be_asked(posted):
        raise NotFound
    window = queries.window(posted)
    if not window.is_open:
        raise Closed(day=window.until)
    said, line = _said(text), _line(posted, row)
    plain, key = reads.plain_words(said), _key(posted)
    address, found = _address(posted, key, browser, str(line), plain)
    if found:
        return Handed(found, address, False)
    number = _asker(posted, mac(key, "asker", browser, length=32).hex())
    words = mac(key, "words", plain, length=32).hex()
    question = _keep(posted, line, number, words, said, fingerprint(address))
    if question.alike_id is not None:
        _join(question)
    elif (
        cases.safety_words(said) and _running(posted, Case.severity == SAFETY) < school.settings()[MOST_OPEN]
    ):
        _open(question, said)  # danger waits for no turn
    else:
        take_turns(posted)
    return Handed(question, address, True)


def _address(posted: Posted, key: bytes, *asked: str) -> tuple[str, Question | None]:
    """The private address of a question, and the question where it is there already and waits for its answer.

    What was answered or taken back can be asked again: that is another question, with another address.
    """
    again = 0
    while True:
        address = encode(mac(key, "address", *asked, *([str(again)] if again else [])))
        found = reads.question_of_key(posted.posting.id, address)
        if found is None or reads.is_waiting(found):
            return address, found
        again += 1


def _said(text: str | None) -> str:
    said = QUESTION.read(clean(text or ""))
    if not reads.plain_words(said):
        raise Invalid(QUESTION.missing, field=QUESTION.name)
    if (masked := mask(said)) != said:
        raise handing.Masked(masked, QUESTION.name)
    return said


def _line(posted: Posted, row: int | None) -> int:
    if row is None or not WHOLE <= row <= len(posted.in_force.rows):
        raise Invalid(lazy("Please choose the line that you ask about."), field="row")
    return row


def _key(posted: Posted) -> bytes:
    """The key under which the askers of a posting are told apart, from its first question on."""
    window = session.get(QuestionWindow, posted.posting.id)
    if window is None:
        key = secrets.token_bytes(32)
        window = QuestionWindow(posting_id=posted.posting.id, key=key, opened_at=clock.now())
        session.add(window)
        session.flush()
    return window.key


def _asker(posted: Posted, mark: str) -> int:
    """The number by which everybody knows a browser on this posting."""
    own = QuestionAsker.posting_id == posted.posting.id
    known = session.scalar(select(QuestionAsker.number).where(own, QuestionAsker.mark == mark))
    if known:
        return known
    asked = select(func.max(Question.asker)).where(Question.posting_id == posted.posting.id)
    number = (session.scalar(asked) or 0) + 1
    session.add(QuestionAsker(posting_id=posted.posting.id, number=number, mark=mark))
    return number


def _keep(posted: Posted, line: int, asker: int, words: str, said: str, key_hash: str) -> Question:
    now, version = clock.now(), posted.in_force.row.version
    alike = _alike(posted, line, words)
    told = {
        "version": version,
        "row": line,
        "asker": asker,
        "like": alike.id if alike else None,
        "key": key_hash,
        "text": said,
    }
    question = Question(
        posting_id=posted.posting.id,
        version=version,
        row=line,
        asker=asker,
        asked_at=now,
        words=words,
        alike_id=alike.id if alike else None,
        key_hash=key_hash,
        chain_seq=record("question.asked", queries.subject(posted.posting), by=ASKER, after=told),
    )
    session.add(question)
    session.flush()
    return question


def _alike(posted: Posted, line: int, words: str) -> Question | None:
    """An earlier question on the same line with the same words that has no answer yet."""
    query = select(Question).where(
        Question.posting_id == posted.posting.id, Question.words == words, Question.alike_id.is_(None)
    )
    lines = Lines(posted)
    for found in session.scalars(query.order_by(Question.id)):
        if reads.is_waiting(found) and lines.now(found.version, found.row) == line:
            return found
    return None


def _join(question: Question) -> None:
    """An equal question becomes a voice of the case, where that is there already."""
    case = question.alike.case if question.alike else None
    if case is not None:
        handing.join(by=ASKER, case=case, references=[cases.reference(question.key_hash)])


def take_turns(posted: Posted) -> int:
    """Let waiting questions become cases, the oldest first, as long as few enough are open; how many did."""
    free = school.settings()[MOST_OPEN] - _running(posted)
    if free <= 0:
        return 0
    own = Question.posting_id == posted.posting.id
    query = select(Question).where(own, Question.case_id.is_(None), Question.alike_id.is_(None))
    waiting = list(session.scalars(query.order_by(Question.id).limit(free)))
    texts = reads.texts_of(waiting)
    for question in waiting:
        _open(question, texts[question.id])
    return len(waiting)


def _running(posted: Posted, *which: ColumnElement[bool]) -> int:
    """How many questions on a posting have had their turn and have no answer yet."""
    query = select(func.count(Question.id)).join(Case, Case.id == Question.case_id)
    found = query.where(Question.posting_id == posted.posting.id, Case.state.in_(OPEN), *which)
    return session.scalar(found) or 0


def _open(question: Question, text: str) -> None:
    """Hand a question to whoever answers for what is posted. Its time begins now."""
    like = session.scalars(select(Question).where(Question.alike_id == question.id).order_by(Question.id))
    days = school.settings()[ANSWER_DAYS]
    case = handing.open_case(
        by=ASKER,
        kind=KIND,
        subject=f"posting:{question.posting_id}",
        text=text,
        severity=SAFETY if cases.safety_words(text) else SIMPLE,
        figures={SIMPLE: days, ORDINARY: days},
        key_hash=question.key_hash,
        voices=[cases.reference(one.key_hash) for one in like],
    )
    handing.release(by=KIOSK, case=case, text=text)
    question.case_id = case.id
    session.flush()


def end_window(posting_id: int) -> None:
    """Destroy what tells the askers of a posting apart."""
    window = session.get(QuestionWindow, posting_id)
    if window is None:
        return
    record("question.ended", f"posting:{posting_id}", by=KIOSK, after={"opened": window.opened_at})
    for asker in session.scalars(select(QuestionAsker).where(QuestionAsker.posting_id == posting_id)):
        session.delete(asker)
    session.delete(window)
    session.flush()

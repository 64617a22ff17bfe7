"""Replying, planning, waiting for the asker, answering, telling, closing, reopening, correcting."""

from datetime import date
from typing import Any

from kiosk.cases import queries
from kiosk.cases.models import (
    ANSWERED,
    ASKERS_WORDS,
    BY_ANOTHER,
    CLOSED,
    COMMENDED,
    HOW,
    INTERNAL,
    NOT_BETTER,
    OPEN,
    OUTCOMES,
    PLANNED,
    PUBLIC,
    TOLD,
    WITHDRAWN,
    Case,
)
from kiosk.cases.refusals import Held, Involved, OpenedOnly, Unanswered, WrongState
from kiosk.cases.services.steps import is_repeated, owners_only, public, ready, take
from kiosk.core.actor import Actor
from kiosk.core.errors import Conflict, Forbidden, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.masking import clean, veiled
from kiosk.school import queries as school

DONE = (ANSWERED, TOLD, CLOSED)


def reply(*, by: Actor, case: Case, text: str, seen: int | None = None) -> None:
    """Say in public how it stands, before the answer."""
    if is_repeated(by, case, "reply", text=text):
        return
    owners_only(by, case)
    ready(case, OPEN, seen)
    take(by=by, case=case, verb="reply", text=public(text))


def plan(*, by: Actor, case: Case, text: str, day: date | None, seen: int | None = None) -> None:
    """Say in public what will be done until which day. It moves no due time."""
    if is_repeated(by, case, "plan", text=text, day=day):
        return
    owners_only(by, case)
    ready(case, OPEN, seen)
    take(by=by, case=case, verb="plan", text=public(text), day=_coming(day))


def wait(*, by: Actor, case: Case, text: str, seen: int | None = None) -> None:
    """Ask the asker something, in public: the clock stands still until the reply, a few school days at most.

    Once for a case; Conflict where nobody can reply, for food safety, and when something is late already.
    """
    if is_repeated(by, case, "wait", text=text):
        return
    owners_only(by, case)
    ready(case, OPEN, seen)
    if case.waits:
        raise Conflict(lazy("The asker is waited for already."))
    if why_not := queries.why_not_wait(case):
        raise Conflict(why_not)
    take(by=by, case=case, verb="wait", text=public(text), day=queries.wait_ends())


def resume(*, by: Actor, case: Case, text: str = "", seen: int | None = None) -> None:
    """The asker has replied, or is waited for no longer: the clock goes on. `text` is what was replied."""
    if is_repeated(by, case, "resume"):
        return
    owners_only(by, case)
    ready(case, OPEN, seen)
    if not case.waits:
        raise Conflict(lazy("Nobody is waited for."))
    take(by=by, case=case, verb="resume", note=INTERNAL.read(clean(text)))


def answer(
    *,
    by: Actor,
    case: Case,
    text: str,
    outcome: str = "",
    day: date | None = None,
    seen: int | None = None,
) -> None:
    """Answer in public, and say how it ended; that can also be said when it is closed.

    The owner mends, plans (until a day) or explains. That it is a mistake or invalid is decided by somebody
    else, whom it is not about: Involved for these. Answers are not edited; corrections follow them.
    """
    if is_repeated(by, case, "answer", text=text, outcome=outcome):
        return
    _decider(by, case, outcome)
    ready(case, OPEN, seen)
    found = public(text)
    take(by=by, case=case, verb="answer", text=found, **_ending(case, outcome, day))


def decide(*, by: Actor, case: Case, text: str, outcome: str, seen: int | None = None) -> None:
    """Answer in public that there is nothing in a case of others. Invalid without one of these outcomes."""
    if outcome not in BY_ANOTHER:
        raise Invalid(lazy("Please choose how it ended."), field="outcome")
    answer(by=by, case=case, text=text, outcome=outcome, seen=seen)


def commend(*, by: Actor, case: Case, text: str) -> None:
    """Answer a reported good deed that was posted. Involved for whom it is about: nobody praises oneself."""
    if is_repeated(by, case, "answer", text=text, outcome=COMMENDED):
        return
    _decider(by, case, COMMENDED)
    ready(case, OPEN, None)
    take(by=by, case=case, verb="answer", text=public(text), outcome=COMMENDED)


def tell(*, by: Actor, case: Case, note: str = "", seen: int | None = None) -> None:
    """The asker knows the answer; `note` says how. OpenedOnly where the asker has a private address: then
    only opening it there counts, or that it hung in public.
    """
    if is_repeated(by, case, "tell", note=note):
        return
    _owner_or_answerer(by, case)
    ready(case, (ANSWERED,), seen)
    if not queries.is_told_by_hand(case):
        raise OpenedOnly
    take(by=by, case=case, verb="tell", note=HOW.read(clean(note)))


def close(
    *,
    by: Actor,
    case: Case,
    outcome: str = "",
    day: date | None = None,
    note: str = "",
    seen: int | None = None,
) -> None:
    """End a case whose asker knows the answer. Unanswered without one; Invalid without an outcome; Held while
    a room above says that it stays open."""
    if is_repeated(by, case, "close"):
        return
    _decider(by, case, outcome, or_answerer=True)
    if case.state in OPEN:
        raise Unanswered(field="text")
    if why := queries.held(case):
        raise Held(why)
    ready(case, (TOLD,), seen)
    if not (outcome or case.outcome):
        raise Invalid(lazy("Please say how it ended."), field="outcome")
    ending = _ending(case, outcome, day)
    take(by=by, case=case, verb="close", note=INTERNAL.read(clean(note)), **ending)


def reopen(*, by: Actor, case: Case, reason: str, seen: int | None = None) -> None:
    """It is not better: the owner's work begins anew, once. By the owner or the head; the asker's own no
    opens it again all the same."""
    if is_repeated(by, case, "reopen", note=reason):
        return
    if not queries.may_assign(by):
        owners_only(by, case)
    ready(case, DONE, seen)
    if case.reopened:
        raise WrongState(lazy("It was reopened once already; please open a new case."))
    if case.outcome == WITHDRAWN:
        raise WrongState(state=case.outcome_label)
    take(by=by, case=case, verb="reopen", note=NOT_BETTER.read(clean(reason)))


def correct(*, by: Actor, case: Case, text: str, seen: int | None = None) -> None:
    """Correct an answer in public: the answer stays, and the correction follows it."""
    if is_repeated(by, case, "correct", text=text):
        return
    if not queries.may_assign(by):
        _owner_or_answerer(by, case)
    ready(case, DONE, seen)
    take(by=by, case=case, verb="correct", text=public(text))


def release(*, by: Actor, case: Case, text: str, seen: int | None = None) -> None:
    """Let everybody read what was asked: these very words, of which parts may be masked, and no others.

    What the house lets out with a case that it opened are words of its own.
    """
    said, is_house = clean(text), by.grants is None
    shown = said if is_house else veiled(said, queries.history(case)[0].written.internal)
    if is_repeated(by, case, "release", text=shown):
        return
    if not queries.may_assign(by):
        owners_only(by, case)
    ready(case, (*OPEN, *DONE), seen)
    if shown is None or not any(letter.isalnum() for letter in shown):
        message = lazy("Only what was asked stands here: put * in place of names, and add nothing.")
        raise Invalid(message, field=PUBLIC.name)
    more = None if is_house else {"own": True}
    take(by=by, case=case, verb="release", text=public(shown, ASKERS_WORDS), more=more)


def note(*, by: Actor, case: Case, text: str, seen: int | None = None) -> None:
    """Write something down for colleagues: whoever sees the case may."""
    found = INTERNAL.read(clean(text))
    if is_repeated(by, case, "note", note=found):
        return
    ready(case, (*OPEN, *DONE), seen)
    if not found:
        raise Invalid(lazy("Please write something."), field=INTERNAL.name)
    take(by=by, case=case, verb="note", note=found)


def _decider(by: Actor, case: Case, outcome: str, *, or_answerer: bool = False) -> None:
    """Refuse who may not end it so: the owner decides all but what needs somebody else."""
    if case.kind == queries.PRAISE and queries.is_rated(case, by.person, school.today()):
        raise Involved
    if outcome in BY_ANOTHER:
        if queries.is_owner(by, case) or queries.is_rated(case, by.person, school.today()):
            raise Involved
        if not queries.may_decide(by):
            raise Forbidden
    elif or_answerer:
        _owner_or_answerer(by, case)
    else:
        owners_only(by, case)


def _owner_or_answerer(by: Actor, case: Case) -> None:
    """NotYours for anybody but the owner and who answered last."""
    answers = [step.person_id for step in case.steps if step.verb == "answer"]
    if by.person is None or not answers or answers[-1] not in queries.numbers(by):
        owners_only(by, case)


def _ending(case: Case, outcome: str, day: date | None) -> dict[str, Any]:
    """How it ends, with the day of a plan. Invalid for what is no outcome, and a plan without a day."""
    if outcome and outcome not in OUTCOMES:
        raise Invalid(lazy("Please choose how it ended."), field="outcome")
    if outcome and case.outcome and outcome != case.outcome:
        message = lazy("It was answered as “%(outcome)s” already; that stays.")
        raise Conflict(message, field="outcome", outcome=case.outcome_label)
    if outcome != PLANNED:
        return {"outcome": outcome}
    return {"outcome": outcome, "day": _coming(day or case.planned_on)}


def _coming(day: date | None) -> date:
    if day is None:
        raise Invalid(lazy("Please say until which day."), field="date")
    if day < school.today():
        raise Invalid(lazy("This day is past."), field="date")
    return day

"""What somebody can do with a case now: the one that comes next first, then the others."""

from kiosk.cases.models import (
    ANSWERED,
    BY_ANOTHER,
    CLOSED,
    EXPLAINED,
    MENDED,
    PLANNED,
    RECEIVED,
    SAFETY,
    TOLD,
    WITHDRAWN,
    Case,
)
from kiosk.cases.queries.dues import is_late
from kiosk.cases.queries.held import held
from kiosk.cases.queries.sight import is_offered, is_owner, may_assign, may_decide, numbers
from kiosk.cases.queries.standing import MOST_REFUSALS
from kiosk.cases.queries.subjects import is_rated
from kiosk.core.actor import Actor
from kiosk.core.i18n import LazyString, lazy
from kiosk.school import queries as school

OWN_OUTCOMES = (MENDED, PLANNED, EXPLAINED)


def actions(actor: Actor, case: Case) -> list[str]:
    """The verbs that somebody can use now, the next one first; `decide` is an answer by somebody else.

    With what its asker took back nobody does anything.
    """
    if case.is_taken_back:
        return []
    found = ["accept", "refuse"] if is_offered(actor, case) else []
    if is_owner(actor, case):
        found += _of_owner(case)
    elif not case.is_open and _answered(actor, case):
        found += _after_answer(case)
    if case.is_open and may_assign(actor):
        found += ["assign"] * may_be_assigned(case) + ["classify"]
    if case.is_open and decides(actor, case):
        found.append("decide")
    if not case.is_open and may_assign(actor):
        found += _later(case)
    if is_owner(actor, case) or may_assign(actor):
        found.append("release")
    return list(dict.fromkeys([*found, "note"]))


def _of_owner(case: Case) -> list[str]:
    if not case.is_open:
        return _after_answer(case)
    asked = case.state == RECEIVED and case.figures["acknowledge"] > 0
    first = ["acknowledge"] if asked else ["resume"] if case.waits else []
    offers = case.offered_to_id is None and case.refusals < MOST_REFUSALS
    waits = why_not_wait(case) is None
    return [*first, "answer", "reply", "plan", *(["wait"] * waits), *(["offer"] * offers)]


def why_not_wait(case: Case) -> LazyString | None:
    """Why the asker cannot be waited for; None where that may be: once, and only who can reply.

    That is whoever has a private address to write to, or said it to somebody at a desk or on the phone.
    """
    if case.severity == SAFETY:
        return lazy("Food safety waits for nobody.")
    if case.key_hash is None and case.steps[0].person_id is None:
        return lazy("Nobody can be asked here: the house opened this case by itself.")
    if any(step.verb == "wait" for step in case.steps):
        return lazy("The asker was asked already; the clock stands still once only. A reply can ask, too.")
    return lazy("It is late: the clock does not stop any more.") if is_late(case) else None


def is_told_by_hand(case: Case) -> bool:
    """Whether somebody of the school tells the asker: nobody has a private address at which to open it."""
    return case.key_hash is None and not case.voices


def _after_answer(case: Case) -> list[str]:
    by_hand = ["tell"] * is_told_by_hand(case)
    next_one = {ANSWERED: by_hand, TOLD: [] if held(case) else ["close"], CLOSED: []}[case.state]
    return [*next_one, *_later(case)]


def _later(case: Case) -> list[str]:
    may_reopen = not case.reopened and case.outcome != WITHDRAWN
    return ["correct", *(["reopen"] * may_reopen)]


def _answered(actor: Actor, case: Case) -> bool:
    answers = [step.person_id for step in case.steps if step.verb == "answer"]
    return bool(answers) and answers[-1] in numbers(actor)


def decides(actor: Actor, case: Case) -> bool:
    """Whether somebody may decide that there is nothing in a case: neither its owner nor whom it is about."""
    involved = is_owner(actor, case) or is_rated(case, actor.person, school.today())
    return not involved and may_decide(actor)


def may_be_assigned(case: Case) -> bool:
    """Whether it is for the head to say whose a case is: refused twice, late, food safety, nobody's, or its
    owner has left."""
    left = case.owner is None or not case.owner.current.active
    return left or case.refusals >= MOST_REFUSALS or case.severity == "safety" or is_late(case)


def outcomes(verb: str) -> tuple[str, ...]:
    """How a case can end by a verb."""
    return BY_ANOTHER if verb == "decide" else OWN_OUTCOMES

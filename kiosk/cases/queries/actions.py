"""What somebody can do with a case now: the one that comes next first, then the others."""

from kiosk.cases.models import (
    ANSWERED,
    BY_ANOTHER,
    CLOSED,
    EXPLAINED,
    MENDED,
    PLANNED,
    RECEIVED,
    TOLD,
    Case,
)
from kiosk.cases.queries.dues import is_late
from kiosk.cases.queries.sight import is_offered, is_owner, may_assign, may_decide, numbers
from kiosk.cases.queries.standing import MOST_REFUSALS
from kiosk.cases.queries.subjects import is_rated
from kiosk.core.actor import Actor
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
    return [*first, "answer", "reply", "plan", *(["wait"] * (not case.waits)), *(["offer"] * offers)]


def _after_answer(case: Case) -> list[str]:
    next_one = {ANSWERED: ["tell"], TOLD: ["close"], CLOSED: []}[case.state]
    return [*next_one, *_later(case)]


def _later(case: Case) -> list[str]:
    return ["correct", *(["reopen"] * (not case.reopened))]


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

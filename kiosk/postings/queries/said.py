"""What the owner of what is posted has said to a question, in public."""

from datetime import date
from typing import NamedTuple

from kiosk.cases import queries as cases
from kiosk.cases.models import Case
from kiosk.school import queries as school

SPOKEN = ("reply", "plan", "wait", "answer", "correct")
"""What the owner says in public."""


class Said(NamedTuple):
    """Something the owner has said in public: the verb, the day, the words."""

    verb: str
    day: date
    text: str


def said_of(case: Case, words: dict[int, cases.Written]) -> tuple[tuple[Said, ...], tuple[Said, ...]]:
    """What its owner has said before it was opened again, and since; all of it since, where it was not."""
    again = cases.last_reopening(case) if case.reopened else 0
    steps = [step for step in case.steps if step.verb in SPOKEN and step.chain_seq in words]
    said = [
        (step.number < again, Said(step.verb, school.local(step.at).date(), words[step.chain_seq].public))
        for step in steps
    ]
    return tuple(one for is_before, one in said if is_before), tuple(one for old, one in said if not old)

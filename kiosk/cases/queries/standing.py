"""How a case stands: what follows from its steps, one after the other. Nothing else decides it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from kiosk.cases.models import (
    ACKNOWLEDGED,
    ANSWERED,
    CLOSED,
    OPEN,
    PLANNED,
    RECEIVED,
    SAFETY,
    TOLD,
    WORK,
    Case,
    CaseStep,
)
from kiosk.school import queries as school

MOST_REFUSALS = 2
"""After so many the head decides whose it is."""


@dataclass
class Standing:
    """The columns of a case that follow from its steps, by the same names."""

    begun_at: datetime
    state: str = RECEIVED
    severity: str = ""
    owner_id: int | None = None
    offered_to_id: int | None = None
    refusals: int = 0
    outcome: str = ""
    planned_on: date | None = None
    replied_at: datetime | None = None
    answered_at: datetime | None = None
    told_at: datetime | None = None
    closed_at: datetime | None = None
    reopened: bool = False
    released: bool = False
    pauses: list[list[str]] = field(default_factory=list)
    waits_until: date | None = None
    revision: int = 0


def standing(received_at: datetime, steps: Iterable[CaseStep]) -> Standing:
    """How a case that came in then stands after these steps."""
    now = Standing(begun_at=received_at)
    for step in steps:
        now.revision = step.number
        EFFECTS.get(step.verb, _nothing)(now, step)
    return now


def reopenings(case: Case) -> Iterator[tuple[Standing, CaseStep]]:
    """How a case stood each time before its work began anew, and the step with which it did."""
    now = Standing(begun_at=case.received_at)
    for step in case.steps:
        before = replace(now)
        EFFECTS.get(step.verb, _nothing)(now, step)
        if before.state not in OPEN and now.state in OPEN:
            yield before, step


def restate(case: Case) -> None:
    """Let the case's columns say what follows from its steps."""
    for name, value in vars(standing(case.received_at, case.steps)).items():
        setattr(case, name, value)


def received(case: Case) -> dict[str, Any]:
    """How a case came in, as its first entry in the record says it."""
    return {
        "kind": case.kind,
        "subject": case.subject,
        "canteen": case.canteen,
        "counter": case.counter,
        "received": case.received_at.astimezone(UTC),
        "about": case.day,
        "meal": case.meal,
        "cause": case.reason,
        "post": case.post_id,
        "rated": case.rated,
        "figures": case.figures,
        "held_until": case.held_until.astimezone(UTC) if case.held_until else None,
        "again_of": case.again_of_id,
        "key": case.key_hash,
    }


def _worse(now: Standing, step: CaseStep) -> None:
    """The asker says that it is not better: the work begins anew, if it has not before."""
    if not now.reopened:
        _reopened(now, step)


def _better(now: Standing, step: CaseStep) -> None:
    """The asker says that it is better: nothing is left to do once it is said how it ended."""
    if now.outcome and now.state == TOLD:
        _closed(now, step)


def _nothing(_now: Standing, _step: CaseStep) -> None:
    """It changes nothing but the history."""


def _opened(now: Standing, step: CaseStep) -> None:
    now.severity, now.owner_id = step.severity, step.to_id
    if step.person_id is not None and step.person_id == step.to_id:
        now.state = ACKNOWLEDGED  # whoever took it down has heard it


def _acknowledged(now: Standing, _step: CaseStep) -> None:
    now.state = ACKNOWLEDGED


def _offered(now: Standing, step: CaseStep) -> None:
    now.offered_to_id = step.to_id


def _accepted(now: Standing, step: CaseStep) -> None:
    now.owner_id, now.offered_to_id = step.person_id, None
    now.state = ACKNOWLEDGED if now.state == RECEIVED else now.state


def _refused(now: Standing, _step: CaseStep) -> None:
    now.offered_to_id, now.refusals = None, now.refusals + 1


def _assigned(now: Standing, step: CaseStep) -> None:
    now.owner_id, now.offered_to_id, now.refusals = step.to_id, None, 0


def _classified(now: Standing, step: CaseStep) -> None:
    now.severity = step.severity
    if step.severity == SAFETY and now.waits_until:
        _resumed(now, step)  # food safety waits for nobody


def _replied(now: Standing, step: CaseStep) -> None:
    now.replied_at = now.replied_at or step.at
    now.state = WORK if now.state in OPEN else now.state


def _planned(now: Standing, step: CaseStep) -> None:
    _replied(now, step)
    now.planned_on = step.day


def _waited(now: Standing, step: CaseStep) -> None:
    _replied(now, step)
    until = [step.day.isoformat()] if step.day else []
    now.pauses, now.waits_until = [*now.pauses, [_day(step.at), *until]], step.day


def _resumed(now: Standing, step: CaseStep) -> None:
    if now.pauses and (now.waits_until or len(now.pauses[-1]) == 1):
        first, *until = now.pauses[-1]
        now.pauses = [*now.pauses[:-1], [first, min([_day(step.at), *until])]]
    now.waits_until = None


def _answered(now: Standing, step: CaseStep) -> None:
    _resumed(now, step)
    now.state, now.answered_at = ANSWERED, step.at
    now.replied_at, now.offered_to_id = now.replied_at or step.at, None
    _ended(now, step)


def _ended(now: Standing, step: CaseStep) -> None:
    now.outcome = step.outcome or now.outcome
    if step.outcome == PLANNED and step.day:
        now.planned_on = step.day


def _told(now: Standing, step: CaseStep) -> None:
    now.state, now.told_at = TOLD, step.at


def _closed(now: Standing, step: CaseStep) -> None:
    _ended(now, step)
    now.state, now.closed_at = CLOSED, step.at


def _reopened(now: Standing, step: CaseStep) -> None:
    now.state, now.reopened, now.begun_at = WORK, True, step.at
    now.outcome, now.planned_on, now.pauses, now.waits_until = "", None, [], None
    now.answered_at = now.told_at = now.closed_at = None


def _released(now: Standing, _step: CaseStep) -> None:
    now.released = True


def _day(moment: datetime) -> str:
    return school.local(moment).date().isoformat()


Effect = Callable[[Standing, CaseStep], None]
EFFECTS: dict[str, Effect] = {
    "open": _opened,
    "acknowledge": _acknowledged,
    "offer": _offered,
    "accept": _accepted,
    "refuse": _refused,
    "assign": _assigned,
    "classify": _classified,
    "reply": _replied,
    "plan": _planned,
    "wait": _waited,
    "resume": _resumed,
    "answer": _answered,
    "tell": _told,
    "close": _closed,
    "reopen": _reopened,
    "release": _released,
    "opened": _told,
    "hung": _told,
    "better": _better,
    "worse": _worse,
    "contest": _reopened,
    "read": _nothing,
    "withdraw": _closed,
    "added": _resumed,
    "correct": _nothing,
    "note": _nothing,
}
"""What each verb does to the case; these are all verbs."""

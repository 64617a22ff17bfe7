"""Taking a step: what is checked before, what the record says of it, and where the case stands after it."""

from datetime import UTC, date
from typing import Any

from kiosk.cases.models import PUBLIC, Case, CaseStep
from kiosk.cases.queries import is_owner, redue, restate, standing, written
from kiosk.cases.queries.dues import Rules
from kiosk.cases.refusals import Changed, Masked, NotYours, WrongState
from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.field import Paragraphs
from kiosk.core.i18n import _
from kiosk.core.masking import clean, mask
from kiosk.core.trace import record


def take(
    *,
    by: Actor,
    case: Case,
    verb: str,
    text: str = "",
    note: str = "",
    to: int | None = None,
    outcome: str = "",
    severity: str = "",
    day: date | None = None,
    more: dict[str, Any] | None = None,
) -> CaseStep:
    """Take a step: it is kept, recorded, and the case stands as follows from it."""
    step = CaseStep(
        case_id=case.id,
        number=case.revision + 1,
        verb=verb,
        person_id=by.person,
        at=clock.now(),
        to_id=to,
        outcome=outcome,
        severity=severity,
        day=day,
    )
    after = standing(case.received_at, [*case.steps, step])
    told = {"step": step.number, "state": after.state, **facts(step), "text": text, "note": note}
    step.chain_seq = record(f"case.{verb}", subject_of(case), by=by, after={**told, **(more or {})})
    case.steps.append(step)
    restate(case)
    redue(case)
    session.flush()
    return step


def facts(step: CaseStep) -> dict[str, Any]:
    """What the record says of a step besides its texts; what it lacks is left out."""
    found = {
        "at": step.at.astimezone(UTC),
        "to": step.to_id,
        "outcome": step.outcome,
        "severity": step.severity,
        "day": step.day,
    }
    return {name: value for name, value in found.items() if value not in (None, "")}


def subject_of(case: Case) -> str:
    """A case in the record."""
    return f"case:{case.id}"


QUIET = ("note", "added", "read", "release")
"""What somebody can do meanwhile without making stale what another is writing."""


def is_repeated(by: Actor, case: Case, verb: str, **given: Any) -> bool:
    """Whether this very step was the last one: a second click does nothing twice."""
    last = case.steps[-1] if case.steps else None
    if last is None or last.verb != verb or last.person_id != by.person:
        return False
    texts = {name: _plain(given.pop(name)) for name in ("text", "note") if name in given}
    if any(getattr(last, name) != value for name, value in given.items()):
        return False
    said = written([last])[last.chain_seq]
    stored = {"text": said.public, "note": said.internal}
    return all(stored[name] == value for name, value in texts.items())


def ready(case: Case, states: tuple[str, ...], seen: int | None) -> None:
    """Refuse what the case is not ready for: WrongState, or Changed since `seen`, its revision then."""
    if case.state not in states or case.is_taken_back:
        raise WrongState(state=case.state_label)
    if seen is not None and any(step.verb not in QUIET for step in case.steps[seen:]):
        raise Changed(state=case.state_label)


def owners_only(by: Actor, case: Case) -> None:
    """NotYours for anybody but the owner, and what the house does by itself."""
    if by.grants is not None and not is_owner(by, case):
        raise NotYours(name=case.owner.name if case.owner else _("the head of logistics"))


def public(text: str | None, declared: Paragraphs = PUBLIC) -> str:
    """A text for everybody. Invalid where it is missing; Masked where it could lead to a person."""
    found = declared.read(_plain(text))
    if (masked := mask(found)) != found:
        raise Masked(masked, declared.name)
    return found


def _plain(text: str | None) -> str:
    return clean(text or "")


def move_dues(by: Actor, cases: list[Case], rules: Rules) -> int:
    """Let cases say until when they are due by the calendar of today; each move is recorded. How many."""
    moved = 0
    for case in cases:
        before = case.due_on
        redue(case, rules)
        if case.due_on != before:
            moved += 1
            record(
                "case.due_moved",
                subject_of(case),
                by=by,
                before={"due": before},
                after={"due": case.due_on, "duty": case.duty},
            )
    session.flush()
    return moved

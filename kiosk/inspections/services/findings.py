"""What is found begins a case; it is mended, still so, or confirmed as put right by somebody else."""

from collections.abc import Iterable
from typing import NamedTuple

from kiosk.attachments.services import attach
from kiosk.cases import queries as cases
from kiosk.cases import services as casework
from kiosk.cases.models import ANSWERED, CLOSED, OPEN, TOLD, Case
from kiosk.cases.models import MENDED as AS_MENDED
from kiosk.core import clock
from kiosk.core.actor import KIOSK, Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Forbidden
from kiosk.core.i18n import LazyString, _, lazy
from kiosk.core.masking import clean
from kiosk.core.trace import record
from kiosk.inspections import queries
from kiosk.inspections.models import FOUND, MENDED, STILL, VERIFIED, WORDS, Checked, Finding, FindingStep
from kiosk.messages.services import in_school_language
from kiosk.persons import queries as persons

MOST_SAID = 1500


class MendedIt(Forbidden):
    """Whoever mended something does not say that it is mended."""

    code = "mended-it"
    message = lazy(
        "You put this right, or it is yours to: somebody else has to confirm it. Nothing was saved."
    )


class NotYours(Forbidden):
    """Whoever has nothing to mend there does not say that it is mended."""

    code = "not-yours-to-mend"
    message = lazy(
        "Only whose case this is, who answers for the place, or the head of logistics says that they put it "
        "right. You can say what you see: still so, or put right."
    )


class Found(NamedTuple):
    """Something found: the key of its line, what is said of it, the pictures of it (JPEG, drawn anew)."""

    key: str
    text: str
    photos: tuple[bytes, ...] = ()


def begin(*, by: Actor, checked: Checked, found: Iterable[Found]) -> list[Finding]:
    """Keep what was found in a list; each has a case of its own, whose owner is who answers for the place."""
    return [_begin(by, checked, one) for one in found]


def _begin(by: Actor, checked: Checked, found: Found) -> Finding:
    said = clean(found.text)[:MOST_SAID]
    made = Finding(
        checked_id=checked.id, key=found.key, subject=checked.subject, found_at=checked.received_at
    )
    session.add(made)
    session.flush()
    case = _open(by, made, said) if cases.are_used() else None
    step = _step(by, made, FOUND, text=said, case=case, checked=checked)
    for photo in found.photos:
        attach(by=by, subject=f"finding:{made.id}", entry=step.chain_seq, text=said, data=photo)
    return made


def _open(by: Actor, found: Finding, said: str, again_of: Case | None = None) -> Case:
    return casework.open_case(by=by, kind=queries.KIND, subject=found.subject, text=said, again_of=again_of)


def mend(*, by: Actor, finding: Finding, text: str, checked: Checked | None = None) -> None:
    """Say that one mended it, and how; its case is answered with this if it is one's own.

    NotYours for whoever has nothing to mend there.
    """
    said = _said(by, finding, text)
    if not queries.may_mend(by, finding):
        raise NotYours
    case = queries.case_of(finding)
    if case is not None and case.state in OPEN and cases.is_owner(by, case):
        casework.answer(by=by, case=case, text=said, outcome=AS_MENDED)
    _step(by, finding, MENDED, text=said, checked=checked)


def still(*, by: Actor, finding: Finding, text: str = "", checked: Checked | None = None) -> None:
    """Say that it is still so. What was answered is opened again; a second time a new case follows it."""
    said = _said(by, finding, text or _in_school_words(_STILL))
    case, begun = queries.case_of(finding), None
    if case is not None and case.state not in OPEN:
        if case.state != CLOSED and not case.reopened:
            casework.reopen(by=KIOSK, case=case, reason=said)
        else:
            begun = _open(by, finding, _first_words(finding), case)
    _step(by, finding, STILL, text=said, case=begun, checked=checked)


def verify(*, by: Actor, finding: Finding, text: str = "", checked: Checked | None = None) -> None:
    """Say that one has seen it mended; its case ends with that. MendedIt for whoever mended it."""
    if finding.is_verified and finding.steps[-1].person_id == by.person:
        return
    said = _said(by, finding, text or _in_school_words(_SEEN))
    if persons.is_among(by.person, queries.menders(finding)):
        raise MendedIt
    _step(by, finding, VERIFIED, text=said, checked=checked)
    if case := queries.case_of(finding):
        _end(case)


_STILL = lazy("Seen on the spot: it is still so.")
_SEEN = lazy("Seen on the spot: it was put right.")


def _in_school_words(text: LazyString) -> str:
    """What is kept for whoever said nothing more, in the school's language."""
    with in_school_language():
        return str(text)


def _said(by: Actor, finding: Finding, text: str) -> str:
    """What is said of an open finding by somebody who sees it. Conflict once it is closed."""
    if by.person is None or not queries.may_see(by, finding):
        raise Forbidden
    if queries.standing(finding) in (queries.SEEN, queries.VOID):
        raise Conflict(lazy("This is closed already."))
    return WORDS.read(clean(text))


def _end(case: Case) -> None:
    """Answer, tell and close a case by what was seen; the house does it, and the record says who saw it."""
    with in_school_language():
        seen = str(_("It was put right; somebody other than who put it right has seen so on the spot."))
    if case.state in OPEN:
        casework.answer(by=KIOSK, case=case, text=seen, outcome=AS_MENDED)
    if case.state == ANSWERED and cases.is_told_by_hand(case):
        casework.tell(by=KIOSK, case=case, note=seen)
    if case.state == TOLD:
        casework.close(by=KIOSK, case=case, outcome="" if case.outcome else AS_MENDED)


def _first_words(finding: Finding) -> str:
    return queries.words_of([finding])[finding.id] or finding.line.text


def _step(
    by: Actor,
    finding: Finding,
    verb: str,
    *,
    text: str,
    case: Case | None = None,
    checked: Checked | None = None,
) -> FindingStep:
    step = FindingStep(
        finding_id=finding.id,
        number=len(finding.steps) + 1,
        verb=verb,
        person_id=by.person,
        at=clock.now(),
        case_id=case.id if case else None,
        checked_id=checked.id if checked else None,
    )
    after = {"step": step.number, "line": finding.key, "case": step.case_id, "text": text}
    if checked:
        after["list"] = str(checked.client_id)
    step.chain_seq = record(f"finding.{verb}", f"finding:{finding.id}", by=by, after=after)
    finding.steps.append(step)
    session.flush()
    return step

"""Reads of what was found: what is open where, how it stands, and who may say that it is mended."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import selectinload

from kiosk.attachments.models import Attachment
from kiosk.attachments.queries import attachments
from kiosk.cases import queries as cases
from kiosk.cases.models import BY_ANOTHER, CLOSED, OPEN, Case
from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import opened
from kiosk.core.actor import SCHOOL, Actor, Place
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.core.i18n import LazyString, lazy
from kiosk.inspections.models import MENDED, VERIFIED, Checked, Finding, FindingStep
from kiosk.inspections.permissions import SEE_ROUNDS
from kiosk.school import queries as school
from kiosk.staff import queries as staff

KIND = "finding"
"""The kind of cases that findings open."""
OPENED, SEEN, VOID = "opened", "seen", "void"
STANDINGS: dict[str, LazyString] = {
    OPENED: lazy("not put right yet"),
    MENDED: lazy("put right, to be confirmed by somebody else"),
    SEEN: lazy("confirmed as put right"),
    VOID: lazy("it was not so"),
}
"""How a finding can stand."""
A_LIST = 50
MANAGER = "canteen_manager"


def place_of(checked: Checked) -> Place:
    """Where it was, as rights are asked for it."""
    return Place(checked.canteen, checked.counter)


def finding(number: int) -> Finding:
    """The finding, or NotFound."""
    found = session.get(Finding, number)
    if found is None:
        raise NotFound
    return found


def is_open() -> Any:
    """The condition that nobody has seen a finding mended, nor decided that it was none."""
    steps = FindingStep.finding_id == Finding.id
    seen = exists().where(steps, FindingStep.verb == VERIFIED)
    void = exists().where(steps, FindingStep.case_id == Case.id, Case.outcome.in_(BY_ANOTHER))
    return ~seen & ~void


def at(subject: str) -> Any:
    """The condition that a finding concerns a place; a canteen has those of its counters, too."""
    sort, _colon, code = subject.partition(":")
    if sort == "canteen":
        return Checked.canteen == code
    return Finding.subject == subject


def open_findings(subject: str | None = None, most: int | None = None) -> list[Finding]:
    """What is open at a place (None: anywhere), the oldest first; of many the `most` newest."""
    query = select(Finding).join(Checked).where(is_open())
    if subject is not None:
        query = query.where(at(subject))
    return list(session.scalars(query.order_by(Finding.id.desc()).limit(most)))[::-1]


def count_open(subject: str) -> int:
    """How many are open at a place."""
    query = select(func.count()).select_from(Finding).join(Checked).where(is_open(), at(subject))
    return session.scalar(query) or 0


def seen_findings(most: int = A_LIST) -> list[Finding]:
    """What was closed lately, the newest first."""
    return list(session.scalars(select(Finding).where(~is_open()).order_by(Finding.id.desc()).limit(most)))


def findings_of(checked: Iterable[int]) -> dict[int, list[Finding]]:
    """What was found in lists that were filled in, by their numbers."""
    found: dict[int, list[Finding]] = {}
    query = select(Finding).where(Finding.checked_id.in_(list(checked))).order_by(Finding.id)
    for one in session.scalars(query):
        found.setdefault(one.checked_id, []).append(one)
    return found


def finding_of_case(number: int) -> Finding | None:
    """The finding that a case is about, or None."""
    query = select(Finding).join(FindingStep).where(FindingStep.case_id == number)
    return session.scalars(query).first()


def case_of(found: Finding) -> Case | None:
    """The case in which it is dealt with now."""
    return session.get(Case, found.case_id) if found.case_id else None


def cases_of(found: Iterable[Finding]) -> list[Case]:
    """The cases of many findings, read at once: as long as they are held, `case_of` need not ask for each."""
    numbers = {one.case_id for one in found if one.case_id}
    return list(session.scalars(select(Case).where(Case.id.in_(numbers)).options(selectinload(Case.steps))))


def standing(found: Finding) -> str:
    """How it stands, one of STANDINGS."""
    if found.is_verified:
        return SEEN
    case = case_of(found)
    if case is not None and case.outcome in BY_ANOTHER:
        return VOID
    is_answered = case is not None and case.state not in OPEN
    return MENDED if is_answered or found.steps[-1].verb == MENDED else OPENED


def menders(found: Finding) -> set[int]:
    """The numbers of those who may not confirm it: who said that they mended it, and whose it is to mend."""
    case = case_of(found)
    said = {step.person_id for step in found.steps if step.verb == MENDED}
    if case is not None:
        said |= {step.person_id for step in case.steps if step.verb == "answer" and step.person_id}
        said |= {case.owner_id} if case.owner_id is not None else set()
    return said


def may_mend(who: Actor, found: Finding) -> bool:
    """Whether somebody may say that they mended it: whose case it is, who answers for the place by a post or
    as its canteen's manager, and the head."""
    case, concern, today = case_of(found), cases.find_concern(found.subject), school.today()
    answering = staff.answerable(concern.post if concern else None, today)
    may = {one.number for one in (*answering, *cases.heads(today))}
    may |= {case.owner_id} if case and case.owner_id else set()
    return bool(cases.numbers(who) & may) or who.holds({MANAGER}, place_of(found.checked))


def finder(found: Finding) -> int:
    """The number of who found it."""
    return found.steps[0].person_id


def may_see(who: Actor, found: Finding) -> bool:
    """Whether somebody reads of it: whoever the place lets, who found it, and whoever sees its case."""
    if who.may(SEE_ROUNDS, place_of(found.checked)) or who.may(SEE_ROUNDS, SCHOOL):
        return True
    if finder(found) in cases.numbers(who):
        return True
    case = case_of(found)
    return case is not None and cases.may_see(who, case)


def words_of(findings: Iterable[Finding]) -> dict[int, str]:
    """What was written of findings, by their numbers; an erased text says so."""
    seqs = {one.id: one.steps[0].chain_seq for one in findings}
    entries = session.scalars(select(ChainEntry).where(ChainEntry.seq.in_(list(seqs.values()))))
    texts = {seq: str((body.get("after") or {}).get("text") or "") for seq, body in opened(entries).items()}
    return {number: texts.get(seq, "") for number, seq in seqs.items()}


def photos(found: Finding) -> list[Attachment]:
    """The pictures that came with it."""
    return attachments(f"finding:{found.id}")


def held(case: Case) -> LazyString | None:
    """Why a case stays open: nobody but who mended it has seen that it is; None for any other case."""
    if case.kind != KIND or case.outcome in BY_ANOTHER or case.state == CLOSED:
        return None
    found = finding_of_case(case.id)
    if found is None or found.is_verified or found.case_id != case.id:
        return None
    return lazy("First somebody other than who put it right has to confirm it on the spot.")


def said_of(found: Finding) -> list[tuple[FindingStep, str]]:
    """Everything that was said of a finding, with its words, in its order."""
    seqs = [step.chain_seq for step in found.steps]
    entries = session.scalars(select(ChainEntry).where(ChainEntry.seq.in_(seqs)))
    texts = {seq: str((body.get("after") or {}).get("text") or "") for seq, body in opened(entries).items()}
    return [(step, texts.get(step.chain_seq, "")) for step in found.steps]

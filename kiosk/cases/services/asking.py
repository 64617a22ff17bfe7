"""What anybody does from outside, without an account: ask, add, open the answer, say whether it is better."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from kiosk.attachments.services import attach
from kiosk.cases import queries
from kiosk.cases.models import ANSWERED, ASKED, MORE, OPEN, SAFETY, STILL, WITHDRAWN, Case, CaseStep
from kiosk.cases.queries import Receipt
from kiosk.cases.refusals import WrongState
from kiosk.cases.services.handing import classify
from kiosk.cases.services.opening import join, open_case, tell_head
from kiosk.cases.services.steps import subject_of, take
from kiosk.core import clock
from kiosk.core.actor import KIOSK, Actor
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.i18n import _, lazy
from kiosk.core.masking import clean
from kiosk.core.security import derived_key, encode, fingerprint, mac
from kiosk.school import queries as school
from kiosk.school.models import Meal

ASKER = Actor("asker")
"""Whoever holds a private address; nobody knows who that is."""
MOST_ADDED = 20
"""So many times something can be added to a case."""


class Asked(NamedTuple):
    """What was handed in: its case, and the key of the private address."""

    case: Case
    key: str
    is_new: bool
    """Whether it came in just now, and not with an earlier click."""


def ask(*, sent: str, kind: str, subject: str, text: str, photo: bytes | None = None) -> Asked:
    """Hand something in without a name. Invalid for what is missing, by field.

    `sent` is the form's own number, a secret of whoever opened it: the same form with the same words is the
    same case, however often it arrives, and has the same private address; other words are another case, and
    the same ones once they were taken back. Its photo may come with any of these times. Where a place has
    many open cases of the day already, the voice joins the last of them (`queries.crowd`).
    """
    for problem in lacking(kind, subject):
        raise problem
    said = ASKED.read(clean(text or ""))
    key, known = _address(sent, kind, subject, said)
    if known:
        _show_later(known, said, photo)
        return Asked(known.case, key, False)
    mark = fingerprint(key)
    case = queries.crowd(kind=kind, subject=subject, day=school.today())
    if case and (case.severity == SAFETY or not queries.safety_words(said)):
        join(by=ASKER, case=case, references=[queries.reference(mark)])
        step = _write(case, mark, said)
        _show(case, step, said, photo)
        return Asked(case, key, True)
    now = clock.now()
    meal = school.meal_at(now)
    case = open_case(
        by=ASKER,
        kind=kind,
        subject=subject,
        text=said,
        received_at=now,
        meal=meal.code if meal else None,
        held_until=_held_until(now, kind, subject, meal),
        key_hash=mark,
    )
    _show(case, case.steps[0], said, photo)
    return Asked(case, key, True)


def lacking(kind: str, subject: str) -> Iterator[Invalid]:
    """What is wrong with what was chosen, by field: only what the form offers can be asked about."""
    if kind not in queries.kinds_asked():
        yield Invalid(lazy("Please choose what it is."), field="kind")
    if queries.subject_at(subject) != subject or not subject:
        yield Invalid(lazy("Please say what it is about."), field="subject")


def _show_later(found: Receipt, said: str, photo: bytes | None) -> None:
    """Keep the picture of a form that came before without it, unless its words were erased meanwhile."""
    if photo and not found.photos and found.said[:1] == (said,):
        attach(by=ASKER, subject=subject_of(found.case), entry=min(found.entries), text=said, data=photo)


def _address(*form: str) -> tuple[str, Receipt | None]:
    """The key of a form's private address, and what it leads to already, unless that was taken back."""
    again = 0
    while True:
        key = encode(mac(derived_key("case receipt"), *form, *([str(again)] if again else [])))
        found = queries.receipt_of(fingerprint(key))
        if found is None or not found.case.is_taken_back:
            return key, found
        again += 1


def _show(case: Case, step: CaseStep, said: str, photo: bytes | None) -> None:
    """Keep a picture with what was written; it goes with the text."""
    if photo:
        attach(by=ASKER, subject=subject_of(case), entry=step.chain_seq, text=said, data=photo)


def _held_until(now: datetime, kind: str, subject: str, meal: Meal | None) -> datetime | None:
    """A complaint about a place is seen there once the meal is over: who serves must not see who wrote."""
    if (
        meal is None
        or kind not in ("complaint", "wish")
        or subject.partition(":")[0] not in ("counter", "canteen")
    ):
        return None
    return school.meal_ends(school.local(now).date(), meal.code)


def _write(case: Case, mark: str, said: str) -> CaseStep:
    return take(by=ASKER, case=case, verb="added", note=said, more={"voice": mark})


def add(receipt: Receipt, text: str) -> None:
    """Add something while it has no answer; whoever waited for the asker waits no longer.

    A safety word makes it a matter of food safety, and goes to the head.
    """
    said, case = MORE.read(clean(text or "")), receipt.case
    if receipt.said and receipt.said[-1] == said:
        return
    if case.state not in OPEN:
        raise WrongState(state=case.state_label)
    if sum(step.verb == "added" for step in case.steps) >= MOST_ADDED + case.voices:
        raise Conflict(lazy("Much was added already; please wait for the answer."), field="text")
    _write(case, receipt.mark, said)
    if case.severity != SAFETY and queries.safety_words(said):
        classify(by=KIOSK, case=case, severity=SAFETY, text=str(_("What was added speaks of food safety.")))
        tell_head(case)


def open_answer(receipt: Receipt) -> None:
    """The asker opens the answer, and so is told; a second time changes nothing.

    The case counts as told with the last of its askers.
    """
    case = receipt.case
    if receipt.is_new:
        is_last = case.state == ANSWERED and queries.readers(case) + 1 >= queries.askers(case)
        take(by=ASKER, case=case, verb="opened" if is_last else "read", more={"voice": receipt.mark})


def judge(receipt: Receipt, *, better: bool, text: str = "") -> None:
    """Say whether it is better now: once, within the days after one was told. If not, it is reopened, once by
    the askers, whether or not the office has opened it again before.

    WrongState for a second time, and before or after.
    """
    said = STILL.read(clean(text or ""))
    if receipt.verdict:
        raise WrongState(lazy("You have said already whether it is better. That stays."))
    if receipt.may_judge_until is None:
        raise WrongState(lazy("That can be said within a week after the answer was opened."))
    no = "contest" if receipt.case.reopened and receipt.reopens else "worse"
    verb = "better" if better else no
    take(by=ASKER, case=receipt.case, verb=verb, note=said, more={"voice": receipt.mark})


def withdraw(receipt: Receipt) -> None:
    """Take one's own matter back while it is open; it stays in the list, without the words."""
    case = receipt.case
    if case.outcome == WITHDRAWN:
        return
    if not receipt.may_withdraw:
        raise WrongState(lazy("This cannot be taken back: it has an answer, or others have joined it."))
    take(by=ASKER, case=case, verb="withdraw", outcome=WITHDRAWN, more={"voice": receipt.mark})

"""Good deeds: confirmed, posted, declined."""

from datetime import date

from kiosk.cases import queries as cases
from kiosk.cases import services as casework
from kiosk.cases.models import EXPLAINED, OPEN, Case
from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Forbidden
from kiosk.core.i18n import lazy
from kiosk.core.masking import clean, mask
from kiosk.core.trace import record
from kiosk.persons import queries as persons
from kiosk.persons.models import Person
from kiosk.postings import services as postings
from kiosk.postings.models import Posting
from kiosk.school import queries as school
from kiosk.thanks import queries
from kiosk.thanks.kinds import COMMENDATIONS, POST, TEXT, TITLE
from kiosk.thanks.models import Commendation
from kiosk.thanks.permissions import COMMEND


class OwnDeed(Forbidden):
    """Nobody commends oneself."""

    code = "own-deed"
    message = lazy("This is about you: somebody else has to confirm it. Nothing was saved.")


def confirm(
    *, by: Actor, case: Case, title: str, text: str, post: str, day: date, person: Person | None = None
) -> Commendation:
    """Confirm a reported good deed: what would be posted is written, by the post; whose it was is noted.

    Until it is posted it can be confirmed anew with other words. Masked where a text could lead to a pupil or
    holds the person's name; Conflict once it is posted or declined; OwnDeed for the person.
    """
    by.needs(COMMEND, SCHOOL)
    _not_oneself(by, case, person)
    if case.state not in OPEN:
        raise casework.WrongState(state=case.state_label)
    words = {
        "title": TITLE.read(clean(title)),
        "text": TEXT.read(clean(text)),
        "post": POST.read(clean(post)),
    }
    _masked(words, person)
    found = queries.commendation(case)
    if found and found.posting.versions:
        raise Conflict(lazy("It is posted already; please correct the posting."))
    posting = _written(by, found.posting if found else None, {**words, "day": day.isoformat()})
    if not case.replied_at and case.state == "received":
        casework.acknowledge(by=by, case=case)
    return _noted(by, case, posting, person)


def _not_oneself(by: Actor, case: Case, person: Person | None) -> None:
    if cases.is_rated(case, by.person, school.today()) or (
        person and persons.is_among(by.person, [person.number])
    ):
        raise OwnDeed


def _masked(words: dict[str, str], person: Person | None) -> None:
    """Masked at the first text that could lead to somebody."""
    for name, text in words.items():
        found = mask(text)
        if person and len(person.name) > 1:
            found = found.replace(person.name, words["post"] if name != "post" else "")
        if found != text:
            raise casework.Masked(found, name)


def _written(by: Actor, posting: Posting | None, fields: dict[str, str]) -> Posting:
    """The draft of the posting, new or as it stands."""
    draft = posting.draft if posting else postings.start(by=by, kind=COMMENDATIONS)
    assert draft
    postings.save_draft(by=by, draft=draft, revision=draft.revision, fields=fields)
    return draft.posting


def _noted(by: Actor, case: Case, posting: Posting, person: Person | None) -> Commendation:
    found = session.get(Commendation, case.id) or Commendation(case_id=case.id)
    found.case, found.posting, found.person = case, posting, person
    found.confirmed_at, found.confirmed_by = clock.now(), str(by)
    after = {"posting": posting.id, "whose": person.number if person else None}
    found.chain_seq = record("deed.confirmed", casework.subject_of(case), by=by, after=after)
    session.add(found)
    session.flush()
    return found


def post(*, by: Actor, case: Case, answer: str) -> Posting:
    """Post what was confirmed; whoever reported it reads the answer. Done twice is the same.

    Conflict for what was not confirmed.
    """
    by.needs(COMMEND, SCHOOL)
    found = queries.commendation(case)
    if found is None:
        raise Conflict(lazy("Please confirm it first."))
    _not_oneself(by, case, found.person)
    posting = found.posting
    if posting.draft and not posting.versions:
        postings.post(by=by, draft=posting.draft, revision=posting.draft.revision)
    if case.state in OPEN:
        casework.commend(by=by, case=case, text=answer)
    return posting


def decline(*, by: Actor, case: Case, reason: str) -> None:
    """Say why it is not posted: whoever reported it reads it. Conflict once it is posted."""
    by.needs(COMMEND, SCHOOL)
    found = queries.commendation(case)
    _not_oneself(by, case, found.person if found else None)
    if found and found.posting.versions:
        raise Conflict(lazy("It is posted already; please correct the posting."))
    casework.answer(by=by, case=case, text=reason, outcome=EXPLAINED)
    if found and found.posting.draft:
        postings.discard(by=by, draft=found.posting.draft)

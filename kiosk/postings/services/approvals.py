"""The approval of drafts: what is proposed, and that a changed text is decided about anew."""

from collections.abc import Iterator
from typing import Any

from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid, NotFound
from kiosk.core.i18n import lazy
from kiosk.persons import queries as persons
from kiosk.postings import queries
from kiosk.postings.models import Posting, PostingDraft
from kiosk.postings.queries import Kind, Reading, place_of, subject
from kiosk.postings.services.readiness import ready
from kiosk.steps import queries as steps
from kiosk.steps import services as decisions
from kiosk.steps.models import OPEN, Approval
from kiosk.steps.queries import Ladder

WRITER = "writer"
"""The part of whoever wrote in a draft and did not propose it."""


def proposal(draft: PostingDraft, reading: Reading) -> dict[str, Any]:
    """What is decided about: everything that would be posted but its time and its signatures."""
    return {
        **queries.what(draft.posting),
        "version": len(draft.posting.versions) + 1,
        "reason": draft.reason,
        "fields": reading.fields,
        "rows": reading.rows,
        **({"nothing": True} if draft.is_nothing else {}),
        **({"attachments": attached} if (attached := queries.told(draft)) else {}),
    }


def as_bytes(proposed: dict[str, Any]) -> bytes:
    """A proposal as the bytes that are signed."""
    return queries.compose(**proposed).encode()


def propose(*, by: Actor, draft: PostingDraft) -> None:
    """Ask for approval of a draft as it is. Unready with everything that is wrong (`readiness`).

    What was sent back is proposed anew once it was changed; Invalid where it was not.
    """
    kind, reading = ready(draft)
    at = place_of(draft.posting)
    kind.ask(kind.drafts, by, at)
    found, new = steps.running(subject(draft.posting)), proposal(draft, reading)
    if found is None:
        ladder = _ladder(kind)
        parts = {WRITER: list(_others(draft, {by.person}))}
        decisions.begin(
            by=by, ladder=ladder, subject=subject(draft.posting), content=as_bytes(new), parts=parts, at=at
        )
    elif found.state != OPEN and new == draft.proposed:
        raise Invalid(lazy("It is still as it was when it was sent back. Please change it first."))
    else:
        _ask_anew(by, draft, found, kind, new)
    draft.proposed = new
    session.flush()


def _ladder(kind: Kind) -> Ladder:
    """The ladder of a kind. NotFound while the kind is off."""
    found = next((one for one in steps.ladders() if one.name == kind.slug), None)
    if found is None:
        raise NotFound
    return found


def keep_up(*, by: Actor, draft: PostingDraft) -> None:
    """Let an approval that waits go on with the new text: signatures about the old one are void.

    Unready where the new text could not be posted.
    """
    found = steps.running(subject(draft.posting))
    if found is not None and found.state == OPEN:
        propose(by=by, draft=draft)


def _ask_anew(by: Actor, draft: PostingDraft, found: Approval, kind: Kind, new: dict[str, Any]) -> None:
    for person in _others(draft, {*steps.people_in(found), by.person}):
        decisions.fill(by=by, approval=found, part=WRITER, person=person)
    decisions.change(
        by=by, approval=found, content=as_bytes(new), changed=_changed(draft.proposed or {}, new)
    )


def _others(draft: PostingDraft, named: set[int | None]) -> Iterator[int]:
    """Who wrote in it beside these people; each person once."""
    for person in draft.writers:
        if not persons.is_among(person, [one for one in named if one is not None]):
            named.add(person)
            yield person


def _changed(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """The names of the fields that differ; of the rows, that they do."""
    before, after = old.get("fields", {}), new["fields"]
    names = [name for name in after if before.get(name) != after[name]]
    others = ("rows", "nothing", "attachments", "reason")
    return names + [name for name in others if old.get(name) != new.get(name)]


def signed(draft: PostingDraft, reading: Reading, approval: Approval) -> None:
    """Conflict where the draft is not what was decided about."""
    if decisions.digest(as_bytes(proposal(draft, reading))) != approval.hash:
        raise Conflict(lazy("This is not the text that was approved. Nothing was posted."))


def withdraw(*, by: Actor, posting: Posting) -> None:
    """Take back what waits for approval, if anything does."""
    found = steps.running(subject(posting))
    if found is not None:
        decisions.withdraw(by=by, approval=found)

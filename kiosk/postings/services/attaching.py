"""What is attached to a draft: files by what they are, in an order, each with a name."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import PurePath

from kiosk.attachments.services import attach
from kiosk.core import uploads
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.documents import Document
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.postings import queries
from kiosk.postings.models import ATTACHED, PostingDraft
from kiosk.postings.queries import place_of, subject
from kiosk.postings.queries.attached import MOST
from kiosk.postings.services import approvals
from kiosk.postings.services.drafts import hold, let_fall, note_change


def attach_file(*, by: Actor, draft: PostingDraft, document: Document, file_name: str) -> bool:
    """Attach a file below what is there; False where the draft has the same file already.

    Invalid beyond MOST.
    """
    _hold(by, draft)
    digest = uploads.digest_of(document.data)
    if any(one.digest == digest for one in queries.of_draft(draft)):
        return False
    if len(draft.attachments) >= MOST:
        raise Invalid(lazy("%(n)s attachments at most."), field="files", n=MOST)
    _keep(by, draft, [*draft.attachments, _attach(by, draft, document, _name_of(file_name))])
    return True


def _name_of(file_name: str) -> str:
    """What a file is called at first: its name without folders and ending."""
    name = PurePath(file_name.replace("\\", "/").rpartition("/")[2]).stem[: ATTACHED.longest]
    with suppress(Invalid):
        return ATTACHED.read(name)
    return "附件"


def _attach(by: Actor, draft: PostingDraft, document: Document, name: str) -> int:
    of = subject(draft.posting)
    entry = record("posting.attached", of, by=by, after={"file": name})
    one = attach(by=by, subject=of, entry=entry, text=name, **document._asdict())
    return one.id


def arrange(*, by: Actor, draft: PostingDraft, wanted: Sequence[tuple[int, str]]) -> None:
    """Leave a draft these attachments of its own, in this order and under these names; the others go.

    Invalid for a name that cannot be, Conflict for an attachment that the draft does not have.
    """
    _hold(by, draft)
    there = {one.number: one for one in queries.of_draft(draft)}
    if {number for number, _name in wanted} - set(there):
        raise Conflict(lazy("Somebody else took an attachment out meanwhile. Nothing was saved."))
    numbers = []
    for number, name in wanted:
        one, name = there[number], ATTACHED.read(name)
        if name != one.name:
            document = Document(queries.data_of_attached(one), one.media_type)
            number = _attach(by, draft, document, name)
        numbers.append(number)
    if numbers != draft.attachments:
        gone = set(draft.attachments) - set(numbers)
        _keep(by, draft, numbers)
        let_fall(by, draft, gone)


def _hold(by: Actor, draft: PostingDraft) -> None:
    kind = queries.kind_of(draft.posting.kind)
    kind.ask(kind.drafts, by, place_of(draft.posting))
    hold(draft)


def _keep(by: Actor, draft: PostingDraft, numbers: list[int]) -> None:
    draft.attachments = numbers
    draft.revision += 1
    note_change(draft, by)
    session.flush()
    record("posting.attachments", subject(draft.posting), by=by, after={"attachments": numbers})
    approvals.keep_up(by=by, draft=draft)

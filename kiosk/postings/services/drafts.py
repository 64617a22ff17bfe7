"""Drafts: kept as they are typed, and never overwritten in silence."""

from collections.abc import Iterable, Mapping

from sqlalchemy.exc import InvalidRequestError

from kiosk.attachments import queries as attachments
from kiosk.attachments.services import drop
from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.i18n import Text, lazy
from kiosk.core.trace import record, waive
from kiosk.counters.models import Canteen, Counter
from kiosk.postings import queries
from kiosk.postings.models import REASON, Posting, PostingDraft
from kiosk.postings.queries import Kind, Texts, place_of, subject, what
from kiosk.postings.services import approvals

MOST_ROWS = 3_000
SAVES_A_TRACE = 20
MOST_TEXT = 20_000
"""Characters of one value of a draft."""


class Stale(Conflict):
    """Somebody else saved the draft meanwhile."""

    code = "stale"
    message = lazy("Somebody else changed this meanwhile. Nothing was saved; what you typed is still here.")


class There(Conflict):
    """The same is there already, posted or as a draft; `number` says where."""

    code = "there"
    message = lazy("This is there already. Please correct it instead.")

    def __init__(self, number: int) -> None:
        super().__init__(field="period")
        self.number = number


def start(*, by: Actor, kind: Kind, place: Canteen | Counter | None = None, period: str = "") -> PostingDraft:
    """Begin a posting of a kind: its draft, with nothing in it.

    Invalid for a place or a period that the kind does not know; There where the same is there already.
    """
    scope = "school" if place is None else "canteen" if isinstance(place, Canteen) else "counter"
    if scope not in kind.scopes:
        raise Invalid(lazy("Please choose whose it is."), field="place")
    whose: dict[str, int | None] = {"canteen_id": None, "counter_id": None}
    if place is not None:
        whose[f"{scope}_id"] = place.id
    kind.ask_period(period)
    if period and not kind.several and (same := queries.same(kind, **whose, period=period)):
        raise There(same.id)
    posting = Posting(kind=kind.slug, period=period, created_at=clock.now(), **whose)
    session.add(posting)
    session.flush()
    kind.ask(kind.drafts, by, place_of(posting))
    draft = _draft(by, posting, kind.offers(posting) if kind.offers and period else {}, [])
    record("posting.started", subject(posting), by=by, after=what(posting))
    return draft


def _draft(by: Actor, posting: Posting, fields: dict[str, str], rows: list[dict[str, str]]) -> PostingDraft:
    draft = PostingDraft(posting_id=posting.id, fields=fields, rows=rows, writers=[])
    note_change(draft, by)
    session.add(draft)
    session.flush()
    session.refresh(posting, ["draft"])
    session.refresh(draft, ["posting"])
    return draft


def note_change(draft: PostingDraft, by: Actor) -> None:
    """Note who wrote in it last, and that this person decides about it no more."""
    draft.writers = sorted({*draft.writers, *([by.person] if by.person is not None else [])})
    draft.changed_by, draft.changed_name, draft.changed_at = str(by), by.name or str(by), clock.now()


def begun_twice(
    *,
    by: Actor,
    kind: Kind,
    place: Canteen | Counter | None,
    period: str,
    fields: Mapping[str, str],
    rows: list[dict[str, str]],
    nothing: bool = False,
) -> Posting | None:
    """The posting that the actor began just now with the same words: a second click begins no other."""
    canteen_id, counter_id = queries.key_of(place)
    known = {one.name: fields.get(one.name, "") for one in kind.inputs}
    said = known, _kept(kind, rows), nothing
    for found in queries.begun(by, kind, period, canteen_id=canteen_id, counter_id=counter_id):
        if found.draft and (found.draft.fields, found.draft.rows, found.draft.is_nothing) == said:
            return found
        if not found.draft and _says(found, kind, *said):
            return found
    return None


def _says(posting: Posting, kind: Kind, fields: Texts, rows: list[Texts], nothing: bool) -> bool:
    """Whether what is posted says what these texts say."""
    version = queries.version(posting.versions[0])
    then, now = (queries.read(kind, *texts) for texts in (queries.texts_of(version), (fields, rows)))
    return (then.fields, then.rows, version.is_nothing) == (now.fields, now.rows, nothing)


def start_correction(*, by: Actor, posting: Posting) -> PostingDraft:
    """Begin a correction with what is in force; one that is there already continues.

    Conflict for what is withdrawn, or was never posted.
    """
    kind = queries.kind_of(posting.kind)
    kind.ask(kind.drafts, by, place_of(posting))
    if posting.draft:
        return posting.draft
    if posting.withdrawal or not posting.versions:
        raise Conflict(lazy("Only what is posted can be corrected."))
    version = queries.version(posting.versions[0])
    fields, rows = queries.texts_of(version)
    draft = _draft(by, posting, fields, rows)
    draft.attachments = [one.number for one in version.attachments if one.name]
    record("posting.correction_started", subject(posting), by=by, after={"version": version.row.version + 1})
    return draft


def hold(draft: PostingDraft) -> None:
    """Read it anew, and let nobody else change it before this transaction ends. Stale if it is gone."""
    try:
        session.refresh(draft, with_for_update={"of": PostingDraft})
    except InvalidRequestError:
        raise Stale(
            lazy("Somebody else posted or discarded this draft meanwhile. Nothing was saved.")
        ) from None


def save_draft(
    *,
    by: Actor,
    draft: PostingDraft,
    revision: int | None,
    fields: Mapping[str, str],
    rows: list[dict[str, str]] | None = None,
    reason: str = "",
    nothing: bool = False,
    by_itself: bool = False,
) -> PostingDraft:
    """Keep what was typed, good or not. Stale where it was saved since it had this revision.

    What a grid saves `by_itself` leaves a trace now and then; saving by hand and posting always do.
    With `nothing` it says that there is nothing to post for its period: Invalid for a kind that asks for no
    period, or beside rows.

    Where it waits for approval, the new text waits in the place of the old one (`approvals.keep_up`).
    """
    kind = queries.kind_of(draft.posting.kind)
    kind.ask(kind.drafts, by, place_of(draft.posting))
    hold(draft)
    if revision != draft.revision:
        raise Stale
    new = {one.name: _bounded(fields.get(one.name, ""), one.name) for one in kind.inputs}
    lines = _kept(kind, rows or [])
    if len(lines) > MOST_ROWS:
        raise Invalid(lazy("%(n)s rows at most."), n=MOST_ROWS)
    if nothing and (lines or not kind.may_be_nothing):
        raise Invalid(lazy("There are rows already. Delete them first if there is nothing to post."))
    said = (new, lines, REASON.read(reason), nothing)
    if said == (draft.fields, draft.rows, draft.reason, draft.is_nothing):
        return draft
    draft.fields, draft.rows, draft.reason, draft.is_nothing = said
    draft.revision += 1
    note_change(draft, by)
    session.flush()
    if by_itself and draft.revision % SAVES_A_TRACE:
        waive()
    else:
        record("posting.drafted", subject(draft.posting), by=by, after={"revision": draft.revision})
    approvals.keep_up(by=by, draft=draft)
    return draft


def _kept(kind: Kind, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    if kind.typed and kind.typed.kept:
        return kind.typed.kept(rows)
    return [_line(kind, row) for row in rows if any(text.strip() for text in row.values())]


def _line(kind: Kind, row: Mapping[str, str]) -> dict[str, str]:
    return {one.name: _bounded(row.get(one.name, ""), one.name) for one in kind.columns}


def _bounded(text: Text, name: str) -> str:
    if len(str(text)) > MOST_TEXT:
        raise Invalid(lazy("%(n)s characters at most."), field=name, n=MOST_TEXT)
    return str(text)


def discard(*, by: Actor, draft: PostingDraft) -> None:
    """Throw a draft away, and its approval if one runs.

    Of what was never posted the number stays, so that what the record says of it is said of nothing else.
    """
    posting = draft.posting
    kind = queries.kind_of(posting.kind)
    kind.ask(kind.drafts, by, place_of(posting))
    approvals.withdraw(by=by, posting=posting)
    record("posting.discarded", subject(posting), by=by, before=what(posting))
    let_fall(by, draft, draft.attachments)
    session.delete(draft)
    session.flush()
    session.refresh(posting, ["draft"])


def let_fall(by: Actor, draft: PostingDraft, numbers: Iterable[int]) -> None:
    """Let go of those attachments of a draft that no posted version has."""
    posted = {one.number for row in draft.posting.versions for one in queries.version(row).attachments}
    found = attachments.named(set(numbers) - posted)
    drop(by=by, attachments=[one.row for one in found.values()])

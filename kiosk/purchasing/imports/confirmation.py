"""Ending an import: sheets are made of it, all or none, or it is let go."""

from collections.abc import Iterator

from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.postings.models import Posting
from kiosk.postings.services import start_correction
from kiosk.purchasing import services
from kiosk.purchasing.imports.history import revision_of
from kiosk.purchasing.imports.judgement import review_of
from kiosk.purchasing.imports.mending import hold, still_open
from kiosk.purchasing.imports.review import Review, ReviewSheet
from kiosk.purchasing.models import PurchaseImport


class NotReady(Invalid):
    """An import that cannot be confirmed as it stands."""

    code = "not-ready"
    question = ""
    """What is asked, where an answer would make it ready."""


class ChangedMeanwhile(Conflict):
    """Somebody else changed an import that was to be ended."""

    code = "changed-meanwhile"
    message = lazy("Somebody else changed this import meanwhile. Please look at it again before you go on.")


def confirm(
    *,
    by: Actor,
    waiting: PurchaseImport,
    post: bool,
    leave_out: bool = False,
    revision: int | None = None,
) -> list[Posting]:
    """Make sheets of a waiting import, all or none; confirming it again does nothing.

    With `post` they are posted at once, else they become drafts, which are asked about when they are posted.
    NotReady while something is to be mended or answered, unless `leave_out` says that lines which cannot be
    read stay outside; ChangedMeanwhile when it is no longer at the `revision` that somebody saw.
    """
    hold(waiting)
    if waiting.confirmed_at is not None:
        return []
    still_open(waiting)
    _unchanged(waiting, revision)
    review = review_of(waiting)
    for fault in _faults(review, post=post, leave_out=leave_out):
        raise fault
    postings = [_make(sheet, by=by, post=post) for sheet in review.chosen if sheet.ready]
    made = [posting.id for posting in postings]
    counts = {
        "left_out": sum(
            not (line.is_brought or line.is_passed) for sheet in review.chosen for line in sheet.lines
        ),
        "passed_over": len(review.skipped),
    }
    after = {"sheets": made, **counts, "archive": bool(waiting.preview.get("archive"))}
    waiting.confirmed_at, waiting.content = clock.now(), None
    waiting.preview = {"made": made, **counts, "by": str(by)}
    record("import.confirmed", f"import:{waiting.id}", by=by, after=after)
    return postings


def discard(*, by: Actor, waiting: PurchaseImport, revision: int | None = None) -> None:
    """Let a waiting import go. Conflict when it was confirmed meanwhile: its sheets are there.

    ChangedMeanwhile when it is no longer at the `revision` that somebody saw.
    """
    hold(waiting)
    still_open(waiting)
    _unchanged(waiting, revision)
    record("import.discarded", f"import:{waiting.id}", by=by, before={"file": waiting.file_name})
    session.delete(waiting)


def _unchanged(waiting: PurchaseImport, revision: int | None) -> None:
    """ChangedMeanwhile when it is not what somebody saw."""
    if revision is not None and revision != revision_of(waiting):
        raise ChangedMeanwhile


def _faults(review: Review, *, post: bool, leave_out: bool) -> Iterator[NotReady]:
    """What stands against it, the first thing first."""
    if review.sheets and not review.chosen:
        yield NotReady(
            lazy(
                "All of this is already there; nothing was imported. If you want it a second "
                "time, choose so below."
            )
        )
    if review.columns_asked:
        yield NotReady(
            lazy("The columns were guessed. Please check them first and confirm that they are right.")
        )
    if review.questions:
        yield NotReady(lazy("Please answer the question above the lines first."))
    if any(sheet.errors for sheet in review.chosen):
        yield NotReady(lazy("Please fix the marked places first."))
    if review.to_mend and not leave_out:
        text = lazy("%(n)s lines still have to be fixed. Fix them, or choose to leave them out.")
        yield NotReady(text, n=review.to_mend)
    if not review.ready:
        yield NotReady(lazy("There is nothing to import."))
    if post:
        yield from _faults_of_posting(review)


def _faults_of_posting(review: Review) -> Iterator[NotReady]:
    if any(sheet.people_errors() for sheet in review.chosen):
        yield NotReady(lazy("Not posted yet: a sheet needs four different people. Please name them."))
    if review.asked:
        text = lazy("Not posted yet: %(n)s questions are open. Tick what is right, fix what is not.")
        yield NotReady(text, n=review.asked)


def _make(sheet: ReviewSheet, *, by: Actor, post: bool) -> Posting:
    assert sheet.day is not None
    assert sheet.canteen is not None
    if sheet.choice == "correct" and sheet.existing is not None:
        draft = start_correction(by=by, posting=sheet.existing.posting)
    else:
        draft = services.start_sheet(by=by, canteen=sheet.canteen, day=sheet.day, number=sheet.number)
    rows = [line.texts for line in sheet.lines if line.is_brought]
    services.save_draft(by=by, draft=draft, rows=rows, people=sheet.names, reason=sheet.reason)
    posting = draft.posting
    if post:
        services.post_sheet(by=by, draft=draft, require_people=not sheet.is_old)
    return posting

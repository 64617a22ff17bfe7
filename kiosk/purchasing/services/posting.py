"""Posting sheets: with their lines, or that nothing was bought."""

from datetime import date

from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict
from kiosk.core.i18n import lazy
from kiosk.counters.models import Canteen
from kiosk.postings import services as postings
from kiosk.postings.models import PostingDraft, PostingVersion
from kiosk.purchasing import queries
from kiosk.purchasing.checks import PEOPLE, check_lines
from kiosk.purchasing.services.drafts import save_draft, start_sheet
from kiosk.purchasing.services.typed import OLD_PAPER


def post_sheet(*, by: Actor, draft: PostingDraft, require_people: bool = True) -> PostingVersion:
    """Post a draft as it is: from now on it never changes. Unready with all errors by place.

    Without `require_people` it is an old paper, which may name fewer than four.
    """
    if not require_people:
        draft.fields = {**draft.fields, OLD_PAPER: "1"}
        session.flush()
    return postings.post(by=by, draft=draft, revision=draft.revision)


def mark_nothing_bought(*, by: Actor, canteen: Canteen, day: date) -> PostingVersion:
    """Post that a canteen bought nothing that day; an empty draft of the day is used for it.

    Conflict when something is posted for the day already, or when a draft has lines.
    """
    if queries.posted(day, canteen.id):
        text = lazy("There is already a posting for this day. Please correct that sheet instead.")
        raise Conflict(text, field="day")
    drafts = queries.new_drafts(day, day, canteen.id)
    draft = drafts[0] if drafts else start_sheet(by=by, canteen=canteen, day=day)
    return post_nothing(by=by, draft=draft)


def post_nothing(*, by: Actor, draft: PostingDraft) -> PostingVersion:
    """Post a draft as "nothing bought"; Conflict when a new one has lines, Unready for want of a reason."""
    if not draft.posting.versions and check_lines(draft.rows).lines:
        text = lazy("There is a draft with lines for this day. Post it, or discard it if nothing was bought.")
        raise Conflict(text, field="day")
    people = {part: draft.fields.get(part, "") for part in PEOPLE}
    save_draft(by=by, draft=draft, rows=[], people=people, nothing=True)
    return postings.post(by=by, draft=draft, revision=draft.revision)

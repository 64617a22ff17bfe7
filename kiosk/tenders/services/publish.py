"""Steps of a tender go up as postings, with version, poster and question box."""

from collections.abc import Mapping, Sequence

from kiosk.core.actor import Actor
from kiosk.postings import queries as postings
from kiosk.postings import services as posting
from kiosk.tenders.models import Tender

TENDER, PROTOCOL, AWARD = "tender", "tender-opening", "award"
"""The kinds of posting."""
Texts = Mapping[str, str]


def put_up(
    *, by: Actor, kind: str, fields: Texts, rows: Sequence[Texts], number: int | None = None, reason: str = ""
) -> int:
    """Post a step, or with the `number` of its posting a correction with a reason; the posting's number.

    Whoever takes the step is named; that the step may be taken was asked before.
    """
    house = Actor(by.account, by.person, by.name)
    if number is None:
        draft = posting.start(by=house, kind=postings.kind_of(kind))
    else:
        draft = posting.start_correction(by=house, posting=postings.posting(number))
    lines = [dict(row) for row in rows]
    posting.save_draft(
        by=house, draft=draft, revision=draft.revision, fields=fields, rows=lines, reason=reason
    )
    posting.post(by=house, draft=draft, revision=draft.revision)
    return draft.posting_id


def take_down(*, by: Actor, found: Tender, reason: str) -> None:
    """Withdraw the notice of a tender, with the reason."""
    if found.posting_id is not None:
        house = Actor(by.account, by.person, by.name)
        posting.withdraw(by=house, posting=postings.posting(found.posting_id), reason=reason)

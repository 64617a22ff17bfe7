"""What the last posting of a kind said that is mostly said again."""

from sqlalchemy import select

from kiosk.core.db import session
from kiosk.counters.models import Canteen, Counter
from kiosk.postings.models import Posting, PostingVersion, PostingWithdrawal
from kiosk.postings.queries.contents import texts_of, version
from kiosk.postings.queries.duties import key_of
from kiosk.postings.queries.kinds import Kind
from kiosk.postings.queries.typed import Texts

LOOKED_AT = 6
"""So many postings are looked at: the last ones may have said that there was nothing to post."""


def last_rows(kind: Kind, place: Canteen | Counter | None) -> list[Texts]:
    """The rows of a place's last posting that has some, as they would be typed: what recurs of each."""
    canteen_id, counter_id = key_of(place)
    query = (
        select(Posting)
        .where(
            Posting.kind == kind.slug,
            Posting.canteen_id == canteen_id,
            Posting.counter_id == counter_id,
            select(PostingVersion).where(PostingVersion.posting_id == Posting.id).exists(),
            ~select(PostingWithdrawal).where(PostingWithdrawal.posting_id == Posting.id).exists(),
        )
        .order_by(Posting.period.desc(), Posting.id.desc())
        .limit(LOOKED_AT)
    )
    for one in session.scalars(query) if kind.recurring else ():
        if rows := texts_of(version(one.versions[0]))[1]:
            return [{name: row.get(name, "") for name in kind.recurring} for row in rows]
    return []

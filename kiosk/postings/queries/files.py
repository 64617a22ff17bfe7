"""Files that were read for postings: what waits, where it goes, and whether it came before."""

from sqlalchemy import select

from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.postings.models import Posting, PostingImport
from kiosk.postings.queries.kinds import kind_of
from kiosk.postings.queries.posted import same


def waiting_file(number: int) -> PostingImport:
    """The file that was read under this number, or NotFound."""
    found = session.get(PostingImport, number)
    if found is None:
        raise NotFound
    return found


def goal(waiting: PostingImport) -> Posting | None:
    """The posting of the same kind, place and period that is there already; None: a new one begins."""
    if not waiting.period:
        return None
    return same(
        kind_of(waiting.kind),
        canteen_id=waiting.canteen_id,
        counter_id=waiting.counter_id,
        period=waiting.period,
    )


def brought_before(waiting: PostingImport) -> PostingImport | None:
    """The same file, where it was brought in for the same kind before; the last time."""
    query = (
        select(PostingImport)
        .where(PostingImport.digest == waiting.digest, PostingImport.kind == waiting.kind)
        .where(PostingImport.confirmed_at.is_not(None), PostingImport.id != waiting.id)
        .order_by(PostingImport.confirmed_at.desc())
    )
    return session.scalars(query.limit(1)).first()

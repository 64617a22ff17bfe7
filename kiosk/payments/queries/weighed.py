"""Of posted lines, those that came by a chain of purchase, and how much of each two receivers accepted."""

from collections.abc import Iterable

from sqlalchemy import select

from kiosk.core.db import session
from kiosk.payments.models import PaymentLine
from kiosk.postings.models import PostingVersion
from kiosk.purchasing.models import Line, Sheet
from kiosk.supply import queries as supply


def thing_of(line: Line) -> supply.Thing:
    """By what a posted line is known as one of a purchase."""
    return line.item, line.specification, line.unit, line.supplier


def weighed(posting_ids: Iterable[int]) -> dict[tuple[int, int], int]:
    """How much of a line in force was accepted at most, in thousandths, by sheet and row.

    Lines of the same thing share what was accepted of it, the first before the others. What nobody weighed,
    typed by hand or taken in as it was bought, is left out.
    """
    left = supply.things(posting_ids)
    query = select(Sheet.id, Line).join(Line, Line.version_id == Sheet.version_id)
    found = {}
    for number, line in session.execute(query.where(Sheet.id.in_(left)).order_by(Sheet.id, Line.position)):
        rest = left[number].get(thing_of(line))
        if rest is not None:
            counts = min(rest, line.quantity)
            left[number][thing_of(line)] = rest - counts
            found[number, line.position + 1] = counts
    return found


def of_chain(lines: Iterable[PaymentLine]) -> list[PaymentLine]:
    """Those lines of payments that came by a chain of purchase: their money was committed with it."""
    known = list(lines)
    came = supply.things({one.posting_id for one in known})
    if not came:
        return []
    query = select(PostingVersion.posting_id, PostingVersion.version, Line).join(
        Line, Line.version_id == PostingVersion.id
    )
    posted = {
        (number, version, line.position + 1): thing_of(line)
        for number, version, line in session.execute(query.where(PostingVersion.posting_id.in_(came)))
    }
    return [
        one
        for one in known
        if posted.get((one.posting_id, one.sheet_version, one.row)) in came.get(one.posting_id, {})
    ]

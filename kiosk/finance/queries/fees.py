"""The fees of a term: what is posted, what was collected, and what may not be charged."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.finance.models import AgencyItem, FeeCollection, FeeItem, FeeName
from kiosk.finance.names import FEES, plain
from kiosk.finance.queries.terms import period_of, term_before
from kiosk.postings.models import Posting
from kiosk.postings.queries import kind_of
from kiosk.school.models import Term


@dataclass(frozen=True)
class Fee:
    """A posted fee with what was collected of it, in fen, for so many units."""

    item: FeeItem
    times: int
    collected: int

    @property
    def is_above(self) -> bool:
        """Whether more was collected than the list in force allows: it was corrected afterwards."""
        standard = self.item.standard
        return standard is not None and self.collected > standard * self.times


@dataclass(frozen=True)
class Fees:
    """The fees of a term."""

    term: Term
    posting_id: int | None
    fees: list[Fee]
    gone: list[tuple[str, int]]
    """What was collected and stands in no list any more: name, and how much in fen."""
    missing: list[str]
    due: datetime | None
    """By when the list is due; None where nothing is owed for this term."""

    @property
    def collected(self) -> int:
        """Everything that was collected, in fen."""
        return sum(one.collected for one in self.fees) + sum(amount for _name, amount in self.gone)


def fees_of(term: Term) -> Fees:
    """What is posted and collected in a term, and what may not be charged."""
    items, sums = _items(term), collected_of(term)
    keys = {one.key for one in items}
    owed = kind_of(FEES).owed_for(period_of(term))
    return Fees(
        term,
        items[0].posting_id if items else None,
        [Fee(one, *sums.get(one.key, ("", 0, 0))[1:]) for one in items],
        [(name, amount) for key, (name, _times, amount) in sums.items() if key not in keys],
        _missing(term, items),
        owed.due if owed else None,
    )


def _items(term: Term) -> list[FeeItem]:
    query = select(FeeItem).where(FeeItem.period == period_of(term))
    return list(session.scalars(query.order_by(FeeItem.posting_id, FeeItem.position)))


def collected_of(term: Term) -> dict[str, tuple[str, int, int]]:
    """By key: name, units and fen of what was collected and not taken back."""
    numbers = select(Posting.id).where(Posting.kind == FEES, Posting.period == period_of(term))
    query = (
        select(
            FeeCollection.key,
            func.min(FeeCollection.name),
            func.sum(FeeCollection.times),
            func.sum(FeeCollection.amount),
        )
        .where(FeeCollection.posting_id.in_(numbers), FeeCollection.taken_back_at.is_(None))
        .group_by(FeeCollection.key)
        .order_by(FeeCollection.key)
    )
    return {key: (name, int(times), int(amount)) for key, name, times, amount in session.execute(query)}


def names_of(term: Term) -> dict[str, str]:
    """The fees that there should be in a term, by their plain names.

    They are those of the lists of the term before, of agency fees then and now, and what the school said.
    """
    before, now = term_before(term), period_of(term)
    then = period_of(before) if before else ""
    found: dict[str, str] = {}
    for table, periods in ((FeeItem, (then,)), (AgencyItem, (then, now))):
        query = select(table.name).where(table.period.in_(periods)).order_by(table.id)
        found.update((plain(name), name) for name in session.scalars(query))
    for one in said_of(term):
        if one.is_charged:
            found[one.key] = one.name
        else:
            found.pop(one.key, None)
    return found


def said_of(term: Term) -> list[FeeName]:
    """What the school said of the fees of a term."""
    query = select(FeeName).where(FeeName.period == period_of(term)).order_by(FeeName.id)
    return list(session.scalars(query))


def missing(term: Term) -> list[str]:
    """What may not be charged in a term: it should be posted, its time is over, and it is not."""
    return _missing(term, _items(term))


def _missing(term: Term, items: Iterable[FeeItem]) -> list[str]:
    posted = {plain(one.name) for one in items}
    owed = kind_of(FEES).owed_for(period_of(term))
    if not posted and (owed is None or clock.now() <= owed.due):
        return []
    return [name for key, name in names_of(term).items() if key not in posted]


def collections(term: Term) -> list[FeeCollection]:
    """Every mark of a term, the last first, also those that were taken back."""
    query = (
        select(FeeCollection)
        .join(Posting, Posting.id == FeeCollection.posting_id)
        .where(Posting.kind == FEES, Posting.period == period_of(term))
        .order_by(FeeCollection.id.desc())
    )
    return list(session.scalars(query))


def last_mark() -> int:
    """The number of the mark that was made last; 0 without any."""
    return session.scalar(select(func.max(FeeCollection.id))) or 0


def collection(number: int) -> FeeCollection:
    """The mark with this number, or NotFound."""
    found = session.get(FeeCollection, number)
    if found is None:
        raise NotFound
    return found

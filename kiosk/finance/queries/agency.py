"""The agency fees of a term: what came in, was spent and refunded, and which items are closed."""

from dataclasses import dataclass

from sqlalchemy import select

from kiosk.core.db import session
from kiosk.finance.models import AgencyClosing, AgencyItem
from kiosk.finance.queries.fees import collected_of
from kiosk.finance.queries.terms import period_of
from kiosk.school.models import Term


@dataclass(frozen=True)
class Closed:
    """An item with its balance in fen, and how it was closed; None: it is open."""

    item: AgencyItem
    closing: AgencyClosing | None
    reopened: int | None
    """The last version that opened it again; None: none did."""
    collected: int | None = None
    """What is marked collected of the fee of this name, in fen; None: nothing is."""

    @property
    def balance(self) -> int:
        """What is left; below zero what the school carries."""
        return self.item.received - self.item.spent - self.item.refunded

    @property
    def apart(self) -> int:
        """How far what is marked collected is from what came in by the account; 0 also where nothing is."""
        return 0 if self.collected is None else self.collected - self.item.received


@dataclass(frozen=True)
class Agency:
    """The agency fees of a term."""

    term: Term
    posting_id: int | None
    rows: list[Closed]

    @property
    def open_items(self) -> list[Closed]:
        """What is not closed."""
        return [one for one in self.rows if one.closing is None]

    @property
    def is_closed(self) -> bool:
        """Whether the term is closed: every item is."""
        return bool(self.rows) and not self.open_items

    @property
    def carried(self) -> int:
        """What the school carries in all, in fen."""
        return sum(one.closing.carried for one in self.rows if one.closing)


def agency_of(term: Term) -> Agency:
    """The agency fees of a term, in the order in which they are posted."""
    query = select(AgencyItem).where(AgencyItem.period == period_of(term))
    items = list(session.scalars(query.order_by(AgencyItem.posting_id, AgencyItem.position)))
    closed: dict[tuple[int, str], AgencyClosing] = {}
    reopened: dict[tuple[int, str], int] = {}
    numbers = {one.posting_id for one in items}
    closings = select(AgencyClosing).where(AgencyClosing.posting_id.in_(numbers)).order_by(AgencyClosing.id)
    for one in session.scalars(closings):
        if one.reopened_version is None:
            closed[one.posting_id, one.key] = one
        else:
            reopened[one.posting_id, one.key] = one.reopened_version
    marked = {key: amount for key, (_name, _times, amount) in collected_of(term).items()}
    found = [(one, (one.posting_id, one.key)) for one in items]
    return Agency(
        term,
        items[0].posting_id if items else None,
        [Closed(one, closed.get(key), reopened.get(key), marked.get(one.key)) for one, key in found],
    )


def unclosed() -> list[tuple[str, int]]:
    """The terms whose posted agency fees are not all closed, by their codes, with how many are open."""
    closed = select(AgencyClosing).where(
        AgencyClosing.posting_id == AgencyItem.posting_id,
        AgencyClosing.key == AgencyItem.key,
        AgencyClosing.reopened_version.is_(None),
    )
    query = select(AgencyItem.period).where(~closed.exists()).order_by(AgencyItem.id)
    found: dict[str, int] = {}
    for period in session.scalars(query):
        found[period] = found.get(period, 0) + 1
    return list(found.items())

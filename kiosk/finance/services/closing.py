"""Closing agency fees: an item closes when nothing is left of it; a shortfall is the school's."""

from sqlalchemy import select

from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict
from kiosk.core.formats import fen_to_text
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.finance.models import AgencyClosing, AgencyItem
from kiosk.finance.names import key_of
from kiosk.finance.permissions import CLOSE_AGENCY_FEES
from kiosk.finance.services.typed import FIGURES, hold
from kiosk.postings import queries as postings


class ToRefund(Conflict):
    """Something is left of an item."""

    code = "to-refund"
    message = lazy("%(item)s: %(amount)s must be refunded first. It closes when nothing is left.")


class NotThere(Conflict):
    """An item that is not posted, or was taken out."""

    code = "agency-not-posted"
    message = lazy("“%(item)s” is not posted for this term. Nothing was saved.")


def close(*, by: Actor, posting_id: int, item: str, whom: str = "") -> AgencyClosing:
    """Close an item of a posted account. Closed twice, or by two people at once, is the same.

    ToRefund while something is left; NotThere for what is not posted.
    """
    by.needs(CLOSE_AGENCY_FEES, SCHOOL)
    hold(posting_id)
    query = select(AgencyItem).where(
        AgencyItem.posting_id == posting_id, AgencyItem.key == key_of(item, whom)
    )
    found = session.scalars(query.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotThere(item=item)
    balance = found.received - found.spent - found.refunded
    if balance > 0:
        raise ToRefund(item=found.name, amount=fen_to_text(balance))
    query_closed = select(AgencyClosing).where(
        AgencyClosing.posting_id == posting_id,
        AgencyClosing.key == found.key,
        AgencyClosing.reopened_version.is_(None),
    )
    return session.scalars(query_closed).first() or _keep(by, found, max(0, -balance))


def _keep(by: Actor, found: AgencyItem, carried: int) -> AgencyClosing:
    figures = {name: getattr(found, name) for name in FIGURES}
    version = postings.posted(found.posting_id).in_force.row.version
    after = {"item": found.name, "whom": found.whom, "version": version, **figures, "carried": carried}
    row = AgencyClosing(
        posting_id=found.posting_id,
        key=found.key,
        name=found.name,
        whom=found.whom,
        version=version,
        **figures,
        closed_by=str(by),
        closed_name=by.name or str(by),
        closed_at=clock.now(),
        chain_seq=record("agency.closed", f"posting:{found.posting_id}", by=by, after=after),
    )
    session.add(row)
    session.flush()
    return row

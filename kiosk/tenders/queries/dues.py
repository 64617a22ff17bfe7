"""Rents that are still to come in."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from kiosk.core.db import session
from kiosk.tenders.models import TenderContract, TenderRent


def open_rents(last: date) -> Sequence[tuple[TenderRent, TenderContract]]:
    """The rents due until a day that have not come in, with their contracts; the first first."""
    query: Any = (
        select(TenderRent, TenderContract)
        .join(TenderContract, TenderContract.id == TenderRent.contract_id)
        .where(TenderRent.received_on.is_(None), TenderRent.due <= last)
        .order_by(TenderRent.due, TenderRent.id)
    )
    return [(rent, contract) for rent, contract in session.execute(query)]

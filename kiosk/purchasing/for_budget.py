"""What the budget is told of sheets: who bought, kept and took in what was posted."""

from datetime import date

from sqlalchemy import select

from kiosk.budgets.queries import CHAIN
from kiosk.core.db import session
from kiosk.purchasing.models import Sheet, SheetPerson


def people(first: date, last: date) -> set[int]:
    """The persons on the sheets of these days, by number."""
    query = (
        select(SheetPerson.person_id)
        .join(Sheet, Sheet.version_id == SheetPerson.version_id)
        .where(Sheet.day.between(first, last), SheetPerson.person_id.is_not(None))
    )
    return set(session.scalars(query.distinct()))


MEASURES = {f"{CHAIN}:purchasing": people}

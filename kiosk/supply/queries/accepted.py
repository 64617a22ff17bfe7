"""What stands behind a posted sheet: who filled which place of its chain, and what was accepted for it."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import and_, select

from kiosk.core.db import session
from kiosk.core.formats import amount_of
from kiosk.core.room import is_on
from kiosk.purchasing import queries as purchasing
from kiosk.supply.models import CAME, AcceptanceLine, Purchase, PurchaseLine, SupplySheet
from kiosk.supply.queries.gates import GATES
from kiosk.supply.queries.places import places_of
from kiosk.supply.queries.plans import in_force, quantities
from kiosk.supply.queries.purchases import sheets_of
from kiosk.supply.queries.stations import BOUGHT, DECIDED, PLANNED, WEIGHED


class AcceptedLine(NamedTuple):
    """A line as it was accepted: quantity in thousandths, price in 0.0001 yuan, amount in fen."""

    purchase: int
    item: str
    specification: str
    unit: str
    supplier: str
    quantity: int
    unit_price: int

    @property
    def amount(self) -> int:
        """What is owed for it at most."""
        return amount_of(self.quantity, self.unit_price)


def _purchases(posting_id: int) -> list[Purchase]:
    return [one.purchase for one in sheets_of([posting_id]).get(posting_id, [])]


def people_of(posting_id: int) -> dict[str, set[int]]:
    """The numbers of the persons in each place of the chain behind a posted sheet; empty for one by hand.

    The places are `plan`, `approval`, `purchase` and `receiver`.
    """
    found: dict[str, set[int]] = {}
    for purchase in _purchases(posting_id):
        for place, numbers in places_of(purchase).items():
            found.setdefault(place, set()).update(numbers)
    return found


def accepted(posting_id: int) -> list[AcceptedLine]:
    """What two receivers accepted for a sheet, line by line; empty where nobody did."""
    return [line for purchase in _purchases(posting_id) if in_force(purchase) for line in _lines(purchase)]


def _lines(purchase: Purchase) -> Iterable[AcceptedLine]:
    for line, quantity in zip(purchase.lines, quantities(purchase), strict=True):
        if quantity:
            told = (line.item, line.specification, line.unit, purchase.supplier)
            yield AcceptedLine(purchase.id, *told, quantity, line.unit_price)


Thing = tuple[str, str, str, str]
"""Item, specification, unit and supplier: by what a posted line is known as one of a purchase."""


def things(posting_ids: Iterable[int]) -> dict[int, dict[Thing, int | None]]:
    """What went into these sheets by a chain, by sheet: of each thing how much was accepted, in thousandths.

    None for what went in as it was bought, where the school weighs by no receivers.
    """
    query = (
        select(SupplySheet.posting_id, PurchaseLine, Purchase.supplier, AcceptanceLine.accepted)
        .join(Purchase, Purchase.id == SupplySheet.purchase_id)
        .join(PurchaseLine, PurchaseLine.purchase_id == Purchase.id)
        .outerjoin(
            AcceptanceLine,
            and_(
                AcceptanceLine.acceptance_id == SupplySheet.acceptance_id,
                AcceptanceLine.position == PurchaseLine.position,
            ),
        )
        .where(SupplySheet.posting_id.in_(list(posting_ids)))
    )
    found: dict[int, dict[Thing, int | None]] = {}
    for number, line, supplier, came in session.execute(query):
        own = found.setdefault(number, {})
        thing = (line.item, line.specification, line.unit, supplier)
        before = own.get(thing, 0)
        own[thing] = None if came is None or before is None else before + came
    return found


class Way(NamedTuple):
    """How a posted sheet came about: the gates it went through, its purchases, and whether it says another
    thing than what was accepted."""

    gates: list[str]
    purchases: list[Purchase]
    differs: bool


def way_of(posting_id: int) -> Way | None:
    """How a sheet came about; None while the school uses no gate and it went through none."""
    purchases = _purchases(posting_id)
    if not purchases:
        return Way([], [], False) if any(map(is_on, GATES)) else None
    through = {
        PLANNED: all(one.version_id for one in purchases),
        DECIDED: all(one.version_id for one in purchases),
        BOUGHT: all(one.way != CAME for one in purchases),
        WEIGHED: all(in_force(one) for one in purchases),
    }
    return Way([name for name, passed in through.items() if passed], purchases, _differs(posting_id))


def _differs(posting_id: int) -> bool:
    """Whether the posted lines are other than the accepted ones; a draft is not compared."""
    posting, told = purchasing.sheet_posting(posting_id), accepted(posting_id)
    if not posting.versions or not told:
        return False
    posted = Counter(
        (line.item, line.specification, line.unit, line.quantity, line.unit_price)
        for line in purchasing.posted_versions(posting)[0].lines
    )
    return posted != Counter(
        (one.item, one.specification, one.unit, one.quantity, one.unit_price) for one in told
    )

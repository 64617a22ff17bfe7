"""Which batches are taken for what is asked, worked out before anything is written."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from kiosk.stock.models import StockBatch, StockItem


class Take(NamedTuple):
    """So much of a batch: quantity in thousandths of the base unit, amount in fen."""

    batch: int
    quantity: int
    amount: int


@dataclass
class Lot:
    """A batch while it is worked out what is taken: what is left of it, and what that is worth."""

    number: int
    day: date
    expires: date | None
    quantity: int
    worth: int
    posting: int | None = None

    def take(self, wanted: int) -> Take:
        """Take so much of it, or all; whoever takes the rest takes the rest of its worth."""
        quantity = min(wanted, self.quantity)
        amount = self.worth if quantity == self.quantity else round(self.worth * quantity / self.quantity)
        self.quantity -= quantity
        self.worth -= amount
        return Take(self.number, quantity, amount)

    @property
    def order(self) -> tuple[bool, date, date, int]:
        """What ends first goes first, then what came first."""
        return self.expires is None, self.expires or self.day, self.day, self.number


def lot_of(batch: StockBatch) -> Lot:
    """A batch as it stands now."""
    return Lot(batch.id, batch.day, batch.expires, batch.quantity, batch.worth, batch.posting_id)


@dataclass
class Shelf:
    """What is left of a thing."""

    item: StockItem | None = None
    lots: list[Lot] = field(default_factory=list)

    def fit(self, day: date, *, stale: bool = False) -> list[Lot]:
        """The lots that can be taken on a day, the first to be taken first: there by then, and not past their
        last day unless `stale` ones may be taken."""
        found = [one for one in self.lots if one.quantity and one.day <= day]
        return sorted(
            (one for one in found if stale or one.expires is None or one.expires >= day),
            key=lambda one: one.order,
        )

    def left(self, day: date, *, stale: bool = False) -> int:
        """How much can be taken on a day."""
        return sum(one.quantity for one in self.fit(day, stale=stale))

    def take(self, wanted: int, day: date, *, stale: bool = False) -> list[Take]:
        """Take so much, as far as it is there."""
        return take_of(self.fit(day, stale=stale), wanted)


def take_of(lots: Iterable[Lot], wanted: int) -> list[Take]:
    """Take so much of lots, one after the other, as far as it is there."""
    found: list[Take] = []
    for one in lots:
        if wanted <= 0:
            break
        if one.quantity:
            found.append(one.take(wanted))
            wanted -= found[-1].quantity
    return found

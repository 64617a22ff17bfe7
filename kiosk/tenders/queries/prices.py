"""What a contract says that something costs on a day, for what is bought on that day."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from kiosk.catalogue.queries.units import base
from kiosk.chain.models import ChainEntry
from kiosk.core.db import session
from kiosk.core.recent import Recent
from kiosk.core.room import is_on
from kiosk.tenders.models import DISCOUNT, FIXED, TenderContract, TenderContractStep, TenderPrice
from kiosk.tenders.queries.contents import WHOLE
from kiosk.tenders.switch import SWITCH

NO_REFERENCE = "no_reference"


class Bought(NamedTuple):
    """Something that is bought: what it is, in which unit, of which class, and of whom."""

    item: str
    specification: str
    unit: str
    item_class: str = ""
    supplier_id: int | None = None


class MarketRow(NamedTuple):
    """A row of the market's list of a day: the item's average price in 0.0001 yuan for a unit."""

    item: str
    unit: str
    average: int


Market = Callable[[Collection[str], date], Iterable[MarketRow]]
"""Gives the market's rows of items, by name, of exactly that day: what lies above hands it in."""


@dataclass(frozen=True)
class ContractPrice:
    """What a contract says of a line: `price` in 0.0001 yuan for the line's unit.

    It is FIXED, or follows the market (DISCOUNT, with `average` and `discount`), or NO_REFERENCE: the market
    has no row of that day in a unit that can be compared, and an older one is never taken.
    """

    contract: int
    tender: int
    party: str
    how: str
    price: int | None
    average: int | None = None
    discount: int | None = None
    is_party: bool = True
    """Whether the line was bought of the contract's party."""


class _Row(NamedTuple):
    item: str
    specification: str
    unit: str
    item_class: str
    price: int | None
    discount: int | None


class _Contract(NamedTuple):
    number: int
    tender: int
    party: str
    supplier: int | None
    first: date
    until: date
    rows: tuple[_Row, ...]


_SIGNED = select(func.max(TenderContract.chain_seq)).scalar_subquery()
_STEPPED = select(func.max(TenderContractStep.chain_seq)).scalar_subquery()
_LAST = select(ChainEntry.hash).where(ChainEntry.seq.in_((_SIGNED, _STEPPED)))
_LAST = _LAST.order_by(ChainEntry.seq.desc()).limit(1)
_contracts: Recent[list[_Contract]] = Recent(4)


def _in_force(day: date) -> list[_Contract]:
    """The contracts of goods that are in force on a day, the newest first; read again when one changed."""
    last = session.scalar(_LAST)
    found = _contracts.of(last, _read) if last else []
    return [one for one in found if one.first <= day <= one.until]


def _read() -> list[_Contract]:
    query = select(TenderContract).where(TenderContract.pricing.in_((FIXED, DISCOUNT)))
    query = query.options(selectinload(TenderContract.prices), selectinload(TenderContract.steps))
    return [
        _Contract(
            one.id,
            one.tender_id,
            one.party,
            one.supplier_id,
            one.first,
            one.until,
            tuple(_row(price) for price in one.prices),
        )
        for one in session.scalars(query.order_by(TenderContract.id.desc()))
    ]


def _row(one: TenderPrice) -> _Row:
    return _Row(one.item, one.specification, one.unit, one.item_class, one.price, one.discount)


def contract_prices(
    lines: Sequence[Bought], day: date, market: Market | None = None
) -> list[ContractPrice | None]:
    """What contracts in force on the day say of each line; None where none does. One statement, as a rule.

    A contract with whom it was bought goes before others, and an item before its class.
    """
    contracts = _in_force(day) if lines and is_on(SWITCH) else []
    if not contracts:
        return [None] * len(lines)
    matches = [_match(line, contracts) for line in lines]
    names = {
        line.item for line, found in zip(lines, matches, strict=True) if found and found[1].price is None
    }
    rows = list(market(names, day)) if market and names else []
    return [
        _priced(line, *found, rows) if found else None for line, found in zip(lines, matches, strict=True)
    ]


def contract_price(line: Bought, day: date, market: Market | None = None) -> ContractPrice | None:
    """The same of one line."""
    return contract_prices([line], day, market)[0]


def _match(line: Bought, contracts: Sequence[_Contract]) -> tuple[_Contract, _Row] | None:
    found = []
    for one in contracts:
        for row in one.rows:
            if (close := _closeness(line, row)) is not None:
                is_party = one.supplier is not None and one.supplier == line.supplier_id
                found.append(((not is_party, close), (one, row)))
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _closeness(line: Bought, row: _Row) -> int | None:
    """How closely a row says what a line is, 0 best; None where it says something else."""
    if not row.item:
        return 2 if row.item_class and row.item_class == line.item_class else None
    if row.item != line.item or base(row.unit)[0] != base(line.unit)[0]:
        return None
    if row.specification.strip() == line.specification.strip():
        return 0
    return None if row.specification else 1


def _priced(line: Bought, contract: _Contract, row: _Row, rows: Sequence[MarketRow]) -> ContractPrice:
    is_party = contract.supplier is not None and contract.supplier == line.supplier_id
    own = (contract.number, contract.tender, contract.party)
    if row.price is not None:
        price = _half_up(Fraction(row.price) * base(line.unit)[1] / base(row.unit)[1])
        return ContractPrice(*own, FIXED, price, is_party=is_party)
    average = _average(line, rows)
    if average is None:
        return ContractPrice(*own, NO_REFERENCE, None, None, row.discount, is_party)
    price = _half_up(average * (WHOLE - (row.discount or 0)) / WHOLE)
    return ContractPrice(*own, DISCOUNT, price, _half_up(average), row.discount, is_party)


def _average(line: Bought, rows: Sequence[MarketRow]) -> Fraction | None:
    """The market's average for the line's unit: of several rows (origins) their mean."""
    unit, factor = base(line.unit)
    values = [
        Fraction(row.average) * factor / base(row.unit)[1]
        for row in rows
        if row.item == line.item and base(row.unit)[0] == unit
    ]
    return sum(values, Fraction(0)) / len(values) if values else None


def _half_up(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def ending(today: date, last: date) -> list[TenderContract]:
    """The contracts that end between two days and were not ended before."""
    query = select(TenderContract).options(selectinload(TenderContract.steps))
    found = session.scalars(query.order_by(TenderContract.id))
    return [one for one in found if not one.has_ended and today <= one.until <= last]

"""What lies in store: items with their balances, batches, moves."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.school import queries as school
from kiosk.stock.models import StockBatch, StockForm, StockItem, StockMove
from kiosk.stock.settings import EXPIRY_DAYS
from kiosk.stock.units import base_of

PAGE = 50


def item(number: int) -> StockItem:
    """The thing with this number, or NotFound."""
    found = session.get(StockItem, number)
    if found is None:
        raise NotFound
    return found


def items(canteen_id: int, text: str = "", *, everything: bool = False) -> list[StockItem]:
    """What lies in a canteen's store, by name; with `everything` also what is used up."""
    query = select(StockItem).where(StockItem.canteen_id == canteen_id)
    if not everything:
        query = query.where(StockItem.balance > 0)
    if text.strip():
        query = query.where(StockItem.item.contains(text.strip(), autoescape=True))
    return list(session.scalars(query.order_by(StockItem.item, StockItem.specification, StockItem.base)))


def worth(canteen_id: int) -> int:
    """What lies in a canteen's store is worth so many fen."""
    query = select(func.coalesce(func.sum(StockItem.worth), 0)).where(StockItem.canteen_id == canteen_id)
    return int(session.scalar(query) or 0)


def fitting(canteen_id: int, name: str, specification: str, unit: str) -> list[StockItem]:
    """The things that are meant by a name, and by specification and unit where these are typed.

    What is there goes before what is used up.
    """
    query = select(StockItem).where(StockItem.canteen_id == canteen_id, StockItem.item == name)
    if specification:
        query = query.where(StockItem.specification == specification)
    if unit:
        query = query.where(StockItem.base == base_of(unit))
    found = list(session.scalars(query.order_by(StockItem.id)))
    if unit and not specification:  # a name alone is the thing without a specification, where there is one
        found = [one for one in found if not one.specification] or found
    return [one for one in found if one.balance] or found


def batches(item_ids: Collection[int], *, everything: bool = False) -> list[StockBatch]:
    """The batches of things, those first that are taken first: what ends first, then what came first."""
    query = select(StockBatch).where(StockBatch.item_id.in_(item_ids))
    if not everything:
        query = query.where(StockBatch.quantity > 0)
    return list(session.scalars(query.order_by(*order())))


def order() -> tuple[Any, ...]:
    """In which order batches are taken."""
    return StockBatch.expires.is_(None), StockBatch.expires, StockBatch.day, StockBatch.id


def batch(number: int) -> StockBatch:
    """The batch with this number, or NotFound."""
    found = session.get(StockBatch, number)
    if found is None:
        raise NotFound
    return found


def expiring(canteen_ids: Collection[int], today: date) -> list[StockBatch]:
    """What is left of batches whose last day is over or within the days of the setting."""
    until = today + timedelta(days=school.settings()[EXPIRY_DAYS])
    query = (
        select(StockBatch)
        .join(StockItem, StockItem.id == StockBatch.item_id)
        .where(StockItem.canteen_id.in_(canteen_ids), StockBatch.quantity > 0, StockBatch.expires <= until)
    )
    return list(session.scalars(query.order_by(StockBatch.expires, StockBatch.id)))


def moves(item_id: int, before: int | None = None) -> Sequence[StockMove]:
    """A thing's moves, the newest first: a page of them and one more, those before the move of a number."""
    query = select(StockMove).where(StockMove.item_id == item_id)
    query = query.where(StockMove.id < before) if before else query
    return session.scalars(query.order_by(StockMove.id.desc()).limit(PAGE + 1)).all()


def is_begun(canteen_id: int) -> bool:
    """Whether the store has any form: else it begins with its opening balance."""
    query = select(StockForm.id).where(StockForm.canteen_id == canteen_id)
    return session.scalar(query.limit(1)) is not None

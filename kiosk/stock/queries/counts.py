"""Counts of the store, and when the next one is due."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select

from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.core.room import on_since
from kiosk.school import queries as school
from kiosk.stock.models import CLOSED, StockCount
from kiosk.stock.settings import COUNT_DAYS
from kiosk.stock.switch import SWITCH

BEFORE = timedelta(days=7)
"""So long before a month's end a count is that month's."""


def count(number: int) -> StockCount:
    """The count with this number, or NotFound."""
    found = session.get(StockCount, number)
    if found is None:
        raise NotFound
    return found


def count_sent(sent: str) -> StockCount | None:
    """The count that was begun under this key."""
    return session.scalar(select(StockCount).where(StockCount.sent == sent))


def open_count(canteen_id: int) -> StockCount | None:
    """The count of a store that is not closed yet."""
    query = select(StockCount).where(StockCount.canteen_id == canteen_id, StockCount.state != CLOSED)
    return session.scalars(query.order_by(StockCount.id)).first()


def counts(canteen_ids: Collection[int]) -> list[StockCount]:
    """The last counts of stores, the newest first."""
    query = select(StockCount).where(StockCount.canteen_id.in_(canteen_ids))
    return list(session.scalars(query.order_by(StockCount.id.desc()).limit(24)))


def closed_until(canteen_id: int) -> date | None:
    """The day of a store's last closed count."""
    query = select(func.max(StockCount.day)).where(
        StockCount.canteen_id == canteen_id, StockCount.state == CLOSED
    )
    return session.scalar(query)


def count_due(canteen_id: int, today: date) -> datetime | None:
    """Until when the last month's end is to be counted; None when it is, or when nothing is due."""
    tomorrow = today + timedelta(days=1)
    end = today if tomorrow.day == 1 else today.replace(day=1) - timedelta(days=1)
    since, last = on_since(SWITCH), closed_until(canteen_id)
    if since is None or since > end or (last is not None and last > end - BEFORE):
        return None
    until = end + timedelta(days=school.settings()[COUNT_DAYS])
    return datetime.combine(until, time(23, 59, 59), school.zone())

"""The keys of the meals. Who holds none can tell no visitors apart, and each dies with its meal."""

import secrets
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update

from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session, upsert
from kiosk.core.security import encode, mac
from kiosk.presence.models import MealKey
from kiosk.presence.services.passes import Visitor


def open_meal_key(day: date, meal: str) -> MealKey:
    """The key of a meal, made where it has none: its first phone has come, or one after the closing."""
    key = session.scalar(select(MealKey).where(MealKey.day == day, MealKey.meal == meal))
    if key is None:
        key = MealKey(day=day, meal=meal, opened_at=clock.now())
        session.add(key)
    if key.key is None:
        key.key, key.closed_at = secrets.token_bytes(32), None
    session.flush()
    return key


def pseudonym(key: MealKey, visitor: Visitor, counter_id: int) -> bytes:
    """A visitor at a counter in a meal, 128 bits: another one at every counter and in every meal."""
    assert key.key is not None
    return mac(key.key, encode(visitor.tag), str(counter_id), length=16)


def destroy(key: MealKey, now: datetime) -> None:
    """Close a meal: from now on nobody can tell its visitors apart."""
    key.key, key.closed_at = None, now
    session.flush()


def destroy_keys(*, by: Actor, before: datetime) -> int:
    """Destroy the keys of meals that began before a moment and could not be closed; how many."""
    old = update(MealKey).where(MealKey.key.is_not(None), MealKey.opened_at < before)
    result: Any = session.execute(old.values(key=None, closed_at=clock.now()))
    return int(result.rowcount)


def hold_meal(day: date, meal: str, now: datetime) -> None:
    """A key for a meal that has none yet; two that come at once make one."""
    values = {"day": day, "meal": meal, "key": secrets.token_bytes(32), "opened_at": now}
    statement = upsert(MealKey).values(values)
    session.execute(statement.on_conflict_do_nothing(index_elements=["day", "meal"]))

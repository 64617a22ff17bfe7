"""What is forgotten, and when. The server forgets each day by itself; the chain says what and how much."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, select

from kiosk.core import clock, postgres
from kiosk.core.actor import Actor
from kiosk.core.config import Instance
from kiosk.core.db import session
from kiosk.core.i18n import Text, lazy
from kiosk.core.room import Retention, all_rooms
from kiosk.core.trace import record

MONTH = timedelta(days=30)
DATABASES = lazy("Databases that a restore replaced")


def due() -> dict[str, int]:
    """How many rows each rule of each room would erase now."""
    now = clock.now()
    return {rule.name: _waiting(rule, now - rule.kept) for rule in rules()}


def rules() -> list[Retention]:
    """The rules of all rooms."""
    return [rule for room in all_rooms() for rule in room.retention]


def what(name: str) -> Text:
    """What the rows of a rule are, in words."""
    for room in all_rooms():
        for rule in room.retention:
            if rule.name == name:
                return room.tables[rule.table.__tablename__].what
    return DATABASES


def _waiting(rule: Retention, before: datetime) -> int:
    return session.scalar(select(func.count()).select_from(rule.table).where(rule.old(before))) or 0


def forget(*, by: Actor) -> dict[str, int]:
    """Erase what has been kept long enough, with a trace in the chain if there was any; how many by rule."""
    now = clock.now()
    erased = {rule.name: _erase(rule, now - rule.kept, by=by) for rule in rules()}
    counts = {rule.name: erased[rule.name] for rule in rules() if erased[rule.name] and not rule.erase}
    if counts:
        record("retention.erased", "operation:retention", by=by, after=counts)
    return erased


def _erase(rule: Retention, before: datetime, *, by: Actor) -> int:
    if rule.erase:
        return rule.erase(by=by, before=before)
    statement = delete(rule.table).where(rule.old(before)).execution_options(synchronize_session=False)
    result: Any = session.execute(statement)
    return int(result.rowcount)


def old_databases(instance: Instance) -> list[Path | str]:
    """The databases that a restore replaced and kept aside, thirty days ago or longer: folders, and in
    PostgreSQL schemas."""
    databases: list[Path | str] = [*sorted((instance.folder / "replaced").glob("*"))]
    if not instance.uses_sqlite:
        databases += postgres.replaced(instance.database_url)
    return [database for database in databases if (when := _dated(database)) and when < clock.now() - MONTH]


def forget_databases(instance: Instance) -> int:
    """Remove them: they hold what the database has forgotten since. How many."""
    databases = old_databases(instance)
    for database in databases:
        if isinstance(database, Path):
            shutil.rmtree(database, ignore_errors=True)
        else:
            postgres.drop(instance.database_url, database)
    return len(databases)


def _dated(database: Path | str) -> datetime | None:
    name = (
        database.name
        if isinstance(database, Path)
        else database.removeprefix(postgres.REPLACED).replace("_", "-")
    )
    try:
        return datetime.strptime(name[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None

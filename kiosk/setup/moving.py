"""A school moves: from SQLite to PostgreSQL, and for backup and restore from PostgreSQL to a file and back.

A backup is the same whole SQLite file whichever database the school is in. So one way of carrying and one way
of verifying serve all three, and the file can be looked at, tried and restored without PostgreSQL.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from kiosk import create_app
from kiosk.chain.models import ChainEntry
from kiosk.chain.services import put_away, tell_replayed, tell_restored
from kiosk.core import clock, config, postgres, uploads
from kiosk.core.actor import KIOSK
from kiosk.core.config import Instance
from kiosk.core.db import WAIT_SECONDS, WriteLock, db, transaction
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.web import KioskApp
from kiosk.operation import backups, copying, erased, heads
from kiosk.operation.backups import Facts
from kiosk.operation.erased import Erased
from kiosk.operation.forgetting import scrub
from kiosk.ratings.services import remember_erased
from kiosk.setup.instance import check_empty, check_sound, migrate_database

FRESH = "kiosk_restoring"
"""The schema in which a backup is verified before it takes the place of ours."""


def back_up(instance: Instance, file: Path | None = None) -> tuple[Path, Facts]:
    """Copy the school at work to a verified file, whichever database it is in (see `backups.make`)."""
    if instance.uses_sqlite:
        return backups.make(instance, file)
    return backups.make(instance, file, copy=_copy_out)


def _copy_out(instance: Instance, part: Path) -> Facts:
    """Copy one moment of the school in PostgreSQL into a new SQLite file."""
    part.touch(0o600)
    there = replace(instance, database_at=f"sqlite:///{part}")
    with _opened(instance) as source, _opened(there) as target:
        migrate_database(target)
        facts = copying.copy(source, target, visitors=False)
    with closing(sqlite3.connect(part, isolation_level=None)) as copied:
        copied.execute("PRAGMA journal_mode=DELETE")  # one file, without a -wal beside it
    return facts


@contextmanager
def _opened(instance: Instance) -> Iterator[KioskApp]:
    app = create_app(instance)
    yield app
    with app.app_context():
        db.engine.dispose()


def move(instance: Instance, url: str) -> tuple[Facts, Path]:
    """Carry the school from SQLite to the empty PostgreSQL database at `url`; what it holds, and where the
    SQLite files lie now.

    config.toml names the new database only when everything arrived and passed the recount; until then nothing
    of the school is changed, and a copy that failed is removed. Raises Conflict while a server runs or where
    the database is not empty.
    """
    if not instance.uses_sqlite:
        raise Invalid(lazy("This school is already in PostgreSQL."))
    there = replace(instance, database_at=url)
    with backups.serving(instance, alone=True):
        check_empty(postgres.look(url))
        lock = WriteLock(instance.folder / "write.lock")
        lock.acquire(monotonic() + WAIT_SECONDS)
        try:
            facts = _carry(instance, there)
            config.remember_database(instance, url)
            aside = backups.put_aside(instance)
        finally:
            lock.release()
    assert aside
    return facts, aside


def _carry(origin: Instance, goal: Instance) -> Facts:
    """Copy into an empty PostgreSQL and verify; what arrived is removed again if it is not whole."""
    try:
        with _opened(origin) as source, _opened(goal) as target:
            migrate_database(target)
            facts = copying.copy(source, target, visitors=True)
            copying.verify(target, facts)
            return facts
    except BaseException:
        postgres.clear(goal.database_url)
        raise


def restore(instance: Instance, file: Path) -> tuple[Facts, str | None]:
    """Put a verified backup in the place of the school's data; what it holds, and where the replaced data is:
    a folder, or in PostgreSQL a schema. What was erased since the backup was made is erased in it, too.

    Raises Conflict while a server runs, in PostgreSQL also on another machine.
    """
    gone = erased.known(instance)
    erased.keep(instance, gone)
    uploads.copy(file.absolute().parent / uploads.FOLDER, instance.folder / uploads.FOLDER)
    if instance.uses_sqlite:
        facts, folder = backups.restore(instance, file, gone)
        replaced = str(folder) if folder else None
    else:
        folder = None
        facts, replaced = _restore_postgresql(instance, file, gone)
    check_sound(instance)
    with _opened(instance) as app:
        migrate_database(app)
        with app.app_context():
            last = max(heads.newest(folder), _newest_entry(instance, replaced))
            with transaction():
                tell_restored(by=KIOSK, first=facts.chain_entries + 1, last=last)
                _erase_again(gone)
                remember_erased(gone.ratings)
            scrub(instance, aside=folder)
    return facts, replaced


def _restore_postgresql(instance: Instance, file: Path, gone: Erased) -> tuple[Facts, str | None]:
    """Carry the backup into a schema of its own, verify it there, and let it take the place in one step."""
    url = instance.database_url
    with (
        backups.serving(instance, alone=True),
        TemporaryDirectory(prefix="restoring-", dir=instance.folder) as folder,
    ):
        if postgres.others(url):
            raise Conflict(lazy("A server on another machine uses this database. Stop it first."))
        copied = Instance(Path(folder), instance.values, f"sqlite:///{Path(folder) / 'kiosk.sqlite3'}")
        facts, _none = backups.restore(copied, file, gone)
        with _opened(copied) as app:
            migrate_database(app)
            with app.app_context(), transaction():
                _erase_again(gone)  # what is carried is recounted, and must be whole
        _carry(copied, replace(instance, database_at=postgres.beside(url, FRESH)))
        aside = f"{postgres.REPLACED}{clock.now():%Y%m%d_%H%M%S}"
        postgres.exchange(url, FRESH, aside)
    return facts, aside


def _erase_again(gone: Erased) -> None:
    """Let the restored record tell what was erased since, and have the old record put away as it was."""
    put_away(by=KIOSK, last=gone.until)
    tell_replayed(by=KIOSK)


def _newest_entry(instance: Instance, replaced: str | None) -> int:
    """The number of the newest entry of the record in a schema that was put aside."""
    if instance.uses_sqlite or replaced is None:
        return 0
    return postgres.highest(instance.database_url, replaced, ChainEntry.__tablename__, "seq")

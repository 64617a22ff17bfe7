"""Backups: made while the database is at work, verified at once, restored only when whole.

A backup is one SQLite file, also of a school in PostgreSQL (`kiosk.setup.moving` carries it there and back).
"""

import fcntl
import json
import os
import re
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from kiosk.chain.queries import ABRIDGED, GENESIS, link, read_body
from kiosk.core import clock, uploads
from kiosk.core.config import Instance
from kiosk.core.db import WriteLock, known_versions
from kiosk.core.errors import Conflict, Damaged, Invalid, StorageFull
from kiosk.core.i18n import lazy
from kiosk.core.security import new_code
from kiosk.operation.erased import Erased, clean

EVERY = timedelta(hours=1)
HOURLY = 24
"""So many of the newest are kept …"""
DAILY = 30
"""… the newest of each of so many days …"""
MONTHLY = 12
"""… and the newest of each of so many months."""
NAME = "kiosk-%Y%m%d-%H%M%S.sqlite3"
PATTERN = re.compile(r"kiosk-\d{8}-\d{6}\.sqlite3")
NOTHING_ERASED = Erased()
WAIT = 10.0
"""Seconds a restore waits for somebody who is writing."""


class Facts(NamedTuple):
    """What a database holds: compared before and after copying."""

    ratings: int
    chain_entries: int
    chain_head: str


class BadBackup(Damaged):
    """A file that is no whole backup of this school; nothing was changed."""

    code = "bad-backup"


def make(
    instance: Instance, file: Path | None = None, *, copy: Callable[[Instance, Path], Facts] | None = None
) -> tuple[Path, Facts]:
    """Copy the database at work to `file` (default: a dated name in backups/) and verify the copy.

    The file appears under its name only when it is whole and on disk. `copy` is how another database than
    SQLite is copied into it.
    """
    target = (file or instance.folder / "backups" / f"{clock.now():{NAME}}").absolute()
    if target.exists() and instance.database.exists() and target.samefile(instance.database):
        raise Invalid(lazy("A backup cannot replace the database file itself. Choose another file name."))
    part = target.with_name(f"{target.name}.{new_code()}.part" if file else f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _check_space(instance, target.parent)
        facts = copy(instance, part) if copy else _copy(instance.database, part)
        if inspect(part) != facts:
            raise BadBackup(lazy("The copy differs from the database: %(file)s"), file=str(part))
        put(part, target)
        keep_uploads(instance, target.parent)
    except OSError as error:
        message = lazy("%(file)s cannot be written: %(error)s")
        raise StorageFull(message, file=str(target), error=error.strerror or str(error)) from error
    finally:
        _remove(part)
    return target, facts


def keep_uploads(instance: Instance, folder: Path) -> int:
    """Copy the files that people brought beside a backup, those that are not there yet; how many.

    They never change, so that all backups of a folder share them.
    """
    source, target = instance.folder / uploads.FOLDER, folder / uploads.FOLDER
    return 0 if source == target else uploads.copy(source, target)


def put(part: Path, target: Path) -> None:
    """Let a whole file appear under its name, on disk before it does."""
    _sync(part)
    part.replace(target)
    _sync(target.parent)


def _check_space(instance: Instance, folder: Path) -> None:
    newest = next((path for _moment, path in dated(instance)), instance.database)
    model = instance.database if instance.uses_sqlite else newest
    needed = model.stat().st_size if model.exists() else 0
    if shutil.disk_usage(folder).free < needed * 1.1:
        raise StorageFull(lazy("There is no room for a backup in %(folder)s."), folder=str(folder))


def _copy(database: Path, part: Path) -> Facts:
    """Copy one moment of the database; writers are not held up (WAL)."""
    _remove(part)
    with closing(sqlite3.connect(f"file:{database}?mode=rw", uri=True, isolation_level=None)) as source:
        source.execute("PRAGMA query_only=1")
        source.execute("BEGIN")
        facts = _facts(source)
        part.touch(0o600)  # what pupils wrote is for the server alone
        with closing(sqlite3.connect(part, isolation_level=None)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a -wal beside it
            _forget_visitors(copy)
        source.execute("ROLLBACK")
    return facts


def _forget_visitors(copy: sqlite3.Connection) -> None:
    """A meal's key is destroyed when the meal is closed, a photo when the consent is withdrawn; a backup that
    kept them would undo that."""
    copy.execute("PRAGMA journal_mode=MEMORY")  # a journal on the disk would hold what is taken out
    copy.execute("PRAGMA secure_delete=ON")
    copy.execute("DELETE FROM rating_visitor")
    copy.execute("DELETE FROM meal_key WHERE key IS NOT NULL")
    if copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'portrait'").fetchone():
        copy.execute("UPDATE portrait SET photo = NULL, digest = ''")


def settle(instance: Instance) -> bool:
    """Empty the write-ahead log into the database: what was erased must not live on in it.

    Where somebody reads or writes just now it is left for the next time, and False.
    """
    with closing(sqlite3.connect(f"file:{instance.database}?mode=rw", uri=True, timeout=0.2)) as connection:
        busy, _pages, _moved = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def _facts(connection: sqlite3.Connection) -> Facts:
    ratings = connection.execute("SELECT count(*) FROM rating").fetchone()[0]
    head = connection.execute("SELECT seq, hash FROM chain_entry ORDER BY seq DESC LIMIT 1").fetchone()
    return Facts(ratings, *(head or (0, GENESIS)))


def inspect(file: Path) -> Facts:
    """What a database file holds; BadBackup unless it is a whole database of this product."""
    try:
        with file.open("rb") as raw:
            if raw.read(16) != b"SQLite format 3\0":
                raise BadBackup(lazy("%(file)s is not a backup."), file=str(file))
        with closing(sqlite3.connect(f"file:{file}?mode=rw", uri=True)) as connection:
            if connection.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
                raise BadBackup(lazy("%(file)s is damaged."), file=str(file))
            return _facts(connection)
    except sqlite3.DatabaseError as error:
        raise BadBackup(lazy("%(file)s is damaged or not a backup."), file=str(file)) from error
    except OSError as error:
        message = lazy("%(file)s cannot be read: %(error)s")
        raise Invalid(message, file=str(file), error=error.strerror or str(error)) from error


def _check_ours(instance: Instance, file: Path) -> None:
    """BadBackup unless it is this school's, of a version we know, and its chain has no break."""
    with closing(sqlite3.connect(f"file:{file}?mode=rw", uri=True)) as connection:
        owner = connection.execute("SELECT value FROM setting WHERE key = 'instance_id'").fetchone()
        version = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        if owner is None or owner[0].strip('"') != instance.values.get("instance_id"):
            raise BadBackup(
                lazy("This is the backup of another school. Put its config.toml back into %(folder)s first."),
                folder=str(instance.folder),
            )
        if version is None or version[0] not in known_versions():
            raise BadBackup(lazy("This backup was made by a newer version; update the product first."))
        previous = GENESIS
        for seq, body, own in connection.execute("SELECT seq, body, hash FROM chain_entry ORDER BY seq"):
            if link(previous, body) != own and read_body(body).get("format") != ABRIDGED:
                raise BadBackup(lazy("The chain of this backup is broken at entry %(seq)s."), seq=seq)
            previous = own


def restore(instance: Instance, file: Path, gone: Erased = NOTHING_ERASED) -> tuple[Facts, Path | None]:
    """Put a verified backup in the database's place; what it holds, and where the replaced one lies now.

    Works on a copy, so that what was verified is what is used, but for what is `gone`: it was erased since
    and is erased again. Conflict while a server runs.
    """
    if file.exists() and instance.database.exists() and file.samefile(instance.database):
        raise Invalid(lazy("This is the database itself, not a backup."))
    with serving(instance, alone=True):
        fresh = instance.database.with_name("kiosk.sqlite3.restoring")
        try:
            _remove(fresh)
            shutil.copyfile(file, fresh)
            facts = inspect(fresh)
            _check_ours(instance, fresh)
            clean(fresh, gone)
            _begin_epoch(fresh)
            _sync(fresh)
            return facts, _exchange(instance, fresh)
        except OSError as error:
            message = lazy("%(file)s cannot be restored: %(error)s")
            raise Invalid(message, file=str(file), error=error.strerror or str(error)) from error
        finally:
            _remove(fresh)


def _begin_epoch(file: Path) -> None:
    """A new epoch: the tablets send again what they had delivered since the backup was made."""
    with closing(sqlite3.connect(f"file:{file}?mode=rw", uri=True)) as connection, connection:
        epoch = json.dumps(secrets.token_hex(8))
        connection.execute("INSERT OR REPLACE INTO setting (key, value) VALUES ('epoch', ?)", (epoch,))


def _exchange(instance: Instance, fresh: Path) -> Path | None:
    lock = WriteLock(instance.folder / "write.lock")
    lock.acquire(monotonic() + WAIT)
    try:
        aside = put_aside(instance)
        fresh.replace(instance.database)
        _sync(instance.folder)
        return aside
    finally:
        lock.release()


def put_aside(instance: Instance) -> Path | None:
    """Move the database's files to a dated folder in replaced/; the folder, None if there were none.

    The write lock is held, and nobody serves.
    """
    files = (instance.database.with_name(f"kiosk.sqlite3{end}") for end in ("-wal", "-shm", ""))
    leftovers = [path for path in files if path.exists()]
    if not leftovers:
        return None
    aside = _new_folder(instance.folder / "replaced" / f"{clock.now():%Y%m%d-%H%M%S}")
    for path in leftovers:
        path.replace(aside / path.name)
    return aside


def _new_folder(wish: Path) -> Path:
    number, folder = 1, wish
    while folder.exists():
        number += 1
        folder = wish.with_name(f"{wish.name}-{number}")
    folder.mkdir(parents=True)
    return folder


@contextmanager
def serving(instance: Instance, *, alone: bool = False) -> Iterator[None]:
    """Hold the instance as a server does, many at once; or `alone`: Conflict while any server holds it."""
    file = os.open(instance.folder / "serving.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(
                lazy("The server is running. Stop it first.")
                if alone
                else lazy("A backup is being restored. Please wait until it is done.")
            ) from error
        yield
    finally:
        os.close(file)


def dated(instance: Instance) -> list[tuple[datetime, Path]]:
    """The backups in backups/ with a dated name, the newest first."""
    paths = [path for path in (instance.folder / "backups").glob("kiosk-*") if PATTERN.fullmatch(path.name)]
    return sorted(((_moment(path.name), path) for path in paths), reverse=True)


def is_due(instance: Instance) -> bool:
    """Whether the last hour has no backup yet."""
    now = clock.now()
    return not any(now - EVERY < moment <= now for moment, _path in dated(instance))


def prune(instance: Instance) -> list[Path]:
    """Remove old dated backups but for the newest 24, and the newest of each of 30 days and 12 months."""
    backups = dated(instance)
    spared = {path for _moment, path in backups[:HOURLY]}
    for span, number in (("%Y-%m-%d", DAILY), ("%Y-%m", MONTHLY)):
        newest: dict[str, Path] = {}
        for moment, path in backups:
            newest.setdefault(f"{moment:{span}}", path)
        spared.update(list(newest.values())[:number])
    old = [path for _moment, path in backups if path not in spared]
    for path in [*old, *_abandoned(instance)]:
        _remove(path)
    return old


def _abandoned(instance: Instance) -> list[Path]:
    """Copies whose maker was killed, an hour ago or longer."""
    parts = [path for path in (instance.folder / "backups").glob("kiosk-*.part") if PATTERN.match(path.name)]
    now = clock.now()
    return [path for path in parts if not now - EVERY < _moment(path.stem) < now + EVERY]


def _moment(name: str) -> datetime:
    return datetime.strptime(name, NAME).replace(tzinfo=UTC)


def _remove(path: Path) -> None:
    for end in ("", "-journal", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

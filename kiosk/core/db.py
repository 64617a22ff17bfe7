"""The database: base class, column types, and who may write when.

SQLite is the embedded default. Each connection runs in WAL mode with synchronous=FULL, so that what was
committed survives a power cut. A transaction that writes takes one kernel lock beside the database file and
then BEGIN IMMEDIATE; one that only reads runs with query_only on, so that a page that is merely looked at
cannot change anything. `core.postgres` does the same for PostgreSQL.
"""

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, Connection, DateTime, Engine, Integer, MetaData, TypeDecorator, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session, registry, scoped_session

from kiosk.core import postgres
from kiosk.core.config import ROOT, Instance
from kiosk.core.errors import Busy

T = TypeVar("T")

WAIT_SECONDS = 8.0
"""How long a writer waits for its turn before it is asked to come back."""

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",  # the key of a closed meal and an erased comment are gone from the file, too
    "recursive_triggers=ON",  # INSERT OR REPLACE deletes, and must not get past the triggers that refuse it
    "busy_timeout=8000",
)

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC; a naive one is refused with ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class _Whole(TypeDecorator[int]):
    """A whole number of some small unit; anything but an int is refused with TypeError."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Any) -> int | None:
        if value is not None and type(value) is not int:
            raise TypeError(f"{type(self).__name__} takes a whole number, not {type(value).__name__}")
        return value


class Fen(_Whole):
    """Money in fen (0.01 yuan)."""

    cache_ok = True


class Milli(_Whole):
    """A quantity in thousandths of its unit."""

    cache_ok = True


class UnitPrice(_Whole):
    """A price for one unit, in ten-thousandths of a yuan: real ledgers quote 0.375 yuan per 两."""

    cache_ok = True


BigKey = BigInteger().with_variant(Integer, "sqlite")
"""A primary key that counts by itself on both databases."""


class Base(DeclarativeBase):
    """The base of all tables."""

    metadata = MetaData(naming_convention=CONVENTION)
    registry = registry(metadata=metadata, type_annotation_map={datetime: UtcDateTime()})


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
session: scoped_session[Any] = db.session

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


def known_versions() -> list[str]:
    """The versions of the tables, the newest last."""
    return sorted(path.name[:4] for path in (ROOT / "kiosk/migrations/versions").glob("[0-9]*_*.py"))


class _Turn:
    """A writer's turn: until when it waits for it, and the lock once it has it."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self._lock: WriteLock | None = None

    def take(self, lock: "WriteLock") -> None:
        if self._lock is None:
            lock.acquire(self.deadline)
            self._lock = lock

    def give_back(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def left(self) -> int:
        """Milliseconds of waiting that are left, at least 1."""
        return max(1, int((self.deadline - time.monotonic()) * 1000))


_turn: ContextVar[_Turn | None] = ContextVar("kiosk_turn", default=None)
"""Set inside `transaction()`; where it is None nothing may be written."""


class WriteLock:
    """One writer at a time, over all threads and processes of this machine: a kernel flock on a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._threads = threading.Lock()
        self._file: int | None = None

    def acquire(self, deadline: float) -> None:
        """Take the lock, or raise Busy when the monotonic `deadline` passes."""
        if not self._threads.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise Busy
        try:
            self._file = self._lock_file(deadline)
        except BaseException:
            self._threads.release()
            raise

    def _lock_file(self, deadline: float) -> int:
        """An open file with the lock. Who has to wait stands in the kernel's own queue, in a thread that the
        deadline can leave behind: asking again and again is slower, and unfair to whoever asks less often."""
        file = os.open(self.path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return file
        except BlockingIOError:
            pass
        except BaseException:
            os.close(file)
            raise
        try:
            queue = _KernelQueue(file)
        except RuntimeError:  # no thread to be had
            os.close(file)
            raise Busy from None
        if not queue.wait(max(0.0, deadline - time.monotonic())):
            raise Busy
        return file

    def release(self) -> None:
        """Give the lock back; it must be held."""
        assert self._file is not None
        os.close(self._file)
        self._file = None
        self._threads.release()


class _KernelQueue:
    """A place in the kernel's queue for a file's lock, which can be left."""

    def __init__(self, file: int) -> None:
        self._file = file
        self._decision = threading.Lock()
        self._held = False
        self._left = False
        self._arrived = threading.Event()
        threading.Thread(target=self._stand, name="write lock", daemon=True).start()

    def _stand(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_EX)
        with self._decision:
            self._held = not self._left
            if self._left:
                os.close(self._file)
        self._arrived.set()

    def wait(self, seconds: float) -> bool:
        """Whether the lock came within the seconds; if not, the place is given up and the file closed."""
        self._arrived.wait(seconds)
        with self._decision:
            self._left = not self._held
            return self._held


@contextmanager
def transaction(wait: float = WAIT_SECONDS) -> Iterator[scoped_session[Any]]:
    """Everything written inside is committed together at the end, or undone if the block raises.

    The turn to write is taken at the first statement, not before. Raises Busy after `wait` seconds.
    """
    if _turn.get() is not None:
        raise RuntimeError("a transaction stands inside another")
    session.rollback()  # what was read before belongs to an older picture of the data
    turn = _Turn(time.monotonic() + wait)
    token = _turn.set(turn)
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        turn.give_back()
        _turn.reset(token)


def give_back_connection() -> None:
    """End what this request has read so far: its connection is free while something else is waited for."""
    session.rollback()


@event.listens_for(Session, "before_flush")
def _refuse_stray_writes(unit: Session, *_: object) -> None:
    if _turn.get() is None and (unit.new or unit.dirty or unit.deleted):
        raise RuntimeError("written outside a transaction")


def _waiting() -> int | None:
    turn = _turn.get()
    return None if turn is None else turn.left()


_REMEMBERED = "remembered"

DISCREET = {"hide_parameters": True}
"""What pupils wrote has no business in a log."""


def engine_options(instance: Instance) -> dict[str, Any]:
    """How the engine of this instance's database is made."""
    if not instance.uses_sqlite:
        return {**postgres.engine_options(instance.database_url), **DISCREET}
    return {"pool_size": 9, "max_overflow": 200, "pool_timeout": 5, **DISCREET}


def prepare_engine(engine: Engine, lock_file: Path) -> None:
    """Set up the connections of an engine, and what its transactions begin with."""
    event.listen(engine, "before_cursor_execute", _forget_what_changes)
    if engine.dialect.name != "sqlite":
        postgres.prepare(engine, _waiting)
        return
    lock = WriteLock(lock_file)

    @event.listens_for(engine, "connect")
    def connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        turn = _turn.get()
        if turn is None:
            connection.exec_driver_sql("PRAGMA query_only=1")
            connection.exec_driver_sql(f"PRAGMA busy_timeout={int(WAIT_SECONDS * 1000)}")
            connection.exec_driver_sql("BEGIN")
            return
        turn.take(lock)
        connection.exec_driver_sql("PRAGMA query_only=0")
        connection.exec_driver_sql(f"PRAGMA busy_timeout={turn.left()}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")


@event.listens_for(Session, "after_transaction_end")
def _ask_again(unit: Session, *_: object) -> None:
    unit.info.pop(_REMEMBERED, None)


def _forget_what_changes(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
    if _turn.get() is not None and not statement.startswith("SELECT"):
        session().info.pop(_REMEMBERED, None)


def remembered(key: Hashable, work_out: Callable[[], T]) -> T:
    """What the database answers to a question that many ask: it is asked once, until anything is written.

    Who gets an answer must not change it.
    """
    unit = session()
    if unit.new or unit.dirty or unit.deleted:
        return work_out()
    answers = unit.info.setdefault(_REMEMBERED, {})
    if key not in answers:
        answers[key] = work_out()
    answer: T = answers[key]
    return answer


def upsert(table: Any) -> Any:
    """An INSERT that can meet a row that is there already, in the words of the database used."""
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)

"""PostgreSQL, for those who outgrow one machine: its connections, and who may write when.

A transaction that writes first takes one advisory lock, so that over all machines one goes at a time, as the
chain demands; it tells every machine that it wrote when it commits. One that only reads is READ ONLY and sees
one moment of the data, as on SQLite.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import psycopg
from psycopg import IsolationLevel, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DatabaseError, DataError, OperationalError

from kiosk.core.errors import Busy, Damaged, Problem, StorageFull
from kiosk.core.i18n import lazy

CHANNEL = "kiosk_changes"
"""Every transaction that may have written notifies it when it commits."""
WRITING = 0x6B696F736B
"""The advisory lock of writers."""
LEADING = WRITING + 1
"""The advisory lock of the machine that does what is to be done once."""
REPLACED = "kiosk_replaced_"
"""How the schemas are called that a restore put aside; their time follows."""
CONNECTING = {
    "application_name": "kiosk",
    "connect_timeout": "3",
    "client_encoding": "utf8",
    "target_session_attrs": "primary",  # of several hosts, the one that takes writes
    "keepalives_idle": "10",
    "keepalives_interval": "3",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
}
"""How we connect where the address does not say otherwise (libpq's names; seconds, the last milliseconds)."""
SESSION = {
    "TimeZone": "UTC",
    "idle_in_transaction_session_timeout": "30s",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "3",
    "tcp_keepalives_count": "3",
}
"""A machine that dies with the lock in its hand gives it back within half a minute."""
SAFE = {"fsync": "on", "full_page_writes": "on", "server_encoding": "UTF8"}
"""What a server must be set to; and synchronous_commit must not be off."""
POOL = {"pool_size": 10, "max_overflow": 20, "pool_timeout": 5, "pool_pre_ping": True}
"""Of each process; two processes stay below PostgreSQL's own limit of 100."""


def connect(url: str) -> "psycopg.Connection[Any]":
    """A connection to the database at a libpq address, several hosts allowed."""
    wish: dict[str, Any] = {**CONNECTING, **conninfo_to_dict(url)}
    ours = " ".join(f"-c {name}={value}" for name, value in SESSION.items())
    wish["options"] = f"{ours} {wish.get('options') or ''}".strip()
    return psycopg.connect(make_conninfo("", **wish))


class Unreachable(Damaged):
    """PostgreSQL does not answer at its address."""

    code = "unreachable"
    message = lazy("The database of DATABASE_URL cannot be reached: %(error)s")


class DatabaseState(NamedTuple):
    """What a database is: how many tables it has, whose it is, the version of its tables, its settings."""

    tables: int
    owner: str | None
    version: str | None
    settings: dict[str, str]


def look(url: str) -> DatabaseState:
    """Look at a database without the application. Raises Unreachable."""
    try:
        with connect(url) as connection:
            connection.read_only = True
            return _look(connection)
    except (psycopg.OperationalError, psycopg.ProgrammingError) as error:
        raise Unreachable(error=str(error).strip()) from error


def _look(connection: "psycopg.Connection[Any]") -> DatabaseState:
    names = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
    tables = {name for (name,) in connection.execute(names)}
    owner = version = None
    if "setting" in tables:
        row = connection.execute("SELECT value #>> '{}' FROM setting WHERE key = 'instance_id'").fetchone()
        owner = row and row[0]
    if "alembic_version" in tables:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        version = row and row[0]
    settings = connection.execute(
        "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [[*SAFE, "synchronous_commit"]]
    )
    return DatabaseState(len(tables), owner, version, dict(settings.fetchall()))


def clear(url: str) -> None:
    """Forget every table and function of the schema that is ours: it was empty before we came."""
    with connect(url) as connection:
        schema = _schema(connection)
        connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(schema))
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(schema))


def _schema(connection: "psycopg.Connection[Any]") -> sql.Identifier:
    row = connection.execute("SELECT current_schema()").fetchone()
    return sql.Identifier(row[0] if row and row[0] else "public")


def beside(url: str, schema: str) -> str:
    """Make an empty schema beside ours; the address under which it is the one that is used."""
    with connect(url) as connection:
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    wish = conninfo_to_dict(url)
    return make_conninfo("", **{**wish, "options": f"{wish.get('options') or ''} -csearch_path={schema}"})


def exchange(url: str, fresh: str, aside: str) -> None:
    """Let the schema `fresh` take the place of ours, in one step; ours is kept under the name `aside`."""
    with connect(url) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [WRITING])
        ours = _schema(connection)
        for old, new in ((ours, sql.Identifier(aside)), (sql.Identifier(fresh), ours)):
            connection.execute(sql.SQL("ALTER SCHEMA {} RENAME TO {}").format(old, new))


def replaced(url: str) -> list[str]:
    """The schemas that were put aside."""
    query = "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s) ORDER BY nspname"
    with connect(url) as connection:
        return [str(name) for (name,) in connection.execute(query, [REPLACED])]


def drop(url: str, schema: str) -> None:
    """Forget a schema and all that is in it."""
    with connect(url) as connection:
        connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(schema)))


def highest(url: str, schema: str, table: str, column: str) -> int:
    """The highest number of a column in a schema; 0 where there is none."""
    query = sql.SQL("SELECT max({}) FROM {}").format(sql.Identifier(column), sql.Identifier(schema, table))
    try:
        with connect(url) as connection:
            row = connection.execute(query).fetchone()
    except psycopg.errors.UndefinedTable:
        return 0
    return int(row[0] or 0) if row else 0


def others(url: str) -> int:
    """How many connections of this product, other machines' included, use the database."""
    with connect(url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name = current_setting('application_name') AND pid <> pg_backend_pid()"
        ).fetchone()
    return row[0] if row else 0


def engine_options(url: str) -> dict[str, Any]:
    """What SQLAlchemy's engine for this address is made with."""
    return {**POOL, "creator": partial(connect, url)}


def prepare(engine: Engine, waiting: Callable[[], int | None]) -> None:
    """Set up what every transaction begins with.

    `waiting()` gives the milliseconds that the transaction may wait for its turn, or None where nothing may
    be written. A turn that does not come raises Busy.
    """

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        left = waiting()
        driver: Any = connection.connection.driver_connection
        driver.read_only = left is None
        driver.isolation_level = (
            IsolationLevel.REPEATABLE_READ if left is None else IsolationLevel.READ_COMMITTED
        )
        if left is None:
            return
        try:
            connection.exec_driver_sql(
                "SELECT set_config('lock_timeout', %(left)s, true), pg_advisory_xact_lock(%(lock)s),"
                " pg_notify(%(channel)s, '')",
                {"left": str(left), "lock": WRITING, "channel": CHANNEL},
            )
        except OperationalError as error:
            raise problem(error) or error from error


class Leader:
    """Whether this machine does what one machine does for all. Who leads goes on leading while it lives."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.Connection[Any] | None = None

    def lead(self) -> bool:
        """Lead where nobody does; whether this machine leads. False while the database is away."""
        try:
            if self._connection is not None:
                self._connection.execute("SELECT 1")
                return True
            connection = connect(self._url)
            connection.autocommit = True
            row = connection.execute("SELECT pg_try_advisory_lock(%s)", [LEADING]).fetchone()
        except psycopg.Error:
            self._connection = None
            return False
        if row and row[0]:
            self._connection = connection
            return True
        connection.close()
        return False


class _Kind(NamedTuple):
    """SQLSTATEs, or the beginnings of them, and what they mean to whoever asked."""

    states: tuple[str, ...]
    problem: Callable[[], Problem]


_KINDS = (
    # connection lost, resources, a lock or a turn that did not come, shutting down, standby, conflict
    _Kind(("08", "53200", "53300", "53400", "40", "55P03", "57P", "57014", "25P03", "0A000"), Busy),
    _Kind(("53100", "58030"), StorageFull),
    _Kind(
        ("XX001", "XX002"), lambda: Damaged(lazy("The database is damaged. Please restore the last backup."))
    ),
)


def problem(error: DatabaseError) -> Problem | None:
    """A failure of PostgreSQL that is foreseen, in our words; None for anything else.

    After a lost connection nobody knows whether the last commit was kept; sending the same again finds out.
    """
    if not isinstance(error.orig, psycopg.Error) or isinstance(error, DataError):
        return None
    state = error.orig.sqlstate
    if state is None:  # the server was not reached, or went away in the middle
        return Busy() if isinstance(error, OperationalError) or error.connection_invalidated else None
    for kind in _KINDS:
        if state.startswith(kind.states):
            return kind.problem()
    return None

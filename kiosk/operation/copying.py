"""A school's data carried from one database into another: every row of every table, of one moment.

The way from SQLite to PostgreSQL, the way of PostgreSQL's data into a backup, and the way back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from flask import Flask
from sqlalchemy import Connection, Select, Table, func, literal, null, select, text

from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import GENESIS
from kiosk.core.db import db, session, transaction
from kiosk.core.errors import Damaged
from kiosk.core.i18n import lazy
from kiosk.operation import audit
from kiosk.operation.backups import Facts
from kiosk.presence.models import MealKey
from kiosk.ratings.models import Rating, RatingVisitor
from kiosk.staff.models import Portrait

BATCH = 2000
"""Rows that are in memory at a time."""


class NotTheSame(Damaged):
    """What arrived is not what was sent."""

    code = "not-the-same"
    message = lazy("The copy is incomplete: %(problem)s. Nothing was changed; the school is where it was.")


def copy(source: Flask, target: Flask, *, visitors: bool) -> Facts:
    """Copy one moment of a school into the empty tables of another application; what that moment held.

    Without `visitors` the open meals' keys and visitors, and photos, stay behind. All or nothing; Busy when
    the target's turn to write does not come.
    """
    with source.app_context():
        engine = db.engine
    with engine.connect() as reading:
        facts = _facts(reading)  # the moment begins before anything may be written
        with target.app_context(), transaction(wait=60):
            writing = session.connection()
            with _open(writing):
                for table in db.metadata.sorted_tables:
                    _copy_table(reading, writing, _select(table, visitors=visitors), table)
            _count_on(writing)
    return facts


def verify(target: Flask, facts: Facts) -> None:
    """Raise NotTheSame unless the application's school holds these facts and passes the recount."""
    with target.app_context():
        with db.engine.connect() as reading:
            arrived = _facts(reading)
        if arrived != facts:
            raise NotTheSame(problem=f"{arrived} ≠ {facts}")
        report = audit.check(is_copy=True)
        session.remove()
    if not report.ok:
        raise NotTheSame(problem=report.problems[0])


def _facts(connection: Connection) -> Facts:
    ratings = connection.scalar(select(func.count()).select_from(Rating)) or 0
    newest = select(ChainEntry.seq, ChainEntry.hash).order_by(ChainEntry.seq.desc()).limit(1)
    seq, digest = connection.execute(newest).one_or_none() or (0, GENESIS)
    return Facts(ratings, seq, digest)


def _select(table: Table, *, visitors: bool) -> Select[Any]:
    query = select(table).order_by(*table.primary_key.columns)
    if visitors:
        return query
    if table.name == Portrait.__tablename__:
        blank: dict[str, Any] = {"photo": null().label("photo"), "digest": literal("").label("digest")}
        columns: list[Any] = [blank.get(column.name, column) for column in table.columns]
        return select(*columns)
    if table.name == RatingVisitor.__tablename__:
        return query.where(text("1 = 0"))
    return query.where(table.c.key.is_(None)) if table.name == MealKey.__tablename__ else query


def _copy_table(reading: Connection, writing: Connection, query: Select[Any], table: Table) -> None:
    rows: Iterator[Any] = iter(reading.execute(query.execution_options(yield_per=BATCH)).mappings())
    while batch := [dict(row) for row in islice(rows, BATCH)]:
        writing.execute(table.insert(), batch)


@contextmanager
def _open(connection: Connection) -> Iterator[None]:
    """While the block runs, what is posted may be added to: lines come after the sheets they belong to."""
    if connection.dialect.name == "sqlite":
        triggers = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        definitions = connection.execute(text(triggers)).all()
        opening = [f"DROP TRIGGER {name}" for name, _sql in definitions]
        closing = [definition for _name, definition in definitions]
    else:
        quote = connection.dialect.identifier_preparer.quote  # `case` is a word of SQL, too
        names = [quote(table.name) for table in db.metadata.sorted_tables]
        opening, closing = (
            [f"ALTER TABLE {name} {verb} TRIGGER USER" for name in names] for verb in ("DISABLE", "ENABLE")
        )
    for statement in opening:
        connection.exec_driver_sql(statement)
    yield
    for statement in closing:
        connection.exec_driver_sql(statement)


def _count_on(connection: Connection) -> None:
    """Let PostgreSQL's counters go on from the highest number; SQLite's do so by themselves."""
    if connection.dialect.name == "sqlite":
        return
    for table in db.metadata.sorted_tables:
        for column in table.primary_key.columns:
            query = text("SELECT pg_get_serial_sequence(:table, :column)")
            sequence = connection.scalar(query, {"table": table.name, "column": column.name})
            if sequence:
                highest = func.coalesce(func.max(column), 0) + 1
                connection.execute(select(func.setval(sequence, highest, False)))

"""`kiosk check`: everything that must always hold, looked at once more from the stored rows."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import exists, func, select, text

from kiosk.chain import queries as chain
from kiosk.chain.queries.sentences import sentence
from kiosk.core import config
from kiosk.core.db import db, session
from kiosk.operation import notes
from kiosk.ratings import queries as ratings


@dataclass(frozen=True)
class Report:
    """What was found. `ratings`: stored; `tallied`: counted by the tallies; `problems`: one line each.

    `waiting` are lines on what the server will make up for once it runs; they are no problem.
    """

    ok: bool
    ratings: int
    tallied: int
    chain_entries: int
    problems: list[str]
    waiting: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self)


ROUNDS = timedelta(minutes=1)
"""A server that runs has begun a round in this time."""


def check(*, is_copy: bool = False) -> Report:
    """Look at one moment of the data: integrity, foreign keys, and all that `kiosk verify` finds.

    What waits for the server is a problem where it runs; of a copy that does not matter.
    """
    verdict = chain.verify()
    left = verdict.waiting if _serves() and not is_copy else ()
    problems = [*_database(), *map(str, (*verdict.findings, *left))]
    waiting = [] if left else [sentence(one) for one in verdict.waiting]
    return Report(not problems, ratings.stored(), ratings.tallied(), chain.count(), problems, waiting)


def _serves() -> bool:
    ago = notes.since_beat(config.current())
    return ago is not None and abs(ago) < ROUNDS


def broken(reason: str) -> Report:
    """The report on a database that cannot even be opened."""
    return Report(ok=False, ratings=0, tallied=0, chain_entries=0, problems=[reason])


def _database() -> Iterator[str]:
    if db.engine.dialect.name != "sqlite":
        yield from _foreign_keys()
        return
    for (answer,) in session.execute(text("PRAGMA integrity_check(20)")):
        if answer != "ok":
            yield f"database: {answer}"
    for table, row, parent, _number in session.execute(text("PRAGMA foreign_key_check")):
        yield f"foreign key: row {row} of {table} points to nothing in {parent}"


def _foreign_keys() -> Iterator[str]:
    """PostgreSQL keeps them itself, except from somebody who turned its triggers off."""
    for table in db.metadata.sorted_tables:
        for key in table.foreign_keys:
            parent = key.column.table.alias()
            lost = key.parent.is_not(None) & ~exists().where(parent.c[key.column.name] == key.parent)
            number = session.scalar(select(func.count()).select_from(table).where(lost))
            if number:
                yield f"foreign key: {number} rows of {table} point to nothing in {key.column.table}"

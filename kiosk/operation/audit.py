"""`kiosk check`: everything that must always hold, looked at once more from the stored rows."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import exists, func, select, text

from kiosk.chain import queries as chain
from kiosk.core.db import db, session
from kiosk.ratings import queries as ratings


@dataclass(frozen=True)
class Report:
    """What was found. `ratings`: stored; `tallied`: counted by the tallies; `problems`: one line each."""

    ok: bool
    ratings: int
    tallied: int
    chain_entries: int
    problems: list[str]

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self)


def check() -> Report:
    """Look at one moment of the data: integrity, foreign keys, and all that `kiosk verify` finds."""
    problems = [*_database(), *map(str, chain.verify().findings)]
    return Report(not problems, ratings.stored(), ratings.tallied(), chain.count(), problems)


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

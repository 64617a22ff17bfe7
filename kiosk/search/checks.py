"""Whether what is searched is what is public."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select

from kiosk.chain.queries import Finding
from kiosk.core.db import session
from kiosk.search.services import STORED, everything


def compare() -> Iterator[Finding]:
    """Every entry that is missing, that says something else than what is public, or belongs to nothing."""
    query = select(*STORED).execution_options(yield_per=200)
    left = {row["subject"]: _mark(row) for row in session.execute(query).mappings()}
    for row in everything():
        stored = left.pop(row["subject"], None)
        if stored is None:
            yield Finding("search", row["subject"], "missing")
        elif stored != _mark(row):
            yield Finding("search", row["subject"], "stale")
    yield from (Finding("search", subject, "stale") for subject in left)


def _mark(row: Mapping[Any, Any]) -> int:
    """Of an entry as it is stored or must be: a number that tells whether two say the same."""
    return hash(tuple(row[column.name] for column in STORED))

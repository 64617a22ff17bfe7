"""What is sealed: the series of facts that the rooms above hand in by their manifest."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from kiosk.core import merkle
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.core.room import all_rooms

Range = tuple[int, int]
"""The first and the last number, both included."""


@dataclass(frozen=True)
class Fact:
    """A kind of fact: rows that are added and never changed, known by a number that only grows.

    `rows` selects the columns that a seal commits to, the number first; `recorded` is the column that tells
    when a fact was recorded.
    """

    kind: str
    number: Any
    rows: Any
    recorded: Any

    @property
    def top(self) -> int:
        """The greatest number there is; 0 for none."""
        return session.scalar(select(func.max(self.number))) or 0

    @property
    def lowest(self) -> int:
        """The smallest number there is; 1 for none, as numbers begin there."""
        lowest = session.scalar(select(func.min(self.number)))
        return 1 if lowest is None else int(lowest)

    def lines(self, first: int, last: int) -> Iterator[tuple[int, str]]:
        """The facts numbered first…last: each one's number and its canonical line.

        A line is a JSON array: the kind, then the columns.
        """
        query = self.rows.where(self.number.between(first, last)).order_by(self.number)
        for row in streamed(query):
            yield row[0], encode([self.kind, *row])

    def hashed(self, first: int, last: int) -> list[tuple[int, bytes]]:
        """The same with the hash of each line instead of the line."""
        return [(number, merkle.leaf(line)) for number, line in self.lines(first, last)]

    def recorded_after(self, number: int) -> datetime | None:
        """When the first fact after a number was recorded; None if there is none."""
        query = select(self.recorded).where(self.number > number).order_by(self.number).limit(1)
        moment: datetime | None = session.scalar(query)
        return moment


@dataclass(frozen=True)
class Series:
    """Facts that are sealed together, the leading kind first; each series has its own line of seals.

    `tables` are locked while a seal is made. `linear` digests ranges as version 0.1.0 did, where it did.
    """

    name: str
    facts: tuple[Fact, ...]
    tables: tuple[str, ...]
    linear: Callable[[str, Sequence[Range]], tuple[str, int]] | None = None

    @property
    def action(self) -> str:
        """How the chain calls the making of a seal."""
        return f"{self.name}.sealed"


def series() -> list[Series]:
    """What the rooms hand in."""
    return [series for room in all_rooms() for series in room.sealed]


def series_named(name: str) -> Series:
    """The series of this name. NotFound where no room hands it in."""
    facts = next((facts for facts in series() if facts.name == name), None)
    if facts is None:
        raise NotFound
    return facts


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain).encode
"""One canonical line for one fact."""


def streamed(query: Any) -> Iterator[Any]:
    """The rows of a query, fetched some thousands at a time."""
    return iter(session.connection().execute(query.execution_options(yield_per=5000)))

"""The only clock. Everything that asks for the time asks it, so that tests can move it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

TWICE = timedelta(minutes=10)
"""So long what the same person sends again, word for word, is a second click, and makes nothing new."""

_shift = timedelta()


def now() -> datetime:
    """The current time, aware, in UTC."""
    return datetime.now(UTC) + _shift


def minute_of(moment: datetime) -> int:
    """The number of an aware moment's minute since 1970, as `Pulse` counts them."""
    return int(moment.timestamp() // 60)


@contextmanager
def moved_to(moment: datetime) -> Iterator[None]:
    """Let the clock stand at `moment` (aware) when the block begins, and run on from there.

    Raises ValueError for a naive datetime.
    """
    if moment.tzinfo is None:
        raise ValueError("a naive datetime has no place in time")
    global _shift
    before = _shift
    _shift = moment - datetime.now(UTC)
    try:
        yield
    finally:
        _shift = before

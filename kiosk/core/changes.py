"""The database's own sign that something was committed, by whichever process or machine."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

from sqlalchemy import Engine

from kiosk.core.postgres import CHANNEL

POLL = 0.005
"""Seconds between two looks at SQLite's data version; a look takes microseconds and no lock."""


@contextmanager
def watching(engine: Engine) -> Iterator[Callable[[float], bool]]:
    """Watch the database on a connection of its own; gives `wait(seconds)`.

    `wait` returns True as soon as anybody has committed since it last returned (at first: since the block was
    entered), False when so many seconds have passed without. Changes that come together may count once.
    A lost connection raises the driver's error; what was committed meanwhile goes unnoticed: whoever enters
    the block again looks at the data first.
    """
    if engine.dialect.name == "sqlite":
        with _data_version(str(engine.url.database)) as version:
            yield _poll(version)
    else:
        with _listening(engine) as connection:
            yield lambda seconds: any(connection.notifies(timeout=seconds, stop_after=1))


@contextmanager
def _data_version(file: str) -> Iterator[Callable[[], int]]:
    """How to ask for the number that changes whenever another connection commits."""
    with closing(
        sqlite3.connect(f"file:{file}?mode=rw", uri=True, timeout=1, check_same_thread=False)
    ) as connection:
        yield lambda: int(connection.execute("PRAGMA data_version").fetchone()[0])


def _poll(version: Callable[[], int]) -> Callable[[float], bool]:
    seen = version()

    def wait(seconds: float) -> bool:
        nonlocal seen
        until = time.monotonic() + seconds
        while (now := version()) == seen:
            left = until - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(POLL, left))
        seen = now
        return True

    return wait


@contextmanager
def _listening(engine: Engine) -> Iterator[Any]:
    pooled = engine.raw_connection()
    connection: Any = pooled.driver_connection
    pooled.detach()
    with closing(connection):
        connection.autocommit = True
        connection.execute(f"LISTEN {CHANNEL}")
        yield connection

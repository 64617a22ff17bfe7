"""Committing in groups: what waits together is written together, and each is answered after its commit.

A commit that survives a power cut costs a disk's answer, which many writes can share. One thread of a process
takes whatever is waiting, writes it in one transaction under the lock that all writers share, and wakes those
who wait. While it commits, the next group gathers; the busier it is, the larger the groups.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Generic, TypeVar

from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from kiosk.core.db import WAIT_SECONDS, session, transaction
from kiosk.core.errors import Busy, Problem

Item = TypeVar("Item")
Result = TypeVar("Result")

GATHER = 0.002
"""Seconds in which a busy thread lets its next group grow: fewer and larger groups cost less."""
LARGEST = 256
"""Items of one group at most."""
IDLE = 5.0
"""Seconds without work after which the thread ends; the next item begins a new one."""
MARGIN = 2.0
"""Seconds beyond the lock's own time that an item waits for its answer."""

log = logging.getLogger("kiosk")


class _Wish(Generic[Item]):
    """One item on its way, and the lock that opens when its result is there."""

    __slots__ = ("done", "item", "result")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.result: object = None
        self.done = threading.Lock()
        self.done.acquire()

    def answer(self, result: object) -> None:
        """Let the one who waits go on with the result."""
        self.result = result
        self.done.release()


class Writer(Generic[Item, Result]):
    """Writes items of one kind in groups.

    `work` is called with a group, inside a transaction and the application's context, and gives for each item
    its result or the Problem it meets. A group that fails as a whole is written again one by one, so that an
    item that cannot be written never fails its neighbours. `most` items may wait at a time.
    """

    def __init__(
        self, app: Flask, work: Callable[[list[Item]], list[Result | Problem]], *, most: int
    ) -> None:
        self._app = app
        self._work = work
        self._most = most
        self._queue: queue.SimpleQueue[_Wish[Item]] = queue.SimpleQueue()
        self._waiting: list[_Wish[Item]] = []
        self._is_busy = False
        self._alive = threading.Lock()
        self.groups = 0
        """Groups committed so far; for measuring."""
        self.written = 0
        """Items committed so far."""

    @property
    def waiting(self) -> int:
        """How many items wait for their turn."""
        return self._queue.qsize()

    def write(self, item: Item) -> Result:
        """Write the item; its result once it is on disk. Raises the Problem it met, or Busy.

        An item that was given up may still be written; writing it again must do no harm.
        """
        if self._queue.qsize() >= self._most:
            raise Busy
        wish = _Wish(item)
        self._queue.put(wish)
        if self._alive.acquire(blocking=False):
            self._wake()
        if not wish.done.acquire(timeout=WAIT_SECONDS + MARGIN):
            raise Busy
        if isinstance(wish.result, BaseException):
            raise wish.result
        return wish.result  # type: ignore[return-value]

    def _wake(self) -> None:
        try:
            threading.Thread(target=self._run, name="writer", daemon=True).start()
        except RuntimeError:  # no thread to be had just now; the next item tries again
            self._alive.release()

    def _run(self) -> None:
        try:
            while self._is_needed():
                self._serve()
        finally:
            self._alive.release()
        if not self._queue.empty() and self._alive.acquire(blocking=False):  # it came while we were leaving
            self._run()

    def _is_needed(self) -> bool:
        """Wait for work; False after a time without any."""
        try:
            self._waiting.append(self._queue.get(timeout=IDLE))
        except queue.Empty:
            return False
        return True

    def _gather(self) -> list[_Wish[Item]]:
        """Everything that waits by now."""
        with suppress(queue.Empty):
            while len(self._waiting) < LARGEST:
                self._waiting.append(self._queue.get_nowait())
        group, self._waiting = self._waiting, []
        return group

    def _serve(self) -> None:
        group: list[_Wish[Item]] = []
        if self._is_busy:
            time.sleep(GATHER)
        try:
            with self._transaction():
                group = self._gather()  # only now: who came while we waited for our turn goes along
                self._is_busy = len(group) > 1
                results = self._results(group)
        except Exception as error:
            self._after(error, group or self._gather())
            return
        for wish, result in zip(group, results, strict=True):
            wish.answer(result)

    def _after(self, error: Exception, group: list[_Wish[Item]]) -> None:
        """Answer a group that failed: one by one where the fault may be one item's own."""
        is_shared = isinstance(error, Problem | OperationalError | PoolTimeout | OSError)
        for wish in group:
            wish.answer(error if is_shared or len(group) == 1 else self._alone(wish))

    def _alone(self, wish: _Wish[Item]) -> object:
        try:
            with self._transaction():
                return self._results([wish])[0]
        except Exception as error:
            return error

    def _results(self, group: list[_Wish[Item]]) -> list[object]:
        self.groups += 1
        self.written += len(group)
        return list(self._work([wish.item for wish in group]))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._app.app_context():
            try:
                with transaction():
                    session.connection()  # takes the turn
                    yield
            finally:
                session.remove()

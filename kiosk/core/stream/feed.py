"""A live snapshot that is made once for everybody who watches it."""

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask

from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.changes import watching
from kiosk.core.db import db
from kiosk.core.errors import Problem
from kiosk.core.i18n import lazy
from kiosk.core.snapshots import Edition, Snapshot, plain
from kiosk.core.stream.connection import Stream, Watcher
from kiosk.core.stream.rounds import Rounds

CAP = 600
"""Streams of one process, unless the instance's KIOSK_STREAMS says otherwise."""

MOST_EDITIONS = 64
"""So many editions are kept, or one for every open stream if these are more."""

log = logging.getLogger("kiosk")


class TooManyStreams(Problem):
    """Every stream of this process is taken; the snapshot can still be asked for."""

    code = "too-many-streams"
    status = 503
    retry_after = 10
    message = lazy(
        "Too many people are watching live just now. The page asks for the figures every few seconds."
    )


class _Made:
    """The last snapshot of an edition, and the lock under which it is made."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.snapshot: Snapshot | None = None


class Feed:
    """A live snapshot, shared by everybody who watches it in this process.

    `token()` and `parts(reader)` are called inside a request context of the edition's language and release
    their database session at once.
    """

    def __init__(
        self,
        app: Flask,
        *,
        token: Callable[[], str],
        parts: Callable[[Actor], dict[str, Any]],
        allowed: Callable[[set[Watcher]], set[Watcher]] = lambda watchers: watchers,
        cap: int = CAP,
    ) -> None:
        self.app = app
        self.cap = cap
        self.computed = 0
        """Snapshots made so far; for measuring."""
        self._token = token
        self._parts = parts
        self._allowed = allowed
        self._editions: dict[Edition, _Made] = {}
        self._lock = threading.Lock()
        self._streams = 0
        self._arrived: deque[Stream] = deque()
        self._thread: threading.Thread | None = None

    @property
    def streams(self) -> int:
        """How many streams are open in this process."""
        return self._streams

    def snapshot(self, edition: Edition) -> Snapshot:
        """The snapshot of this moment, made at most once for each token and edition."""
        made = self._made(edition)
        with made.lock, self._context(edition.language):
            token = self._token()
            if made.snapshot is None or made.snapshot.token != token:
                parts = {name: plain(value) for name, value in self._parts(edition.reader).items()}
                made.snapshot = Snapshot(token, clock.now().isoformat(), parts)
                self.computed += 1
            return made.snapshot

    def _made(self, edition: Edition) -> _Made:
        """What was made of an edition; those that were asked for longest ago are forgotten."""
        with self._lock:
            made = self._editions.pop(edition) if edition in self._editions else _Made()
            self._editions[edition] = made
            while len(self._editions) > max(MOST_EDITIONS, self._streams):
                del self._editions[next(iter(self._editions))]
            return made

    @contextmanager
    def _context(self, language: str) -> Iterator[None]:
        """A context of its own, with a session and a language of its own, even inside a request."""
        with self.app.app_context(), self.app.test_request_context("/", query_string={"lang": language}):
            yield

    def open(self, edition: Edition, owner: int = 0) -> Stream:
        """Take a place among the streams, or raise TooManyStreams. It is freed when the stream ends."""
        with self._lock:
            if self._streams >= self.cap:
                raise TooManyStreams
            self._streams += 1
        return Stream(self, edition, owner)

    def leave(self) -> None:
        """Give a place back."""
        with self._lock:
            self._streams -= 1

    def adopt(self, stream: Stream) -> None:
        """Look after a stream that has begun."""
        with self._lock:
            self._arrived.append(stream)
            if self._thread is None:
                thread = threading.Thread(target=self._run, name="watcher", daemon=True)
                thread.start()
                self._thread = thread

    def _run(self) -> None:
        rounds = Rounds(self)
        try:
            while not self._end_alone(rounds):
                rounds.run()
        except Exception:
            log.exception("the live view's thread ended")
            with self._lock:
                self._thread = None
        finally:
            rounds.close()

    def _end_alone(self, rounds: Rounds) -> bool:
        """Where nobody watches the thread ends, and whoever comes next starts another; whether it does."""
        with self._lock:
            if self._arrived or rounds.streams:
                return False
            self._thread = None
            return True

    def take_arrivals(self) -> list[Stream]:
        """The streams that have begun since they were last taken."""
        with self._lock:
            streams = list(self._arrived)
            self._arrived.clear()
        return streams

    def still_allowed(self, watchers: set[Watcher]) -> set[Watcher]:
        """Of these, those who may still watch what they watch."""
        with self.app.app_context():
            return self._allowed(watchers)

    def changes(self) -> Any:
        """The database's sign that something was committed (`core.changes.watching`)."""
        with self.app.app_context():
            engine = db.engine
        return watching(engine)

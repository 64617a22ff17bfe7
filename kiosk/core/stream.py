"""Live pages: one watcher in each process notices changes, and everybody who looks shares one snapshot.

A `Feed` knows how to make a snapshot of named parts, and a cheap token that changes whenever the snapshot
would. While somebody watches, one thread asks SQLite ten times a second whether anything was committed
(`PRAGMA data_version`, a few microseconds; other databases: the token, once a second). A stream holds a
thread of the server but no database connection, and streams are capped: beyond, 503 at once, and the page
falls back to asking for the snapshot.
"""

import hashlib
import json
import logging
import select
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask

from kiosk.core import clock
from kiosk.core.db import db
from kiosk.core.errors import Problem
from kiosk.core.i18n import lazy

POLL = 0.1
"""Seconds between two looks at SQLite's data version."""
POLL_OTHERS = 1.0
"""Seconds between two looks at the token on other databases."""
PACE = 0.25
"""Seconds between two snapshots at least: four a second."""
REFRESH = 15.0
"""Seconds after which the token is asked for although nothing was committed: time passes, too."""
HEARTBEAT = 15.0
BEAT = b": still here\nevent: beat\ndata: {}\n\n"
"""A comment for proxies, and an event, because a page cannot see comments and would miss a dead line."""
TICK = 1.0
"""Seconds after which a waiting stream looks whether its client is still there."""
RECHECK = 10.0
"""Seconds between two looks whether the watcher may still watch."""
PATIENCE = 5.0
"""Seconds for which the database may fail before the streams end, so that nobody takes old data for live."""
CAP = 40
"""Streams of one process, unless the instance's KIOSK_STREAMS says otherwise."""

log = logging.getLogger("kiosk")
_is_stopping: Callable[[], bool] = lambda: False  # noqa: E731


def use_stop_sign(is_stopping: Callable[[], bool]) -> None:
    """Register how the server says that it is about to stop, so that streams end rather than hold it up."""
    global _is_stopping
    _is_stopping = is_stopping


class TooManyStreams(Problem):
    """Every stream of this process is taken; the snapshot can still be asked for."""

    code = "too-many-streams"
    status = 503
    retry_after = 10
    message = lazy(
        "Too many people are watching live just now. The page asks for the figures every few seconds."
    )


@dataclass(frozen=True)
class Snapshot:
    """What a live page shows: its token, when it was made, and its parts as JSON texts."""

    token: str
    made_at: str
    parts: dict[str, str]

    def text(self, older: "Snapshot | None" = None) -> str:
        """As JSON {token, at, parts}; with an older snapshot only the parts that differ from it."""
        changed = [
            f"{json.dumps(name)}:{part}"
            for name, part in self.parts.items()
            if older is None or older.parts.get(name) != part
        ]
        head = f'"token":{json.dumps(self.token)},"at":{json.dumps(self.made_at)}'
        return f'{{{head},"parts":{{{",".join(changed)}}}}}'


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


class Feed:
    """A live snapshot, shared by everybody who watches it in this process.

    `token()` and `parts()` are called inside a request context of the wanted language and release their
    database session at once.
    """

    def __init__(
        self,
        app: Flask,
        *,
        token: Callable[[], str],
        parts: Callable[[], dict[str, Any]],
        cap: int = CAP,
    ) -> None:
        self.app = app
        self.cap = cap
        self.computed = 0
        """Snapshots made so far; for measuring."""
        self._token = token
        self._parts = parts
        self._made: dict[str, tuple[int, Snapshot]] = {}
        self._making: dict[str, threading.Lock] = {}
        self._condition = threading.Condition()
        self._streams = 0
        self._thread: threading.Thread | None = None
        self._news = 0
        self._failing_since: float | None = None

    @property
    def streams(self) -> int:
        """How many streams are open in this process."""
        return self._streams

    def token(self) -> str:
        """The token as it is now, without the need of a request."""
        with self._context("en"):
            return self._token()

    def snapshot(self, language: str, news: int | None = None) -> Snapshot:
        """The snapshot of this moment, made at most once for each token and language.

        With a number of news, one that was made since that news came is good enough.
        """
        with self._condition:
            making = self._making.setdefault(language, threading.Lock())
        with making:
            at, made = self._made.get(language, (-1, None))
            if made is not None and news is not None and at >= news:
                return made
            at = self._news
            with self._context(language):
                token = self._token()
                if made is None or made.token != token:
                    parts = {name: _plain(value) for name, value in self._parts().items()}
                    made = Snapshot(token, clock.now().isoformat(), parts)
                    self.computed += 1
            self._made[language] = (at, made)
            return made

    @contextmanager
    def _context(self, language: str) -> Iterator[None]:
        """A context of its own, with a session and a language of its own, even inside a request."""
        with self.app.app_context(), self.app.test_request_context("/", query_string={"lang": language}):
            yield

    def open(self, language: str, *, allowed: Callable[[], bool], peer: Any = None) -> "Stream":
        """Take a place among the streams, or raise TooManyStreams. The place is freed by `close()`."""
        with self._condition:
            if self._streams >= self.cap:
                raise TooManyStreams
            self._streams += 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="watcher", daemon=True)
                self._thread.start()
        return Stream(self, language, allowed, peer)

    def leave(self) -> None:
        """Give a place back."""
        with self._condition:
            self._streams -= 1

    @property
    def news(self) -> int:
        """How often the token has changed since somebody watches."""
        return self._news

    def wait_for_news(self, seen: int, seconds: float) -> int:
        """Wait until there is newer news than `seen`, at most so many seconds; the newest number."""
        with self._condition:
            self._condition.wait_for(lambda: self._news != seen, seconds)
            return self._news

    @property
    def is_failing(self) -> bool:
        """Whether the database could not be asked for a while."""
        since = self._failing_since
        return since is not None and time.monotonic() - since > PATIENCE

    def _watch(self) -> None:
        while self._is_watched():
            try:
                with self._version() as (version, pause):
                    self._watch_version(version, pause)
            except Exception as error:
                log.warning("the live view cannot read the database: %s", type(error).__name__)
                self._failing_since = self._failing_since or time.monotonic()
                time.sleep(1)

    def _is_watched(self) -> bool:
        with self._condition:
            if self._streams == 0 or _is_stopping():
                self._thread = None
                self._failing_since = None
                return False
            return True

    def _watch_version(self, version: Callable[[], object], pause: float) -> None:
        seen: object = None
        token, asked = "", 0.0
        while True:
            with self._condition:
                if self._streams == 0 or _is_stopping():
                    return
            now = version()
            if now == seen and time.monotonic() - asked < REFRESH:
                time.sleep(pause)
                continue
            seen, asked = now, time.monotonic()
            fresh = self.token()
            self._failing_since = None
            if fresh != token:
                token = fresh
                with self._condition:
                    self._news += 1
                    self._condition.notify_all()
            time.sleep(PACE)

    @contextmanager
    def _version(self) -> Iterator[tuple[Callable[[], object], float]]:
        with self.app.app_context():
            url = db.engine.url
        if not url.drivername.startswith("sqlite") or not url.database:
            yield self.token, POLL_OTHERS
            return
        connection = sqlite3.connect(f"file:{url.database}?mode=rw", uri=True, timeout=1)
        try:
            yield lambda: connection.execute("PRAGMA data_version").fetchone(), POLL
        finally:
            connection.close()


def has_left(peer: Any) -> bool:
    """Whether the client at the other end of the socket has closed the connection; None never leaves."""
    if not isinstance(peer, socket.socket):
        return False
    try:
        poll = select.poll()
        poll.register(peer, select.POLLIN | select.POLLHUP | select.POLLERR)
        if not poll.poll(0):
            return False
        return peer.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except (OSError, ValueError):
        return True


class Stream:
    """One watcher's event stream: a snapshot first, then what changed, and a comment when nothing does."""

    def __init__(self, feed: Feed, language: str, allowed: Callable[[], bool], peer: Any) -> None:
        self.feed = feed
        self._language = language
        self._allowed = allowed
        self._peer = peer
        self._closed = False

    def close(self) -> None:
        """Free the place; a second time does nothing."""
        if not self._closed:
            self._closed = True
            self.feed.leave()

    def events(self) -> Iterator[bytes]:
        """The stream's bytes; it ends when the client left, may no longer watch, or the server stops."""
        try:
            yield b"retry: 2000\n\n"
            yield from self._events()
        except Exception as error:  # the page reconnects; the client is told nothing of our insides
            log.warning("a live stream ended: %s", type(error).__name__)
        finally:
            self.close()

    def _events(self) -> Iterator[bytes]:
        seen, shown = self.feed.news, self.feed.snapshot(self._language)
        yield event("snapshot", shown.text(), shown.token)
        said = checked = time.monotonic()
        while not (self._closed or _is_stopping() or self.feed.is_failing or has_left(self._peer)):
            news = self.feed.wait_for_news(seen, TICK)
            now = time.monotonic()
            if now - checked >= RECHECK:
                checked = now
                if not self._allowed():
                    yield event("over", "{}")
                    return
            if news != seen:
                seen, older, shown = news, shown, self.feed.snapshot(self._language, news)
                if shown.parts != older.parts:
                    said = now
                    yield event("changed", shown.text(older), shown.token)
            elif now - said >= HEARTBEAT:
                said = now
                yield BEAT


def event(name: str, data: str, token: str = "") -> bytes:
    """One server-sent event; `data` is a single line."""
    head = f"id: {token}\n" if token else ""
    return f"event: {name}\n{head}data: {data}\n\n".encode()


def etag(token: str, language: str) -> str:
    """The entity tag of a snapshot in a language."""
    return hashlib.sha256(f"{token}\n{language}".encode()).hexdigest()[:24]

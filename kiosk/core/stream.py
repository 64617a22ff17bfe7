"""Live pages: one thread in each process notices changes, and everybody who looks shares one snapshot.

A `Feed` knows how to make a snapshot of named parts, and a cheap token that changes whenever the snapshot
would. While somebody watches, one thread waits for the database's own sign that something was committed
(`core.changes`), makes the new snapshot, and writes what changed to every watcher's connection. A watcher
costs a socket and neither a thread nor a database connection; there is a cap all the same, and beyond it 503
at once, and the page falls back to asking for the snapshot.
"""

import errno
import logging
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from flask import Flask

from kiosk.core import clock
from kiosk.core.changes import watching
from kiosk.core.db import db
from kiosk.core.errors import Problem
from kiosk.core.i18n import lazy
from kiosk.core.snapshots import Edition, Snapshot, event, plain

TICK = 0.02
"""Seconds between two looks at the watchers' connections; a commit is noticed sooner."""
REST = 3.0
"""After a snapshot the thread rests so many times as long as that took, to leave time for ratings …"""
LEAST_REST = 0.02
"""… and so many seconds at least: what changes within them is told together."""
MOST_REST = 0.1
"""… and at most: one slow snapshot, as the first of a crowd's, must not hide the tap that follows it."""
REFRESH = 15.0
"""Seconds after which the token is asked for although nothing was committed: time passes, too."""
HEARTBEAT = 15.0
BEAT = b": still here\nevent: beat\ndata: {}\n\n"
"""A comment for proxies, and an event, because a page cannot see comments and would miss a dead line."""
RECHECK = 10.0
"""Seconds between two looks whether the watchers may still watch."""
PATIENCE = 5.0
"""Seconds for which the database may fail before the streams end, so that nobody takes old data for live."""
STUCK = 30.0
"""Seconds after which a watcher who takes nothing is left."""
CAP = 600
"""Streams of one process, unless the instance's KIOSK_STREAMS says otherwise."""

log = logging.getLogger("kiosk")
_is_stopping: Callable[[], bool] = lambda: False  # noqa: E731
_gives_sockets = False


def serve_with(is_stopping: Callable[[], bool], *, gives_sockets: bool) -> None:
    """Register how the server says that it is about to stop, and that it understands `HandedOver`."""
    global _is_stopping, _gives_sockets
    _is_stopping, _gives_sockets = is_stopping, gives_sockets


class Watcher(NamedTuple):
    """Who watches what."""

    owner: int
    edition: Edition


class HandedOver(OSError):
    """The connection of this request was taken over; its server leaves it alone from now on."""

    def __init__(self) -> None:
        super().__init__(errno.EPIPE, "the connection was handed over")


class TooManyStreams(Problem):
    """Every stream of this process is taken; the snapshot can still be asked for."""

    code = "too-many-streams"
    status = 503
    retry_after = 10
    message = lazy(
        "Too many people are watching live just now. The page asks for the figures every few seconds."
    )


class Stream:
    """One watcher: whose it is, what was shown, and what is still to be sent."""

    def __init__(self, feed: "Feed", edition: Edition, owner: int) -> None:
        self.feed = feed
        self.edition = edition
        self.watcher = Watcher(owner, edition)
        self.connection: socket.socket | None = None
        self.shown: Snapshot | None = None
        self.unsent = b""
        self.sent_at = time.monotonic()
        self.is_over = False
        self._chunked = False
        self._closed = False

    def body(self, environ: dict[str, Any]) -> Iterator[bytes]:
        """The body of the answer that carries the stream.

        Once the head is sent, a server that understands it gives its connection away; any other (a test's
        client) hears the stream through a pair of sockets.
        """
        yield b""
        given = environ.get("gunicorn.socket")
        if _gives_sockets and given is not None:
            self._begin(given, chunked=environ.get("SERVER_PROTOCOL") == "HTTP/1.1")
            raise HandedOver
        yield from self.events()

    def events(self) -> Iterator[bytes]:
        """The events one by one, until the watcher may no longer watch or the server stops."""
        here, there = socket.socketpair()
        self._begin(there, chunked=False)
        heard = b""
        with here:
            while part := here.recv(65536):
                *whole, heard = (heard + part).split(b"\n\n")
                yield from (one + b"\n\n" for one in whole)

    def _begin(self, connection: socket.socket, *, chunked: bool) -> None:
        self.shown = self.feed.snapshot(self.edition)
        connection.setblocking(False)
        self.connection, self._chunked = connection, chunked
        self.put(b"retry: 2000\n\n" + event("snapshot", self.shown.text(), self.shown.token))
        self.feed.adopt(self)

    def put(self, data: bytes) -> None:
        """Say something as soon as the connection takes it."""
        self.unsent += b"%x\r\n%b\r\n" % (len(data), data) if self._chunked else data
        self.sent_at = time.monotonic()

    def flush(self) -> bool:
        """Send what the connection takes; False when the watcher has left."""
        assert self.connection is not None
        try:
            while self.unsent:
                self.unsent = self.unsent[self.connection.send(self.unsent) :]
        except BlockingIOError:
            return True
        except OSError:
            return False
        return not self.is_over

    def has_left(self) -> bool:
        """Whether the other end has closed; what it says is not listened to."""
        assert self.connection is not None
        try:
            return self.connection.recv(4096) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    def end(self) -> None:
        """Close the connection and free the place."""
        if self.connection is not None:
            with suppress(OSError):
                if self._chunked and not self.unsent:
                    self.connection.send(b"0\r\n\r\n")
            self.connection.close()
        self._free()

    def close(self) -> None:
        """Free the place of a stream that was never begun; one that was ends by itself."""
        if self.connection is None:
            self._free()

    def _free(self) -> None:
        if not self._closed:
            self._closed = True
            self.feed.leave()


class Feed:
    """A live snapshot, shared by everybody who watches it in this process.

    `token()` and `parts(rights)` are called inside a request context of the edition's language and release
    their database session at once.
    """

    def __init__(
        self,
        app: Flask,
        *,
        token: Callable[[], str],
        parts: Callable[[frozenset[str]], dict[str, Any]],
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
        self._made: dict[Edition, Snapshot] = {}
        self._making: dict[Edition, threading.Lock] = {}
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
        with self._lock:
            making = self._making.setdefault(edition, threading.Lock())
        with making, self._context(edition.language):
            made, token = self._made.get(edition), self._token()
            if made is None or made.token != token:
                parts = {name: plain(value) for name, value in self._parts(edition.rights).items()}
                made = self._made[edition] = Snapshot(token, clock.now().isoformat(), parts)
                self.computed += 1
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
        rounds = _Rounds(self)
        try:
            while self._is_watched(rounds):
                rounds.run()
        except Exception:
            log.exception("the live view's thread ended")
            with self._lock:
                self._thread = None
        finally:
            rounds.close()

    def _is_watched(self, rounds: "_Rounds") -> bool:
        with self._lock:
            if self._arrived or rounds.streams:
                return True
            self._thread = None
            return False

    def arrivals(self) -> list[Stream]:
        """The streams that have begun since this was last asked."""
        with self._lock:
            found = list(self._arrived)
            self._arrived.clear()
        return found

    def still_allowed(self, watchers: set[Watcher]) -> set[Watcher]:
        """Of these, those who may still watch what they watch."""
        with self.app.app_context():
            return self._allowed(watchers)

    def changes(self) -> Any:
        """The database's sign that something was committed (`core.changes.watching`)."""
        with self.app.app_context():
            engine = db.engine
        return watching(engine)


class _Rounds:
    """The thread that looks after the streams of a feed."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self.streams: set[Stream] = set()
        self._selector = selectors.DefaultSelector()
        self._newest: dict[Edition, Snapshot] = {}
        self._news: dict[tuple[Edition, str, str], bytes] = {}
        self._looked = self._rested = self._checked = 0.0
        self._failing_since: float | None = None

    def run(self) -> None:
        """Go round until nobody watches, or until the database fails; then the caller begins anew."""
        try:
            with self.feed.changes() as changed:
                self._looked = 0.0  # what was committed before we listened is not told
                while self._greet() and not _is_stopping():
                    self._listen(changed)
                    self._serve()
        except Exception as error:
            log.warning("the live view cannot read the database: %s", type(error).__name__)
            self._failing_since = self._failing_since or time.monotonic()
            time.sleep(min(1.0, PATIENCE))
            if time.monotonic() - self._failing_since < PATIENCE:
                return
        self._greet()
        for stream in list(self.streams):
            self._drop(stream)

    def close(self) -> None:
        """Give back what the thread held."""
        for stream in list(self.streams):
            self._drop(stream)
        self._selector.close()

    def _greet(self) -> bool:
        """Take in who has arrived; whether anybody is there."""
        for stream in self.feed.arrivals():
            assert stream.connection is not None
            self._looked = 0.0  # its snapshot may be older than the last sign
            self.streams.add(stream)
            self._selector.register(stream.connection, selectors.EVENT_READ, stream)
            self._send(stream)
        return bool(self.streams)

    def _listen(self, changed: Callable[[float], bool]) -> None:
        """Wait a tick, or until a commit; then bring the snapshots up to date."""
        now = time.monotonic()
        if now < self._rested:
            time.sleep(min(TICK, self._rested - now))
        elif changed(TICK) or now - self._looked >= REFRESH:
            began = self._looked = time.monotonic()
            for edition in {stream.edition for stream in self.streams}:
                self._newest[edition] = self.feed.snapshot(edition)
            self._news.clear()
            self._failing_since = None
            ended = time.monotonic()
            self._rested = ended + max(LEAST_REST, min(MOST_REST, REST * (ended - began)))

    def _serve(self) -> None:
        """Say what is new, and look who has left."""
        now = time.monotonic()
        if now - self._checked >= RECHECK:
            self._checked = now
            self._send_away()
        for stream in list(self.streams):
            newest = self._newest.get(stream.edition)
            if stream.unsent:
                if now - stream.sent_at >= STUCK:
                    self._drop(stream)
            elif newest is not None and self._looked and stream.shown is not newest:
                self._tell(stream, newest)
            elif now - stream.sent_at >= HEARTBEAT:
                stream.put(BEAT)
                self._send(stream)
        for key, events in self._selector.select(0):
            if events & selectors.EVENT_READ and key.data.has_left():
                self._drop(key.data)
            elif events & selectors.EVENT_WRITE:
                self._send(key.data)

    def _tell(self, stream: Stream, newest: Snapshot) -> None:
        """Send what differs from what was shown; the same bytes to all who were shown the same."""
        assert stream.shown is not None
        key = (stream.edition, stream.shown.token, newest.token)
        if key not in self._news:
            is_same = stream.shown.parts == newest.parts
            text = "" if is_same else newest.text(stream.shown)
            self._news[key] = event("changed", text, newest.token) if text else b""
        stream.shown = newest
        if self._news[key]:
            stream.put(self._news[key])
            self._send(stream)

    def _send_away(self) -> None:
        """End the streams of those who may no longer watch."""
        allowed = self.feed.still_allowed({stream.watcher for stream in self.streams})
        for stream in list(self.streams):
            if stream.watcher not in allowed:
                stream.put(event("over", "{}"))
                stream.is_over = True
                self._send(stream)

    def _send(self, stream: Stream) -> None:
        if not stream.flush():
            self._drop(stream)
            return
        assert stream.connection is not None
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if stream.unsent else 0)
        self._selector.modify(stream.connection, wanted, stream)

    def _drop(self, stream: Stream) -> None:
        if stream in self.streams:
            assert stream.connection is not None
            self.streams.discard(stream)
            self._selector.unregister(stream.connection)
            stream.end()

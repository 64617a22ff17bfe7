"""One watcher's connection, and what is still to be sent on it."""

from __future__ import annotations

import errno
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from kiosk.core.snapshots import Edition, Snapshot, event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kiosk.core.stream.feed import Feed


class Server(NamedTuple):
    """What streams know of their server: when it is about to stop, whether it understands `HandedOver`."""

    is_stopping: Callable[[], bool] = lambda: False
    gives_sockets: bool = False


_server = Server()


def serve_with(is_stopping: Callable[[], bool], *, gives_sockets: bool) -> None:
    """Register how the server says that it is about to stop, and that it understands `HandedOver`."""
    global _server
    _server = Server(is_stopping, gives_sockets)


def is_stopping() -> bool:
    """Whether the server is about to stop."""
    return _server.is_stopping()


class Watcher(NamedTuple):
    """Who watches what."""

    owner: int
    edition: Edition


class HandedOver(OSError):
    """The connection of this request was taken over; its server leaves it alone from now on."""

    def __init__(self) -> None:
        super().__init__(errno.EPIPE, "the connection was handed over")


class Stream:
    """One watcher: whose it is, what was shown, and what is still to be sent."""

    def __init__(self, feed: Feed, edition: Edition, owner: int) -> None:
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
        handle = environ.get("gunicorn.socket")
        if _server.gives_sockets and handle is not None:
            self._begin(handle, chunked=environ.get("SERVER_PROTOCOL") == "HTTP/1.1")
            raise HandedOver
        yield from self.events()

    def events(self) -> Iterator[bytes]:
        """The events one by one, until the watcher may no longer watch or the server stops."""
        listener, speaker = socket.socketpair()
        self._begin(speaker, chunked=False)
        rest = b""
        with listener:
            while part := listener.recv(65536):
                *whole, rest = (rest + part).split(b"\n\n")
                yield from (text + b"\n\n" for text in whole)

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

"""The thread that looks after the streams of a feed."""

from __future__ import annotations

import logging
import selectors
import time
from typing import TYPE_CHECKING

from kiosk.core.snapshots import Edition, Snapshot, event
from kiosk.core.stream.connection import Stream, is_stopping

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.core.stream.feed import Feed

TICK = 0.02
"""Seconds between two looks at the watchers' connections; a commit is noticed sooner."""
REST = 3.0
"""After a snapshot the thread rests so many times as long as that took, to leave time for ratings …"""
LEAST_REST = 0.02
"""… and so many seconds at least: what changes within them goes out together."""
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

log = logging.getLogger("kiosk")


class Rounds:
    """The streams of a feed, and what each was shown."""

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
                self._looked = 0.0  # nothing announces what was committed before we listened
                while self._greet() and not is_stopping():
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
        for stream in self.feed.take_arrivals():
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
            editions = {stream.edition for stream in self.streams}
            self._newest = {edition: self.feed.snapshot(edition) for edition in editions}
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
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if stream.unsent else 0)
        self._selector.modify(stream.connection, events, stream)

    def _drop(self, stream: Stream) -> None:
        if stream in self.streams:
            assert stream.connection is not None
            self.streams.discard(stream)
            self._selector.unregister(stream.connection)
            stream.end()

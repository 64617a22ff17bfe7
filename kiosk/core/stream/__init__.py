"""Live pages: one thread in each process notices changes, and everybody who looks shares one snapshot.

A `Feed` knows how to make a snapshot of named parts, and a cheap token that changes whenever the snapshot
would. While somebody watches, one thread waits for the database's own sign that something was committed
(`core.changes`), makes the new snapshot, and writes what changed to every watcher's connection. A watcher
costs a socket and neither a thread nor a database connection; there is a cap all the same, and beyond it 503
at once, and the page falls back to asking for the snapshot.
"""

from kiosk.core.stream.connection import HandedOver, Stream, Watcher, serve_with
from kiosk.core.stream.feed import CAP, Feed, TooManyStreams

__all__ = ["CAP", "Feed", "HandedOver", "Stream", "TooManyStreams", "Watcher", "serve_with"]

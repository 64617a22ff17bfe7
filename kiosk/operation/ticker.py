"""What the server does by itself: close meals that are over, back up each hour and after each meal.

Every worker has a thread for it, and a kernel lock lets one of them on the machine do the work.
"""

import fcntl
import logging
import os
import shutil
import threading
import time

from flask import Flask

from kiosk.core import clock
from kiosk.core.config import Instance
from kiosk.core.db import session, transaction
from kiosk.core.errors import Problem
from kiosk.operation import backups
from kiosk.ratings.queries import anything_to_close
from kiosk.ratings.services import close_meals

PAUSE = 20.0
"""Seconds between two rounds, and before the first: a server that comes back first serves."""
LEAST_FREE = 0.1
"""Below this share of free disk the log says so, once an hour."""

log = logging.getLogger("kiosk")


def start(app: Flask) -> threading.Thread:
    """Begin to tick in a thread of this process."""
    thread = threading.Thread(target=_run, args=(app,), name="ticker", daemon=True)
    thread.start()
    return thread


def _run(app: Flask) -> None:
    instance: Instance = app.extensions["kiosk_instance"]
    file = os.open(instance.folder / "ticker.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    while True:
        time.sleep(PAUSE)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            continue
        try:
            tick(app)
        except Exception as error:  # the next round may go better; the server goes on meanwhile
            log.warning("by itself: %s: %s", type(error).__name__, error)


def tick(app: Flask) -> None:
    """One round: close what is over, back up what is due, look at the disk."""
    instance: Instance = app.extensions["kiosk_instance"]
    with app.app_context():
        try:
            closed = _close_meals()
        finally:
            session.remove()
    _warn_of_disk(instance)
    if instance.uses_sqlite and (closed or backups.is_due(instance)):
        try:
            backups.make(instance)
            backups.prune(instance)
        except Problem as problem:
            log.warning("no backup: %s", problem)


def _close_meals() -> bool:
    if not anything_to_close(clock.now()):
        return False
    with transaction(wait=30):
        return bool(close_meals(by="kiosk"))


_warned = 0.0


def _warn_of_disk(instance: Instance) -> None:
    global _warned
    disk = shutil.disk_usage(instance.folder)
    if disk.total and disk.free < disk.total * LEAST_FREE and time.monotonic() - _warned > 3600:
        _warned = time.monotonic()
        log.warning("only %d MB of disk are free in %s", disk.free >> 20, instance.folder)

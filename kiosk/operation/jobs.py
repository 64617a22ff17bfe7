"""The long work of operation itself: forget, recount, try a restore."""

import os
from datetime import timedelta
from typing import Any

from kiosk.core import clock, config
from kiosk.core.actor import KIOSK
from kiosk.core.db import transaction
from kiosk.core.i18n import lazy
from kiosk.core.room import Job
from kiosk.operation import drill, notes, retention

LONG_AWAY = timedelta(days=100)
"""After such a gap nothing is erased for another day, so that a wrong clock can be mended first."""


def _check() -> dict[str, Any]:
    return drill.check(config.current().folder, database=os.environ.get("DATABASE_URL"))


def _drill() -> dict[str, Any]:
    return drill.drill(config.current()).as_dict()


def _forget() -> dict[str, Any]:
    instance = config.current()
    last = notes.read(instance, "retention")
    if last and clock.now() - last.at > LONG_AWAY:  # a clock set years ahead must not erase a year's comments
        away = clock.now() - last.at
        notes.write(instance, "clock", ok=False, seconds=round(away.total_seconds()))
        return {"ok": True, "erased": {}}
    with transaction(wait=30):
        erased = retention.forget(by=KIOSK)
    erased["databases"] = retention.forget_databases(instance)
    return {"ok": True, "erased": erased}


JOBS = (
    Job("retention", lazy("Old data"), timedelta(days=1), _forget),
    Job("check", lazy("The recount"), timedelta(days=1), _check, lazy("Recount now")),
    Job("drill", lazy("Restore drill"), timedelta(days=7), _drill, lazy("Try a restore now")),
)
"""In this order when several are due."""

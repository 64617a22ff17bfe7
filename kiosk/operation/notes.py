"""What the server remembers of its own work: one small file for each kind, beside the database.

Not in it, so that a restore does not undo the memory, and so that a damaged database is noted, too.
"""

import json
import logging
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from kiosk.core import clock
from kiosk.core.config import Instance

FOLDER = "operation"
BEAT = "ticker.lock"
"""The lock of the ticker; the time of this file is the beginning of its last round."""

FAILING = "failing"
"""The short work that failed in the last round (`problems`), and in how many on end some did (`times`)."""

log = logging.getLogger("kiosk")


class Note(NamedTuple):
    """How a piece of work ended: when, whether well, and its figures."""

    at: datetime
    ok: bool
    facts: dict[str, Any]


def write(instance: Instance, job: str, *, ok: bool, **facts: Any) -> None:
    """Remember how a piece of work ended. On a full disk the last memory stays, and grows old."""
    file = _file(instance, job)
    part = file.with_suffix(".part")
    try:
        file.parent.mkdir(exist_ok=True)
        text = json.dumps({"at": clock.now().isoformat(), "ok": ok, **facts}, ensure_ascii=False)
        part.write_text(text, "utf-8")
        part.replace(file)
    except OSError as error:
        log.warning("%s cannot be written: %s", file, error.strerror)


def read(instance: Instance, job: str) -> Note | None:
    """The last note of this kind; None if there is none, or none that can be read."""
    try:
        facts = json.loads(_file(instance, job).read_text("utf-8"))
        return Note(datetime.fromisoformat(facts.pop("at")), bool(facts.pop("ok")), facts)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def beat(instance: Instance) -> None:
    """The ticker begins a round."""
    now, file = clock.now().timestamp(), instance.folder / BEAT
    file.touch(0o600)
    os.utime(file, (now, now))


def since_beat(instance: Instance) -> timedelta | None:
    """How long ago the ticker began its last round; None if it never did."""
    try:
        seconds = (instance.folder / BEAT).stat().st_mtime
    except OSError:
        return None
    return timedelta(seconds=clock.now().timestamp() - seconds)


def wish(instance: Instance, job: str) -> None:
    """Ask the ticker to do a piece of work in its next round."""
    file = _file(instance, job).with_suffix(".wish")
    file.parent.mkdir(exist_ok=True)
    file.touch()


def wished(instance: Instance, job: str) -> bool:
    """Whether somebody asked for it since it was last done."""
    return _file(instance, job).with_suffix(".wish").exists()


def grant(instance: Instance, job: str) -> None:
    """The wish is being fulfilled."""
    _file(instance, job).with_suffix(".wish").unlink(missing_ok=True)


def _file(instance: Instance, job: str) -> Path:
    return instance.folder / FOLDER / f"{job}.json"

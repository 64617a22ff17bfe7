"""What the server does by itself: close meals that are over, back up, forget, check, and try a restore.

Every worker has a thread for it, and a kernel lock lets one of them on the machine do the work; of several
machines that share a PostgreSQL, one leads.
"""

import fcntl
import logging
import os
import shutil
import threading
import time
from datetime import datetime, timedelta

from kiosk.core import clock
from kiosk.core.config import Instance
from kiosk.core.db import session
from kiosk.core.errors import Problem
from kiosk.core.postgres import Leader
from kiosk.core.room import Job, rooms
from kiosk.core.web import KioskApp
from kiosk.core.web.memory import Memory
from kiosk.operation import backups, drill, heads, notes
from kiosk.school import queries as school

PAUSE = 20.0
"""Seconds between two rounds, and before the first: a server that comes back first serves."""
LEAST_FREE = 0.1
"""Below this share of free disk the office and the log say so."""
NIGHT = range(1, 5)
"""The hours of the school's clock in which long work is done."""
JUMP = timedelta(minutes=1)
"""A clock that moved by so much more or less than the machine has run was set."""

log = logging.getLogger("kiosk")

_rounds_at = Memory[list[tuple[datetime, float]]](lambda _app: [])
"""The time of day and of the machine at the last round; nothing before the first."""


def start(app: KioskApp) -> threading.Thread:
    """Begin to tick in a thread of this process."""
    thread = threading.Thread(target=_run, args=(app,), name="ticker", daemon=True)
    thread.start()
    return thread


def _run(app: KioskApp) -> None:
    instance = app.instance
    file = os.open(instance.folder / notes.BEAT, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    leader = None if instance.uses_sqlite else Leader(instance.database_url)
    while True:
        time.sleep(PAUSE)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            continue
        try:
            tick(app, leads=leader is None or leader.lead())
        except Exception as error:  # the next round may go better; the server goes on meanwhile
            log.warning("by itself: %s: %s", type(error).__name__, error)


def tick(app: KioskApp, *, leads: bool = True) -> None:
    """One round: close what is over, back up what is due, look at the disk, do the long work that is due.

    Of several machines one `leads`; the others look after themselves alone.
    """
    instance = app.instance
    notes.beat(instance)
    if (busy := notes.read(instance, "busy")) and busy.facts.get("doing"):  # it was killed at its work
        notes.write(instance, "busy", ok=True, doing="")
    _watch_clock(app)
    _warn_of_disk(instance)
    if not leads:
        notes.write(instance, "elsewhere", ok=True)
        return
    with app.app_context():
        try:
            worked, quiet = _rounds(instance), school.now().hour in NIGHT
        finally:
            session.remove()
    _send_head(app)
    if worked or backups.is_due(instance) or notes.wished(instance, "backup"):
        _back_up(instance)
    for job in jobs(app):
        if notes.wished(instance, job.name) or _is_due(instance, job, quiet=quiet):
            _do(app, job)


def _rounds(instance: Instance) -> bool:
    """Let every room look after its short work, upper floors first, so that what they have to say goes out in
    this round; whether any did something. What fails holds up nothing else."""
    worked, problems = False, []
    for work in [work for room in reversed(rooms()) for work in room.rounds]:
        try:
            worked = work() or worked
        except Exception as error:  # the office sees what fails again and again
            said, *_where = str(error).splitlines() or [""]
            problems.append(f"{type(error).__name__}: {said}")
            log.warning("by itself: %s", problems[-1])
            session.remove()
    _note_failures(instance, problems)
    return worked


def _note_failures(instance: Instance, problems: list[str]) -> None:
    """Remember what failed, and for how many rounds on end something has."""
    before = notes.read(instance, notes.FAILING)
    times = before.facts.get("times", 0) if before else 0
    if problems or times:
        times = times + 1 if problems else 0
        notes.write(instance, notes.FAILING, ok=not problems, problems=problems, times=times)


def jobs(app: KioskApp) -> list[Job]:
    """The long work of the rooms that the school uses."""
    with app.app_context():
        try:
            return [job for room in rooms() for job in room.jobs]
        finally:
            session.remove()


def _send_head(app: KioskApp) -> None:
    with app.app_context():
        try:
            heads.send_out()
        except Problem as problem:
            log.warning("the record's head: %s", problem)
        finally:
            session.remove()


def _back_up(instance: Instance) -> None:
    notes.grant(instance, "backup")
    if not instance.uses_sqlite:
        report = drill.back_up(instance)
        backups.prune(instance)
        notes.write(instance, "backup", ok="problems" not in report, **report)
        return
    try:
        backups.settle(instance)
        file, facts = backups.make(instance)
        backups.prune(instance)
    except Problem as problem:
        log.warning("no backup: %s", problem)
        notes.write(instance, "backup", ok=False, problems=[str(problem)])
    else:
        notes.write(instance, "backup", ok=True, file=file.name, ratings=facts.ratings)


def _is_due(instance: Instance, job: Job, *, quiet: bool) -> bool:
    """At night once its time has come; at any hour where the machine is off at night; never at once."""
    last = notes.read(instance, job.name) or notes.read(instance, "start")
    if last is None:
        notes.write(instance, "start", ok=True)
        return False
    age = clock.now() - last.at
    return age < -timedelta(days=1) or age >= job.every * (0.8 if quiet else 1.5)


def _do(app: KioskApp, job: Job) -> None:
    instance = app.instance
    notes.grant(instance, job.name)
    notes.write(instance, "busy", ok=True, doing=job.name)
    try:
        with app.app_context():
            try:
                facts = job.work()
            finally:
                session.remove()
    except Exception as error:  # the office sees what failed; the next rounds go on
        facts = {"ok": False, "problems": [str(error) or type(error).__name__]}
    if not facts.get("ok"):
        log.warning("%s: %s", job.name, facts.get("problems"))
    notes.write(instance, job.name, **{"ok": False, **facts})
    notes.write(instance, "busy", ok=True, doing="")


def _watch_clock(app: KioskApp) -> None:
    """Note when the time of day moved by more or less than the machine has run since the last round."""
    rounds, now = _rounds_at.of(app), (clock.now(), time.monotonic())
    before, rounds[:] = rounds[:], [now]
    if not before:
        return
    jump = (now[0] - before[0][0]) - timedelta(seconds=now[1] - before[0][1])
    if abs(jump) > JUMP:
        log.warning("the clock jumped by %d seconds", jump.total_seconds())
        notes.write(app.instance, "clock", ok=False, seconds=round(jump.total_seconds()))


_warned = 0.0


def _warn_of_disk(instance: Instance) -> None:
    global _warned
    disk = shutil.disk_usage(instance.folder)
    if disk.total and disk.free < disk.total * LEAST_FREE and time.monotonic() - _warned > 3600:
        _warned = time.monotonic()
        log.warning("only %d MB of disk are free in %s", disk.free >> 20, instance.folder)

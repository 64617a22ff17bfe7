"""The commands of the product, run as an IT teacher would run them: the nightly check and the restore drill.

Each runs as a process of its own, out of the way of those who serve.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

from kiosk.core import clock
from kiosk.core.config import CONFIG, ROOT, Instance, remember_database
from kiosk.core.errors import Invalid, StorageFull
from kiosk.core.i18n import lazy
from kiosk.operation import backups

LONGEST = 3600
"""Seconds after which a command is given up."""
NICE = 10
REASON = re.compile(r"kiosk: |[\w.]*(?:Error|Exception): ")
"""How a line begins that says why a command failed: our own words, or an exception's."""
MOST_TOLD = 20
"""Problems that are remembered; `kiosk check` tells all."""


class Drill(NamedTuple):
    """How a restore drill went. `made`: when the backup was; `seconds`: to restore it, without the check."""

    ok: bool
    file: str
    made: datetime
    seconds: float
    check_seconds: float
    megabytes: float
    ratings: int
    problems: list[str]

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return {**self._asdict(), "made": self.made.isoformat()}


def check(folder: Path, *, database: str | None = None) -> dict[str, Any]:
    """What `kiosk check --json` says of an instance; its problems cut to the first twenty.

    `database` is the DATABASE_URL that counts; without it, what config.toml says.
    """
    code, output = _run(folder, "check", "--json", database=database)
    try:
        report: dict[str, Any] = json.loads(output)
    except ValueError:
        report = {"ok": False, "problems": [_why(output) or f"kiosk check: {code}"]}
    return {**report, "problems": report["problems"][:MOST_TOLD]}


def back_up(instance: Instance) -> dict[str, Any]:
    """`kiosk backup --json` of a school in PostgreSQL; `problems` instead if it fails."""
    file = instance.folder / "backups" / f"{clock.now():{backups.NAME}}"
    code, output = _run(instance.folder, "backup", str(file), "--json", database=instance.database_url)
    if code:
        return {"problems": [_why(output)]}
    facts: dict[str, Any] = json.loads(output)
    return facts


def drill(instance: Instance) -> Drill:
    """Restore the newest backup into a folder that is thrown away afterwards, and check all that it holds.

    Raises Invalid where there is no backup yet, StorageFull where there is no room to try.
    """
    copies = backups.dated(instance)
    if not copies:
        raise Invalid(lazy("There is no backup yet that could be restored."))
    moment, file = copies[0]
    size = file.stat().st_size
    if shutil.disk_usage(instance.folder).free < 2 * size:
        raise StorageFull(
            lazy("There is no room for a restore drill in %(folder)s."), folder=str(instance.folder)
        )
    folder = instance.folder / "operation" / "drill"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        return _restore(instance, file, moment, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _restore(instance: Instance, file: Path, moment: datetime, folder: Path) -> Drill:
    folder.mkdir(mode=0o700, parents=True)
    shutil.copy(instance.folder / CONFIG, folder / CONFIG)
    remember_database(Instance(folder, {}), None)  # tried on SQLite, wherever the school is
    start = monotonic()
    code, output = _run(folder, "restore", str(file), "--json")
    end = monotonic()
    problems, ratings = ([] if code == 0 else [_why(output)]), 0
    if code == 0:
        report = check(folder)
        problems, ratings = report["problems"], report.get("ratings", 0)
    return Drill(
        ok=not problems,
        file=file.name,
        made=moment,
        seconds=round(end - start, 1),
        check_seconds=round(monotonic() - end, 1),
        megabytes=round(file.stat().st_size / 1e6, 1),
        ratings=ratings,
        problems=problems,
    )


def _why(said: str) -> str:
    """The line that says why, of what a failed command said: it goes out to phones, a traceback does not."""
    lines = said.strip().splitlines()
    return next((line for line in reversed(lines) if REASON.match(line)), lines[-1] if lines else "")[-500:]


def _run(folder: Path, *arguments: str, database: str | None = None) -> tuple[int, str]:
    """A command of ours on an instance, gently; its status, and what it said."""
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    environment |= {"KIOSK_INSTANCE": str(folder), **({"DATABASE_URL": database} if database else {})}
    process = subprocess.Popen(  # noqa: S603 - our own program with our own words
        [sys.executable, "-m", "kiosk", *arguments],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        os.setpriority(os.PRIO_PROCESS, process.pid, NICE)
        output, complaint = process.communicate(timeout=LONGEST)
    except BaseException:
        process.kill()
        process.communicate()
        raise
    return process.returncode, output or complaint

"""Processes of the tests that run `kiosk`, forked from one that has opened the house: they start at once."""

import gc
import multiprocessing
import os
import sys
import time
from collections.abc import Mapping, Sequence
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import configure_mappers

from kiosk import manifests
from kiosk.cli import main

HOUSE = multiprocessing.get_context("forkserver")
HOUSE.set_forkserver_preload([__name__])

for room in manifests():
    for door in room.doors:
        import_module(f"{room.package}.{door}")
configure_mappers()
gc.freeze()


class Forked:
    """`kiosk` with some arguments in a process of its own, to be handled like a `subprocess.Popen`."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        said, says = HOUSE.Pipe(duplex=False)
        self._process = HOUSE.Process(target=_run, args=(arguments, dict(environment), folder, says))
        self._process.start()
        says.close()
        self.stdout: BinaryIO = os.fdopen(os.dup(said.fileno()), "rb")
        self.pid = self._process.pid or 0

    def poll(self) -> int | None:
        """The exit code, or None while it runs."""
        return self._process.exitcode

    def wait(self, seconds: float | None = None) -> int | None:
        """Wait for its end, so long at most; the exit code, or None while it runs."""
        self._process.join(seconds)
        return self.poll()

    def terminate(self) -> None:
        """Ask it to end."""
        self._process.terminate()

    def kill(self) -> None:
        """End it."""
        self._process.kill()


def _run(arguments: Sequence[str], environment: Mapping[str, str], folder: Path, says: Connection) -> None:
    for standard in (1, 2):
        os.dup2(says.fileno(), standard)
    says.close()
    sys.stdout = open(1, "w", buffering=1, closefd=False)  # noqa: SIM115 - they last as long as the process
    sys.stderr = open(2, "w", buffering=1, closefd=False)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(folder)
    main(arguments, prog_name="kiosk")

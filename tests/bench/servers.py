"""Servers to be measured: the product, a Flask view that does nothing, and what processor time they take."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import Request, urlopen

from tests.conftest import OwnProgram, free_port

HERE = Path(__file__).parent


class Place(NamedTuple):
    """Where a server listens, and its first process."""

    port: int
    pid: int

    def cpu(self) -> float:
        """Seconds of processor time that it and its children have used so far."""
        return sum(map(_cpu, _family(self.pid)))


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    return [pid, *(one for child in children for one in _family(int(child)))]


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / float(os.sysconf("SC_CLK_TCK"))


@contextmanager
def serving(folder: Path, **environment: str) -> Iterator[Place]:
    """The product on an instance."""
    server = OwnProgram(folder, **environment)
    try:
        yield Place(server.port, server.process.pid)
    finally:
        server.stop()


@contextmanager
def idle() -> Iterator[Place]:
    """A Flask view that takes a rating's POST and does nothing, served in the same way."""
    with _running("tests.bench.noop") as place:
        yield place


@contextmanager
def one_by_one(folder: Path, **environment: str) -> Iterator[Place]:
    """The product, with a commit for each request."""
    with _running("tests.bench.one_by_one", KIOSK_INSTANCE=str(folder), **environment) as place:
        yield place


@contextmanager
def _running(module: str, **environment: str) -> Iterator[Place]:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", module, str(port)], env={**os.environ, **environment})
    try:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                urlopen(f"http://127.0.0.1:{port}/healthz").close()
                break
            except OSError:
                time.sleep(0.05)
        yield Place(port, process.pid)
    finally:
        process.terminate()
        process.wait(15)


def post(path: str, body: dict[str, Any], **headers: str) -> bytes:
    """A request as it goes over the line."""
    raw = json.dumps(body).encode()
    head = {"Host": "bench", "Content-Type": "application/json", "Content-Length": str(len(raw)), **headers}
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items()), "", ""]
    return "\r\n".join(lines).encode() + raw


def ask(url: str, body: dict[str, Any] | None = None, **headers: str) -> Any:
    """The answer to a request: a GET, or a POST of JSON."""
    raw = None if body is None else json.dumps(body).encode()
    head = {**headers, **({} if raw is None else {"Content-Type": "application/json"})}
    return urlopen(Request(url, raw, head), timeout=30)


def slow_disk(folder: Path) -> str | None:
    """The library that makes each fsync 5 ms longer, or None without a compiler."""
    library = folder / "slow_fsync.so"
    command = ["gcc", "-O2", "-shared", "-fPIC", "-o", str(library), str(HERE / "slow_fsync.c"), "-ldl"]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return str(library)

"""A private PostgreSQL for the tests: a free port of the loopback, a temporary folder, gone at the end.

It lies in memory where there is room: a test's database is eight hundred files, and each is synced to disk.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

IN_MEMORY, ROOM = Path("/dev/shm"), 2**31
"""Linux's folder in memory, and how many bytes must be free in it."""


def place() -> Path | None:
    """Where databases are made and dropped fast; None where only the disk has room."""
    writable = os.access(IN_MEMORY, os.W_OK)
    return IN_MEMORY if writable and shutil.disk_usage(IN_MEMORY).free >= ROOM else None


def binaries() -> Path:
    """The folder of PostgreSQL's newest programs: Debian's, or where initdb is found."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    found = shutil.which("initdb")
    if debian:
        return debian[-1]
    assert found, "PostgreSQL is needed for these tests (Debian: apt-get install postgresql)"
    return Path(found).resolve().parent


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Cluster:
    """One PostgreSQL server. PostgreSQL refuses to run as root, so root runs it as nobody."""

    def __init__(self, *, source: "Cluster | None" = None, **settings: str) -> None:
        self.port = free_port()
        self._made = 0
        memory = place()
        self.folder = Path(tempfile.mkdtemp(prefix="kiosk-postgres-", dir=memory))
        # In memory it takes a third of the time, on a disk many times as long.
        self._copied = "STRATEGY file_copy" if memory else ""
        self.data = self.folder / "data"
        self.settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "shared_buffers": "64MB",
            **settings,
        }
        self._user = "nobody" if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(self.folder, self._user)
        if source is None:
            self._run("initdb", "-D", self.data, "-U", "kiosk", "-A", "trust", "-E", "UTF8", "--locale=C")
        else:
            self._run("pg_basebackup", "-D", self.data, "-R", "-c", "fast", "-d", source.url("postgres"))
        self.process: subprocess.Popen[bytes] | None = None

    def _command(self, name: str, *arguments: object) -> dict[str, Any]:
        account = pwd.getpwnam(self._user) if self._user else None
        return {
            "args": [str(binaries() / name), *map(str, arguments)],
            "cwd": self.folder,
            "start_new_session": True,  # a key pressed in the terminal is meant for the tests alone
            "env": {"LC_ALL": "C", "PATH": os.environ["PATH"]},
            **({"user": account.pw_uid, "group": account.pw_gid, "extra_groups": ()} if account else {}),
        }

    def _run(self, name: str, *arguments: object) -> None:
        done = subprocess.run(**self._command(name, *arguments), capture_output=True, text=True)
        assert done.returncode == 0, f"{name}: {done.stderr}"

    def start(self) -> "Cluster":
        """Start the server and wait until it answers."""
        options = [word for name, value in self.settings.items() for word in ("-c", f"{name}={value}")]
        log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen(
            **self._command("postgres", "-D", self.data, *options), stdout=log, stderr=log
        )
        until = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
                return self
            except psycopg.OperationalError:
                if time.monotonic() > until or self.process.poll() is not None:
                    raise AssertionError((self.folder / "log").read_text()) from None
                time.sleep(0.05)

    def url(self, database: str) -> str:
        """The address of one of its databases."""
        return f"postgresql://kiosk@127.0.0.1:{self.port}/{database}"

    def ask(self, question: str, database: str = "postgres") -> Any:
        """The first value of the first row of an answer, or None."""
        with psycopg.connect(self.url(database)) as connection:
            row = connection.execute(question.encode()).fetchone()
        return row and row[0]

    def execute(self, statement: str, database: str = "postgres") -> None:
        """Run one statement outside a transaction."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def create(self, name: str = "", *, template: str = "template0") -> str:
        """Make a database, empty or as a copy; its name, which is a new one if none is given."""
        self._made += 1
        name = name or f"kiosk{self._made}"
        self.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{template}'")
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} {self._copied}")
        return name

    def drop(self, database: str) -> None:
        """Forget a database, whoever still uses it."""
        self.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def promote(self) -> None:
        """Make a standby the primary."""
        self._run("pg_ctl", "promote", "-D", self.data, "-w")

    def kill(self) -> None:
        """Let it die as in a crash: every process at once, nothing flushed."""
        assert self.process
        self._run("pg_ctl", "stop", "-D", self.data, "-m", "immediate", "-w")
        self.process.wait(10)

    def remove(self) -> None:
        """Stop the server and forget its data."""
        if self.process and self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

"""Files that people bring, beside the database: each lies under the hash of what is in it.

`uploads/ab/abcd…` of the instance, and of a folder with backups. A file never changes; the same content is
there once. What waits in `uploads/waiting/` belongs to a form that was not sent yet.
"""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from secrets import token_hex

from kiosk.core import clock, config
from kiosk.core.errors import StorageFull
from kiosk.core.i18n import lazy

FOLDER = "uploads"
WAITING = "waiting"
DIGEST = re.compile(r"[0-9a-f]{64}")
A_DAY = timedelta(days=1)


def folder() -> Path:
    """The folder of the instance at work."""
    return config.current().folder / FOLDER


def digest_of(data: bytes) -> str:
    """What a file is called: SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def place(root: Path, digest: str) -> Path:
    """Where a file lies below such a folder. ValueError for what is no hash."""
    if not DIGEST.fullmatch(digest):
        raise ValueError(digest)
    return root / digest[:2] / digest


def wait(data: bytes) -> str:
    """Put a file where it waits for its form, for a day; its hash."""
    digest = digest_of(data)
    _write(folder() / WAITING / digest, data)
    return digest


def waiting(digest: str) -> bytes | None:
    """A file that waits, or None."""
    return _read(folder() / WAITING / digest) if DIGEST.fullmatch(digest) else None


def lately_waiting() -> int:
    """How many files were put there to wait within the last hour."""
    since = clock.now().timestamp() - 3600
    return sum(path.stat().st_mtime > since for path in (folder() / WAITING).glob("*"))


def keep(data: bytes) -> str:
    """Put a file in its place, on disk before anything points to it; its hash. Raises StorageFull."""
    digest = digest_of(data)
    path = place(folder(), digest)
    if not is_whole(path):
        _write(path, data)
    return digest


def read(digest: str) -> bytes | None:
    """A file, or None where there is none."""
    return _read(place(folder(), digest))


def is_whole(path: Path) -> bool:
    """Whether a file is there and is what its name says."""
    data = _read(path)
    return data is not None and digest_of(data) == path.name


def files(root: Path) -> Iterator[Path]:
    """Every file below such a folder that is in its place."""
    return (path for path in root.glob("??/*") if DIGEST.fullmatch(path.name))


def copy(source: Path, target: Path) -> int:
    """Copy what the target lacks, whole files only; how many."""
    copied = 0
    for path in files(source):
        goal = place(target, path.name)
        if not goal.exists() and is_whole(path):
            _write(goal, path.read_bytes())
            copied += 1
    return copied


def remove(digests: Iterable[str]) -> None:
    """Remove files for good, from the backups' folder too."""
    roots = (folder(), config.current().folder / "backups" / FOLDER)
    for digest in digests:
        for root in roots:
            place(root, digest).unlink(missing_ok=True)
        (folder() / WAITING / digest).unlink(missing_ok=True)


def abandoned(known: set[str]) -> list[str]:
    """What nothing points to and lies there for a day; what waited so long for its form is removed."""
    before = (clock.now() - A_DAY).timestamp()
    for path in list((folder() / WAITING).glob("*")):
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
    return [path.name for path in files(folder()) if path.name not in known and path.stat().st_mtime < before]


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _write(path: Path, data: bytes) -> None:
    """Let a whole file appear under its name, on disk before it does."""
    part = path.with_name(f".{token_hex(8)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.touch(0o600)
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        handle = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        part.unlink(missing_ok=True)
        message = lazy("%(file)s cannot be written: %(error)s")
        raise StorageFull(message, file=path.name, error=error.strerror or str(error)) from error

"""Where the running server is reached: it leaves its address in the instance, and commands read it there.

The file is held as long as the server runs. One that nobody holds is from a server that was killed.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kiosk.core.config import Instance
from kiosk.core.i18n import lazy


def _file(instance: Instance) -> Path:
    return instance.folder / "serving.address"


@contextmanager
def announced(instance: Instance) -> Iterator[None]:
    """Leave the server's address for as long as it runs; of several that start the last counts."""
    path = _file(instance)
    handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
    fcntl.flock(handle, fcntl.LOCK_SH)
    path.write_text(f"{instance.public_url or ''}\n", "utf-8")
    try:
        yield
    finally:
        os.close(handle)


def address(instance: Instance) -> str | None:
    """The address that tablets and phones use: the configured one, else the running server's, else None."""
    if instance.public_url:
        return instance.public_url
    with suppress(OSError), _file(instance).open(encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return file.read().strip() or None
    return None


def missing() -> str:
    """How an address becomes known."""
    return str(lazy("No address is known: start the server, or set KIOSK_PUBLIC_URL in config.toml."))

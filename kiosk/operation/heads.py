"""The head of the chain outside of the database: a file a day, and what verifying compares with it."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from kiosk.chain.queries import KnownHead
from kiosk.core import config
from kiosk.core.config import Instance
from kiosk.core.errors import Problem
from kiosk.operation import backups

LINE = re.compile(r"^(\d{1,15}):([0-9a-f]{64})$", re.MULTILINE)
"""A head in its file: the entry's number and its hash."""


def folder(instance: Instance) -> Path:
    """Where the files are."""
    return instance.folder / "heads"


def known() -> Iterator[KnownHead]:
    """The heads that the files and the backups of this instance know."""
    instance = config.current()
    for file in sorted(folder(instance).glob("*.txt")):
        for seq, own in LINE.findall(file.read_text("utf-8", "replace")):
            yield KnownHead(int(seq), own, f"heads/{file.name}")
    for _made, path in backups.dated(instance):
        yield from _of_backup(path)


def newest(replaced: Path | None) -> int:
    """The number of the newest entry that is known, also from a database that a restore put aside."""
    seqs = [one.seq for one in known()]
    if replaced is not None:
        try:
            seqs.append(backups.inspect(replaced / "kiosk.sqlite3").chain_entries)
        except Problem:
            pass  # it was damaged, which is why it was replaced
    return max(seqs, default=0)


def _of_backup(path: Path) -> Iterator[KnownHead]:
    """A backup's newest entry; none of a file that cannot be read (the page of backups tells of that)."""
    try:
        with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as connection:
            query = "SELECT seq, hash FROM chain_entry ORDER BY seq DESC LIMIT 1"
            for seq, own in connection.execute(query).fetchall():
                yield KnownHead(int(seq), str(own), f"backups/{path.name}")
    except sqlite3.DatabaseError:
        return

"""Reading and verifying the chain."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from kiosk.chain.models import ChainEntry
from kiosk.core.db import session

GENESIS = "0" * 64
"""What stands in the place of a previous hash before the first entry."""


@dataclass(frozen=True)
class Head:
    """The newest entry: its number (0: none yet) and its hash."""

    seq: int
    hash: str

    @property
    def short(self) -> str:
        """The first twelve hex digits in groups of four, as printed on posters."""
        return " ".join(self.hash[i : i + 4] for i in (0, 4, 8))


def link(previous: str, body: str) -> str:
    """The hash of an entry with this body that follows the entry with the hash `previous`."""
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def head() -> Head:
    """The head of the chain as it stands."""
    last = session.execute(
        select(ChainEntry.seq, ChainEntry.hash).order_by(ChainEntry.seq.desc()).limit(1)
    ).one_or_none()
    return Head(*last) if last else Head(0, GENESIS)


def entries(
    *,
    before: int | None = None,
    kind: str | None = None,
    subject: str | None = None,
    actor: str | None = None,
    limit: int = 50,
) -> list[ChainEntry]:
    """Entries, the newest first; `before` pages on, `kind` is what stands before a subject's colon."""
    query = select(ChainEntry).order_by(ChainEntry.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(ChainEntry.seq < before)
    if kind:
        query = query.where(
            (ChainEntry.subject == kind) | ChainEntry.subject.startswith(f"{kind}:", autoescape=True)
        )
    if subject:
        query = query.where(ChainEntry.subject == subject)
    if actor:
        query = query.where(ChainEntry.actor == actor)
    return list(session.scalars(query))


def count() -> int:
    """How many entries there are."""
    return session.scalar(select(func.count()).select_from(ChainEntry)) or 0


def _told(body: str) -> tuple[Any, ...] | None:
    """What a body says of its columns; None for a body that `append` did not write."""
    try:
        told = json.loads(body)
        at = datetime.fromisoformat(told["at"])
        return (told["seq"], at, told["actor"], told["action"], told["subject"])
    except (ValueError, TypeError, KeyError):
        return None


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was recorded: which row (`kind`, `place`), what is wrong (`problem`).

    The codes have their words in `chain.words`; `detail` is said as it is.
    """

    kind: str
    place: str
    problem: str
    detail: str = ""

    def __str__(self) -> str:
        """One line for a log or a program."""
        return f"{self.kind} {self.place}: {self.problem}" + (f" ({self.detail})" if self.detail else "")


def first_break() -> Finding | None:
    """Walk the whole chain; the first entry that does not fit, or None."""
    previous, expected = GENESIS, 1
    for entry in session.scalars(
        select(ChainEntry).order_by(ChainEntry.seq).execution_options(yield_per=500)
    ):
        if entry.seq > expected:
            return Finding("entry", str(expected), "missing")
        if entry.seq < expected:
            return Finding("entry", str(entry.seq), "inserted")
        if link(previous, entry.body) != entry.hash:
            return Finding("entry", str(entry.seq), "altered")
        if _told(entry.body) != (entry.seq, entry.at, entry.actor, entry.action, entry.subject):
            return Finding("entry", str(entry.seq), "altered")
        previous, expected = entry.hash, expected + 1
    return None

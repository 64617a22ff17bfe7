"""The chain as it is read: its head, its entries, and all of it for an export."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from kiosk.chain.models import ChainEntry, ChainText
from kiosk.core import clock
from kiosk.core.db import remembered, session
from kiosk.core.room import all_rooms

encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode
BEGUN = "record.begun"
"""The action of an entry with which a new record begins; it names the head of the old one."""
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
        return short(self.hash)


def short(own: str) -> str:
    """The first twelve digits of a hash in groups of four, for people."""
    return " ".join(own[i : i + 4] for i in (0, 4, 8))


_HEAD = select(ChainEntry.seq, ChainEntry.hash).order_by(ChainEntry.seq.desc()).limit(1)


def link(previous: str, body: str) -> str:
    """The hash of an entry with this body that follows the entry with the hash `previous`."""
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def head() -> Head:
    """The head of the chain as it stands."""
    return remembered("head", _read_head)


def _read_head() -> Head:
    last = session.connection().execute(_HEAD).one_or_none()
    return Head(*last) if last else Head(0, GENESIS)


def export() -> Iterator[str]:
    """The whole record as lines of JSON, as docs/record.md describes them: head, entries, texts, the rows."""
    last = head()
    yield encode(["record", 2, clock.now().isoformat(timespec="seconds"), last.seq, last.hash])
    query = select(ChainEntry.seq, ChainEntry.hash, ChainEntry.body).where(ChainEntry.seq <= last.seq)
    for row in session.execute(query.order_by(ChainEntry.seq).execution_options(yield_per=500)):
        yield encode(["entry", *row])
    yield from _texts(last.seq)
    for room in all_rooms():
        for source in room.rows.values():
            yield from source()


def _texts(last: int) -> Iterator[str]:
    """Each text with its salt; of an erased one the number of the entry that tells so."""
    query = select(ChainText.seq, ChainText.hash, ChainText.salt, ChainText.text, ChainText.erased_in)
    query = query.where(ChainText.seq <= last).order_by(ChainText.seq, ChainText.hash)
    for seq, own, salt, text, erased in session.execute(query.execution_options(yield_per=500)):
        yield encode(["text", seq, own, salt.hex() if salt else None, text, erased])


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


def entry(seq: int) -> ChainEntry | None:
    """The entry with this number, or None."""
    return session.get(ChainEntry, seq) if 0 < seq < 2**63 else None


def entry_with(characters: str) -> ChainEntry | None:
    """The entry whose hash begins with these hex digits (twelve at least), or None."""
    query = select(ChainEntry).where(ChainEntry.hash.startswith(characters, autoescape=True))
    return session.scalar(query.order_by(ChainEntry.seq).limit(1))


def beginning() -> ChainEntry | None:
    """The entry with which the present record was begun; None while it is the first."""
    query = select(ChainEntry).where(ChainEntry.action == BEGUN).order_by(ChainEntry.seq.desc())
    return session.scalar(query.limit(1))


def count() -> int:
    """How many entries there are."""
    return session.scalar(select(func.count()).select_from(ChainEntry)) or 0

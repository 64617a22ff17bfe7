"""Reading and verifying the chain."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from kiosk.chain.models import ChainEntry
from kiosk.core import clock
from kiosk.core.db import session

encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode
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
    last = session.connection().execute(_HEAD).one_or_none()
    return Head(*last) if last else Head(0, GENESIS)


def export() -> Iterator[str]:
    """The whole record as lines of JSON, as docs/record.md describes them: head, entries, then the rows."""
    last = head()
    yield encode(["record", 1, clock.now().isoformat(timespec="seconds"), last.seq, last.hash])
    query = select(ChainEntry.seq, ChainEntry.hash, ChainEntry.body).where(ChainEntry.seq <= last.seq)
    for row in session.execute(query.order_by(ChainEntry.seq).execution_options(yield_per=500)):
        yield encode(["entry", *row])
    for source in ROWS.values():
        yield from source()


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

    The codes have their words in `chain.words`; `detail` is said as it is; `seal` holds the row.
    """

    kind: str
    place: str
    problem: str
    detail: str = ""
    seal: int = 0

    def __str__(self) -> str:
        """One line for a log or a program."""
        more = [f"seal {self.seal}"] * bool(self.seal) + [self.detail] * bool(self.detail)
        return f"{self.kind} {self.place}: {self.problem}" + (f" ({', '.join(more)})" if more else "")


@dataclass(frozen=True)
class KnownHead:
    """An entry that is known outside of the record: its number, its hash or how that begins, and from where.

    Without a hash only the number is known: something points to the entry.
    """

    seq: int
    hash: str
    source: str


@dataclass(frozen=True)
class Verdict:
    """What verifying found, the first false row first; `heads`: how many known heads were compared."""

    head: Head
    heads: int
    restored: int
    """So many known heads were left behind when a backup was restored, as the record itself tells."""
    findings: list[Finding]


Check = Callable[[], Iterable[Finding]]
CHECKS: dict[str, Check] = {}
"""Of the rooms above: whether their rows are what the record says (see `services.register_check`)."""
HEADS: dict[str, Callable[[], Iterable[KnownHead]]] = {}
"""Where heads are known (see `services.register_heads`)."""
ROWS: dict[str, Callable[[], Iterable[str]]] = {}
"""Rows of the rooms above that stand in an export (see `services.register_rows`)."""
RESTORED = "record.restored"


def verify(heads: Iterable[KnownHead] = ()) -> Verdict:
    """Look at every entry, every known head and every row that the record vouches for."""
    found = first_break()
    known = sorted([*heads, *(one for source in HEADS.values() for one in source())], key=lambda one: one.seq)
    false, restored = _false_heads(known)
    findings = [*([found] if found else []), *false, *(one for check in CHECKS.values() for one in check())]
    return Verdict(head(), len(known), restored, findings)


def _false_heads(known: Iterable[KnownHead]) -> tuple[list[Finding], int]:
    """The known heads that the record no longer holds, and how many of them a restored backup explains."""
    end, restored, false, good = head().seq, 0, [], 0
    left = list(_left_behind())
    for one in known:
        found = session.get(ChainEntry, one.seq)
        if found is not None and found.hash.startswith(one.hash):
            good = one.seq
        elif one.hash and any(first <= one.seq <= last for first, last in left):
            restored += 1
        elif found is None:
            false.append(Finding("entry", str(min(one.seq, end + 1)), "cut", one.source))
        else:
            false.append(Finding("entry", str(one.seq), "rewritten", f"{one.source}; true at {good}"))
    return false, restored


def _left_behind() -> Iterator[tuple[int, int]]:
    """From which entry to which the record was left behind when a backup was restored."""
    query = select(ChainEntry.body).where(ChainEntry.action == RESTORED)
    for body in session.scalars(query.order_by(ChainEntry.seq)):
        try:
            first, last = json.loads(body)["after"]["left"]
            yield int(first), int(last)
        except (ValueError, TypeError, KeyError):
            continue


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

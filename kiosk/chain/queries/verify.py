"""Verifying the chain, and with it everything that the rooms above keep: what is not as it was recorded."""

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from kiosk.chain.models import ChainEntry, ChainText
from kiosk.chain.queries.findings import Finding, KnownHead
from kiosk.chain.queries.record import Head, entry_with, head
from kiosk.chain.queries.record import entry as entry_at
from kiosk.chain.queries.texts import read_body
from kiosk.chain.queries.walk import first_break, loose_texts
from kiosk.core import config
from kiosk.core.db import session
from kiosk.core.room import all_rooms

REMEMBERED = 60.0
"""Seconds for which a walk through the whole chain answers everybody who asks on the public page."""


@dataclass(frozen=True)
class Verdict:
    """What verifying found, the first false row first; `heads`: how many kept heads were compared."""

    head: Head
    heads: int
    restored: int
    """So many known heads were left behind when a backup was restored, as the record itself tells."""
    findings: list[Finding]
    erased: int = 0
    """So many names and texts were erased, as the record itself tells."""
    waiting: tuple[Finding, ...] = ()
    """What the running server has still to do; no fault of the record."""


RESTORED = "record.restored"


def verify(heads: Iterable[KnownHead] = ()) -> Verdict:
    """Look at every entry, every known head and every row that the record vouches for."""
    found = first_break()
    known = sorted(
        [*heads, *(one for room in all_rooms() for source in room.heads.values() for one in source())],
        key=lambda one: one.seq,
    )
    false, restored = false_heads(known)
    checked = [one for room in all_rooms() for check in room.checks.values() for one in check()]
    findings = [
        *([found] if found else []),
        *false,
        *loose_texts(),
        *(one for one in checked if one.is_fault),
    ]
    waiting = tuple(one for one in checked if not one.is_fault)
    kept = sum(1 for one in known if one.hash)
    return Verdict(head(), kept, restored, findings, erased_texts(), waiting)


def erased_texts() -> int:
    """How many names and texts of the record were erased."""
    return session.scalar(select(func.count()).where(ChainText.text.is_(None))) or 0


def false_heads(known: Iterable[KnownHead]) -> tuple[list[Finding], int]:
    """The known heads that the record no longer holds, and how many of them a restored backup explains."""
    end, restored, good = head().seq, 0, 0
    false: list[Finding] = []
    left = [ends for ends, _entry in _left_behind()]
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


def _left_behind() -> Iterator[tuple[tuple[int, int], ChainEntry]]:
    """From which number to which entries were left behind by a restore, and the entry that tells of it."""
    query = select(ChainEntry).where(ChainEntry.action == RESTORED).order_by(ChainEntry.seq)
    for entry in session.scalars(query):
        try:
            first, last = read_body(entry.body)["after"]["left"]
            yield (int(first), int(last)), entry
        except (ValueError, TypeError, KeyError):
            continue


_walked: tuple[str, float, Finding | None] = ("", 0.0, None)


def recent_break() -> Finding | None:
    """The same for a page that anybody may open: walked at most once a minute while the head stays."""
    global _walked
    own, now = f"{config.current().folder} {head().hash}", time.monotonic()
    if _walked[0] != own or now - _walked[1] > REMEMBERED:
        _walked = (own, now, first_break())
    return _walked[2]


def read_characters(typed: str) -> str:
    """The twelve digits of a head as somebody typed or pasted it from paper; "" where there are none."""
    whole = re.search(r"[0-9a-f]{64}", typed.lower())
    found = whole[0][:12] if whole else re.sub(r"[^0-9a-f]", "", typed.lower())[-12:]
    return found if len(found) == 12 else ""


@dataclass(frozen=True)
class Compared:
    """What became of a printed head: `state` is held, broken (before it), left (by a restore), cut (the
    record ends before it), other (its number has other characters), none, or unclear (cannot be read)."""

    state: str
    entry: ChainEntry | None = None
    broken: Finding | None = None


def compare(typed: str, seq: int | None) -> Compared:
    """Whether the record holds a head as somebody typed it from paper, and is whole up to there."""
    characters = read_characters(typed)
    if not characters:
        return Compared("unclear")
    entry = entry_with(characters)
    if entry is not None:
        broken = recent_break()
        if broken is not None and int(broken.place) <= entry.seq:
            return Compared("broken", entry, broken)
        return Compared("held", entry)
    if seq is None:
        return Compared("none")
    for (first, last), told in _left_behind():
        if first <= seq <= last:
            return Compared("left", told)
    at_number = entry_at(seq)
    return Compared("other" if at_number else "cut" if seq > head().seq else "none", at_number)

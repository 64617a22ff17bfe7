"""What a seal commits to: a Merkle tree for each kind of fact, one digest; and the proof of one fact.

docs/record.md describes the format for those who check it without this product.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from kiosk.chain.models import ChainEntry
from kiosk.core import merkle
from kiosk.core.db import session
from kiosk.seals.models import Seal
from kiosk.seals.queries.facts import Range, Series, encode, series, series_named

FORMAT = 2
NO_SEAL = "0" * 64
"""What stands in the place of a previous digest before the first seal."""


@dataclass(frozen=True)
class Part:
    """The facts of one kind in a seal: from which number to which, how many, and the root of their tree."""

    first: int
    last: int
    count: int
    root: str


def digest(facts: Series, previous: str, parts: Sequence[Part]) -> str:
    """The digest of a seal: SHA-256 over the digest before it and its parts."""
    kinds = [fact.kind for fact in facts.facts]
    rows = [f"{kind}s {p.first} {p.last} {p.count} {p.root}\n" for kind, p in zip(kinds, parts, strict=True)]
    return hashlib.sha256(f"kiosk seal {FORMAT}\n{previous}\n{''.join(rows)}".encode()).hexdigest()


def content(facts: Series, previous: str, parts: Sequence[Part]) -> dict[str, Any]:
    """What the chain's entry about a new seal holds."""
    ranges = {f"{fact.kind}s": (part.first, part.last) for fact, part in zip(facts.facts, parts, strict=True)}
    return {
        "format": FORMAT,
        **ranges,
        "counts": [part.count for part in parts],
        "roots": [part.root for part in parts],
        "previous": previous,
        "digest": digest(facts, previous, parts),
    }


def chain_text(seal: Seal | None) -> dict[str, Any]:
    """What the chain says of a seal; empty where it says nothing."""
    entry = session.get(ChainEntry, seal.chain_seq) if seal else None
    try:
        body = json.loads(entry.body) if entry else {}
        return dict(body["after"]) if body and seal and body["subject"] == f"seal:{seal.number}" else {}
    except (ValueError, TypeError, KeyError):
        return {}


def parts_in(facts: Series, content: dict[str, Any]) -> list[Part]:
    """The parts of a seal of format 2 as the chain tells them; [] where it does not."""
    try:
        ranges = [content[f"{fact.kind}s"] for fact in facts.facts]
        return [
            Part(int(first), int(last), int(count), str(root))
            for (first, last), count, root in zip(ranges, content["counts"], content["roots"], strict=True)
        ]
    except (ValueError, TypeError, KeyError):
        return []


def ranges_of(facts: Series, seal: Seal | None) -> list[Range]:
    """Which facts of each kind a seal holds: the leading kind's by its row, the others' by the chain."""
    if seal is None:
        return [(1, 0)] * len(facts.facts)
    content = chain_text(seal)
    return [(seal.first, seal.last), *(_range(content, fact.kind) for fact in facts.facts[1:])]


def _range(content: dict[str, Any], kind: str) -> Range:
    try:
        first, last = content[f"{kind}s"]
        return int(first), int(last)
    except (ValueError, TypeError, KeyError):
        return 1, 0


def last_seal(name: str) -> Seal | None:
    """The newest seal of a series."""
    return session.scalar(select(Seal).where(Seal.series == name).order_by(Seal.number.desc()).limit(1))


def seals(name: str, *, after: int = 0) -> list[Seal]:
    """The seals of a series after a number, the oldest first."""
    query = select(Seal).where(Seal.series == name, Seal.number > after).order_by(Seal.number)
    return list(session.scalars(query))


def seal_of(name: str, number: int) -> Seal | None:
    """The seal that holds the leading fact of this number, or None while it is not sealed."""
    query = select(Seal).where(Seal.series == name, Seal.last >= number).order_by(Seal.last, Seal.number)
    return session.scalar(query.limit(1))


def unsealed_since(name: str) -> Iterator[datetime]:
    """When the first fact of each kind after the newest seal was recorded, where there is one."""
    facts = series_named(name)
    for fact, (_first, last) in zip(facts.facts, ranges_of(facts, last_seal(name)), strict=True):
        if moment := fact.recorded_after(last):
            yield moment


@dataclass(frozen=True)
class Proof:
    """What proves that a fact stands in a seal: its line, the path to the root, and all of the digest."""

    line: str
    path: merkle.Path
    parts: list[Part]
    previous: str
    entry: ChainEntry
    """The chain's entry with the digest."""
    before: str
    """The hash of the entry before that one."""


def proof(number: int, seal: Seal) -> Proof | None:
    """The proof for a leading fact in the seal that holds it; None for a seal of version 0.1.0.

    Of a fact that is not as it was sealed the proof is given all the same: it leads nowhere.
    """
    facts = series_named(seal.series)
    parts, entry = parts_in(facts, chain_text(seal)), session.get(ChainEntry, seal.chain_seq)
    if seal.format != FORMAT or not parts or entry is None:
        return None
    leaves = merkle.split(seal.leaves or b"")[: parts[0].count]
    ((_number, line),) = facts.facts[0].lines(number, number)
    own, before = merkle.leaf(line), session.get(ChainEntry, entry.seq - 1)
    return Proof(
        line=line,
        path=merkle.path(leaves, leaves.index(own)) if own in leaves else [],
        parts=parts,
        previous=seal.previous,
        entry=entry,
        before=before.hash if before else NO_SEAL,
    )


def record_lines() -> Iterator[str]:
    """What an export of the record holds of seals: each with its leaves, then every fact that is sealed."""
    for seal in session.scalars(select(Seal).order_by(Seal.number)):
        yield encode(["seal", seal.number, seal.digest, (seal.leaves or b"").hex()])
    for fact in (fact for facts in series() for fact in facts.facts):
        yield from (line for _number, line in fact.lines(fact.lowest, fact.top))

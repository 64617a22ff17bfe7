"""What a seal commits to: one canonical line for each row, three Merkle trees, one digest; and its proofs.

docs/record.md describes the format for those who check it without this product.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, select

from kiosk.chain.models import ChainEntry
from kiosk.core import merkle
from kiosk.core.db import session
from kiosk.counters.models import Counter
from kiosk.ratings.models import Rating, RatingMark, RatingNote, Seal

FORMAT = 2
NO_SEAL = "0" * 64
"""What stands in the place of a previous digest before the first seal."""

Kind = Literal["rating", "note", "mark"]
KINDS: tuple[Kind, ...] = ("rating", "note", "mark")

_RATING = (
    Rating.seq,
    Rating.id,
    Counter.code,
    Rating.level,
    Rating.tablet_id,
    Rating.channel,
    Rating.tablet_seq,
    Rating.pressed_at,
    Rating.recorded_at,
    Rating.day,
    Rating.hour,
    Rating.meal,
    Rating.live,
)
_NOTE = (
    RatingNote.id,
    RatingNote.rating_seq,
    RatingNote.reasons,
    RatingNote.comment_hash,
    RatingNote.staff_id,
    RatingNote.added_at,
)
_MARK = (
    RatingMark.id,
    RatingMark.rating_seq,
    RatingMark.mark,
    RatingMark.counted,
    RatingMark.at,
    RatingMark.decided_by,
    RatingMark.reason,
)
NUMBERS = {"rating": Rating.seq, "note": RatingNote.id, "mark": RatingMark.id}
"""By what the rows of each kind are numbered."""
_ROWS: dict[str, Any] = {
    "rating": select(*_RATING).join(Counter, Counter.id == Rating.counter_id),
    "note": select(*_NOTE),
    "mark": select(*_MARK),
}


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain).encode


def streamed(query: Any) -> Iterator[Any]:
    """The rows of a query, fetched some thousands at a time."""
    return iter(session.connection().execute(query.execution_options(yield_per=5000)))


def lines(kind: Kind, first: int, last: int) -> Iterator[tuple[int, str]]:
    """The rows numbered first…last (both included) of a kind: each one's number and its canonical line.

    A line is a JSON array: the kind, then the columns. Of a comment only its salted hash enters, so that a
    comment can be erased and the seal still be verified.
    """
    number = NUMBERS[kind]
    for row in streamed(_ROWS[kind].where(number.between(first, last)).order_by(number)):
        yield row[0], _encode([kind, *row])


def hashed(kind: Kind, first: int, last: int) -> list[tuple[int, bytes]]:
    """The same with the hash of each line instead of the line."""
    return [(number, merkle.leaf(line)) for number, line in lines(kind, first, last)]


def record_lines() -> Iterator[str]:
    """What an export of the record holds of ratings: each seal with its leaves, then every row."""
    for seal in session.scalars(select(Seal).order_by(Seal.number)):
        yield _encode(["seal", seal.number, seal.digest, (seal.leaves or b"").hex()])
    for kind in KINDS:
        number = NUMBERS[kind]
        first, last = session.execute(select(func.min(number), func.max(number))).one()
        if last is not None:
            yield from (line for _number, line in lines(kind, first, last))


@dataclass(frozen=True)
class Part:
    """The rows of one kind in a seal: from which number to which, how many, and the root of their tree."""

    first: int
    last: int
    count: int
    root: str


def digest(previous: str, parts: Sequence[Part]) -> str:
    """The digest of a seal: SHA-256 over the digest before it and its ratings, notes and marks."""
    rows = [f"{kind}s {p.first} {p.last} {p.count} {p.root}\n" for kind, p in zip(KINDS, parts, strict=True)]
    return hashlib.sha256(f"kiosk seal {FORMAT}\n{previous}\n{''.join(rows)}".encode()).hexdigest()


def content(previous: str, parts: Sequence[Part]) -> dict[str, Any]:
    """What the chain is told of a new seal."""
    return {
        "format": FORMAT,
        **{f"{kind}s": (part.first, part.last) for kind, part in zip(KINDS, parts, strict=True)},
        "counts": [part.count for part in parts],
        "roots": [part.root for part in parts],
        "previous": previous,
        "digest": digest(previous, parts),
    }


def told(seal: Seal | None) -> dict[str, Any]:
    """What the chain says of a seal; empty where it says nothing."""
    entry = session.get(ChainEntry, seal.chain_seq) if seal else None
    try:
        body = json.loads(entry.body) if entry else {}
        return dict(body["after"]) if body and seal and body["subject"] == f"seal:{seal.number}" else {}
    except (ValueError, TypeError, KeyError):
        return {}


def parts_told(content: dict[str, Any]) -> list[Part]:
    """The parts of a seal of format 2 as the chain tells them; [] where it does not."""
    try:
        ranges = [content[f"{kind}s"] for kind in KINDS]
        return [
            Part(int(first), int(last), int(count), str(root))
            for (first, last), count, root in zip(ranges, content["counts"], content["roots"], strict=True)
        ]
    except (ValueError, TypeError, KeyError):
        return []


def sealed_marks(content: dict[str, Any]) -> tuple[int, int]:
    """The range of marks that a seal holds, as the chain tells it; (1, 0) where it holds none."""
    try:
        first, last = content["marks"]
        return int(first), int(last)
    except (ValueError, TypeError, KeyError):
        return 1, 0


@dataclass(frozen=True)
class Proof:
    """What proves that a rating stands in a seal: its line, the path to the root, and all of the digest."""

    line: str
    path: merkle.Path
    parts: list[Part]
    previous: str
    entry: ChainEntry
    """The chain's entry with the digest."""
    before: str
    """The hash of the entry before that one."""


def proof(rating_seq: int, seal: Seal) -> Proof | None:
    """The proof for a rating in the seal that holds it; None for a seal of version 0.1.0, which has none.

    Of a rating that is not as it was sealed the proof is given all the same: it leads nowhere.
    """
    parts, entry = parts_told(told(seal)), session.get(ChainEntry, seal.chain_seq)
    if seal.format != FORMAT or not parts or entry is None:
        return None
    leaves = merkle.split(seal.leaves or b"")[: parts[0].count]
    ((_number, line),) = lines("rating", rating_seq, rating_seq)
    own, before = merkle.leaf(line), session.get(ChainEntry, entry.seq - 1)
    return Proof(
        line=line,
        path=merkle.path(leaves, leaves.index(own)) if own in leaves else [],
        parts=parts,
        previous=seal.previous,
        entry=entry,
        before=before.hash if before else NO_SEAL,
    )


def linear_digest(
    previous: str, ratings: tuple[int, int], notes: tuple[int, int], marks: tuple[int, int]
) -> tuple[str, int]:
    """The digest of a seal of version 0.1.0 (format 1), and how many ratings: all rows in one line."""
    made, number = hashlib.sha256(f"{previous}\n".encode()), 0
    columns = [Rating.counter_id if column is Counter.code else column for column in _RATING]
    for seq, id, *rest in streamed(select(*columns).where(Rating.seq.between(*ratings)).order_by(Rating.seq)):
        made.update("\t".join([str(seq), id.hex, *map(str, rest), "\n"]).encode())
        number += 1
    for kind, ends in (("note", notes), ("mark", marks)):
        key = NUMBERS[kind]
        for row in streamed(_ROWS[kind].where(key.between(*ends)).order_by(key)):
            made.update("\t".join([kind, *map(str, row), "\n"]).encode())
    return made.hexdigest(), number


def comment_hash(salt: bytes, comment: str) -> str:
    """What a seal commits to instead of a comment."""
    return hashlib.sha256(salt + comment.encode()).hexdigest()


def unsealed_since(seal: Seal | None) -> Iterator[datetime]:
    """When the first rating, note and mark after a seal were recorded, where there are such."""
    ends = (seal.last_seq, seal.last_note, sealed_marks(told(seal))[1]) if seal else (0, 0, 0)
    moments = (Rating.recorded_at, RatingNote.added_at, RatingMark.at)
    for kind, end, moment in zip(KINDS, ends, moments, strict=True):
        number = NUMBERS[kind]
        found = session.scalar(select(moment).where(number > end).order_by(number).limit(1))
        if found is not None:
            yield found

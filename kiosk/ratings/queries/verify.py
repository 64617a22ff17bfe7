"""Whether the ratings are still those that were sealed; if not, which row is the first that is not."""

from collections.abc import Iterator, Sequence

from sqlalchemy import func, select

from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import Finding, KnownHead
from kiosk.core import merkle
from kiosk.core.db import session
from kiosk.ratings.models import Seal
from kiosk.ratings.queries.sealed import (
    KINDS,
    NO_SEAL,
    NUMBERS,
    Kind,
    Part,
    content,
    hashed,
    linear_digest,
    parts_told,
    sealed_marks,
    told,
)


def false_seals() -> Iterator[Finding]:
    """Every seal against the chain, and every sealed row against its seal."""
    for kind in KINDS:
        if session.scalar(select(func.count()).where(NUMBERS[kind] < 1)):
            yield Finding(kind, str(session.scalar(select(func.min(NUMBERS[kind])))), "inserted")
    previous, ends, known = NO_SEAL, (0, 0, 0), set()
    for seal in session.scalars(select(Seal).order_by(Seal.number)):
        known.add(seal.chain_seq)
        yield from _false_seal(seal, previous, ends)
        previous, ends = seal.digest, (seal.last_seq, seal.last_note, sealed_marks(told(seal))[1])
    sealings = select(ChainEntry.seq, ChainEntry.subject).where(ChainEntry.action == "ratings.sealed")
    for seq, subject in session.execute(sealings.order_by(ChainEntry.seq)):
        if seq not in known:
            yield Finding("seal", subject.partition(":")[2], "missing", f"entry {seq}")


def sealings() -> Iterator[KnownHead]:
    """The chain's entries that seals point to: a record that ends before them was cut."""
    for seal in session.scalars(select(Seal).order_by(Seal.number)):
        yield KnownHead(seal.chain_seq, "", f"seal {seal.number}")


def _false_seal(seal: Seal, previous: str, ends: tuple[int, int, int]) -> Iterator[Finding]:
    """A seal that follows the one with the digest `previous`, which ended at these numbers."""
    text = told(seal)
    own = [(seal.first_seq, seal.last_seq), (seal.first_note, seal.last_note), sealed_marks(text)]
    if not text:
        yield Finding("seal", str(seal.number), "unknown")
    elif (
        seal.digest != text.get("digest")
        or seal.previous != previous
        or seal.format != text.get("format", 1)
        or [list(one) for one in own[:2]] != [text.get("ratings"), text.get("notes")]
        or [first for first, _last in own] != [end + 1 for end in ends]
    ):
        yield Finding("seal", str(seal.number), "altered")
    elif seal.format == 1:
        if linear_digest(previous, *own) != (seal.digest, seal.ratings):
            yield Finding("seal", str(seal.number), "altered", "ratings, notes or marks")
    else:
        yield from _false_rows(seal, parts_told(text))


def _false_rows(seal: Seal, parts: Sequence[Part]) -> Iterator[Finding]:
    leaves = merkle.split(seal.leaves or b"")
    trees = []
    for part in parts:
        trees.append(leaves[: part.count])
        leaves = leaves[part.count :]
    roots = [merkle.root(tree).hex() for tree in trees]
    if roots != [part.root for part in parts] or content(seal.previous, parts)["digest"] != seal.digest:
        yield Finding("seal", str(seal.number), "altered")
        return
    if leaves or seal.ratings != parts[0].count:
        yield Finding("seal", str(seal.number), "altered")
    for kind, part, tree in zip(KINDS, parts, trees, strict=True):
        found = hashed(kind, part.first, part.last)
        if [leaf for _number, leaf in found] != tree:
            yield _first_difference(kind, part, tree, found, seal.number)


def _first_difference(
    kind: Kind, part: Part, tree: Sequence[bytes], found: Sequence[tuple[int, bytes]], seal: int
) -> Finding:
    """The first row that is not as it was sealed: altered, put in, or no longer there."""
    same = next(
        (n for n, (one, (_number, other)) in enumerate(zip(tree, found, strict=False)) if one != other),
        min(len(tree), len(found)),
    )
    number = found[same][0] if same < len(found) else 0
    if same >= len(tree) or tree[same] in {leaf for _number, leaf in found[same + 1 :]}:
        return Finding(kind, str(number), "inserted", seal=seal)
    if same >= len(found) or found[same][1] in tree[same + 1 :]:
        after = found[same - 1][0] if same else part.first - 1
        gapless = part.count == part.last - part.first + 1
        return Finding(kind, str(after + 1) if gapless else f"> {after}", "missing", seal=seal)
    return Finding(kind, str(number), "altered", seal=seal)

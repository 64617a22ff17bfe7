"""Whether the facts are still those that were sealed; if not, which is the first that is not."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import Finding, KnownHead
from kiosk.core import merkle
from kiosk.core.db import session
from kiosk.seals.models import Seal
from kiosk.seals.queries.contents import NO_SEAL, Part, chain_text, content, parts_in, ranges_of, seals
from kiosk.seals.queries.facts import Fact, Series, series


def false_seals() -> Iterator[Finding]:
    """Every seal against the chain, and every sealed fact against its seal."""
    for facts in series():
        yield from _false_series(facts)


def _false_series(facts: Series) -> Iterator[Finding]:
    for fact in facts.facts:
        if fact.lowest < 1:
            yield Finding(fact.kind, str(fact.lowest), "inserted")
    previous, ends, known = NO_SEAL, [0] * len(facts.facts), set()
    for seal in seals(facts.name):
        known.add(seal.chain_seq)
        yield from _false_seal(facts, seal, previous, ends)
        previous, ends = seal.digest, [last for _first, last in ranges_of(facts, seal)]
    sealings = select(ChainEntry.seq, ChainEntry.subject).where(ChainEntry.action == facts.action)
    for seq, subject in session.execute(sealings.order_by(ChainEntry.seq)):
        if seq not in known:
            yield Finding("seal", subject.partition(":")[2], "missing", f"entry {seq}")


def sealings() -> Iterator[KnownHead]:
    """The chain's entries that seals point to: a record that ends before them was cut."""
    for seal in session.scalars(select(Seal).order_by(Seal.number)):
        yield KnownHead(seal.chain_seq, "", f"seal {seal.number}")


def _false_seal(facts: Series, seal: Seal, previous: str, ends: list[int]) -> Iterator[Finding]:
    """A seal that follows the one with the digest `previous`, which ended at these numbers."""
    text, own = chain_text(seal), ranges_of(facts, seal)
    if not text:
        yield Finding("seal", str(seal.number), "unknown")
    elif (
        seal.digest != text.get("digest")
        or seal.previous != previous
        or seal.format != text.get("format", 1)
        or list(own[0]) != text.get(f"{facts.facts[0].kind}s")
        or [first for first, _last in own] != [end + 1 for end in ends]
    ):
        yield Finding("seal", str(seal.number), "altered")
    elif seal.format == 1:
        if facts.linear is None or facts.linear(previous, own) != (seal.digest, seal.count):
            yield Finding("seal", str(seal.number), "altered", "ratings, notes or marks")
    else:
        yield from _false_facts(facts, seal, parts_in(facts, text))


def _false_facts(facts: Series, seal: Seal, parts: Sequence[Part]) -> Iterator[Finding]:
    leaves = merkle.split(seal.leaves or b"")
    trees = []
    for part in parts:
        trees.append(leaves[: part.count])
        leaves = leaves[part.count :]
    roots = [merkle.root(tree).hex() for tree in trees]
    whole = roots == [part.root for part in parts] and len(parts) == len(facts.facts)
    if not whole or content(facts, seal.previous, parts)["digest"] != seal.digest:
        yield Finding("seal", str(seal.number), "altered")
        return
    if leaves or seal.count != parts[0].count:
        yield Finding("seal", str(seal.number), "altered")
    for fact, part, tree in zip(facts.facts, parts, trees, strict=True):
        rows = fact.hashed(part.first, part.last)
        if [leaf for _number, leaf in rows] != tree:
            yield _first_difference(fact, part, tree, rows, seal.number)


def _first_difference(
    fact: Fact, part: Part, tree: Sequence[bytes], rows: Sequence[tuple[int, bytes]], seal: int
) -> Finding:
    """The first fact that is not as it was sealed: altered, put in, or no longer there."""
    same = next(
        (n for n, (leaf, (_number, other)) in enumerate(zip(tree, rows, strict=False)) if leaf != other),
        min(len(tree), len(rows)),
    )
    number = rows[same][0] if same < len(rows) else 0
    if same >= len(tree) or tree[same] in {leaf for _number, leaf in rows[same + 1 :]}:
        return Finding(fact.kind, str(number), "inserted", seal=seal)
    if same >= len(rows) or rows[same][1] in tree[same + 1 :]:
        after = rows[same - 1][0] if same else part.first - 1
        gapless = part.count == part.last - part.first + 1
        return Finding(fact.kind, str(after + 1) if gapless else f"> {after}", "missing", seal=seal)
    return Finding(fact.kind, str(number), "altered", seal=seal)

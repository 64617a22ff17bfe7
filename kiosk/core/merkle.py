"""Merkle trees over lines of text, as in RFC 6962: a short path proves that one line belongs to a root."""

import hashlib
from collections.abc import Sequence
from typing import Literal

SIZE = 32
"""Bytes of a hash."""
EMPTY = hashlib.sha256().digest()
"""The root of no lines."""

Side = Literal["left", "right"]
Path = list[tuple[Side, bytes]]
"""From a leaf up: on which side the other hash stands, and that hash."""


def leaf(line: str) -> bytes:
    """The hash of a line; the byte before it keeps a leaf from being taken for a node."""
    return hashlib.sha256(b"\x00" + line.encode()).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash over two hashes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def _above(level: Sequence[bytes]) -> list[bytes]:
    """The next level: neighbours joined, a last one without a neighbour goes up as it is."""
    joined = [node(*pair) for pair in zip(level[::2], level[1::2], strict=False)]
    return joined + [level[-1]] * (len(level) % 2)


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over the hashes of all lines."""
    while len(leaves) > 1:
        leaves = _above(leaves)
    return leaves[0] if leaves else EMPTY


def path(leaves: Sequence[bytes], index: int) -> Path:
    """What proves that the leaf at `index` belongs to the root. IndexError where there is none."""
    steps: Path = []
    leaves[index]
    while len(leaves) > 1:
        if index % 2:
            steps.append(("left", leaves[index - 1]))
        elif index + 1 < len(leaves):
            steps.append(("right", leaves[index + 1]))
        leaves, index = _above(leaves), index // 2
    return steps


def split(leaves: bytes) -> list[bytes]:
    """Hashes that were stored one after the other."""
    return [leaves[at : at + SIZE] for at in range(0, len(leaves), SIZE)]

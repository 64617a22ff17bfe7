"""The trees are those of RFC 6962, and each leaf's path leads to the root and to no other."""

import pytest

from kiosk.core import merkle

LINES = ["", "\x00", "\x10", " !", "01", "@ABC", "PQRSTUVW", "`abcdefghijklmno"]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
"""The test vectors that implementations of Certificate Transparency share."""


@pytest.mark.parametrize("count", ROOTS)
def test_the_roots_are_those_of_the_standard(count: int) -> None:
    assert merkle.root([merkle.leaf(line) for line in LINES[:count]]).hex() == ROOTS[count]


def climb(one: bytes, path: merkle.Path) -> bytes:
    """The root that a leaf and its path lead to, as a receipt's page computes it."""
    for side, other in path:
        one = merkle.node(other, one) if side == "left" else merkle.node(one, other)
    return one


@pytest.mark.parametrize("count", [1, 2, 3, 6, 8, 33])
def test_every_path_leads_to_the_root(count: int) -> None:
    leaves = [merkle.leaf(str(number)) for number in range(count)]
    top = merkle.root(leaves)
    for place, leaf in enumerate(leaves):
        way = merkle.path(leaves, place)
        assert len(way) <= (count - 1).bit_length()
        assert climb(leaf, way) == top
        assert climb(merkle.leaf("another"), way) != top


def test_what_is_stored_comes_back() -> None:
    leaves = [merkle.leaf(str(number)) for number in range(3)]
    assert merkle.split(b"".join(leaves)) == leaves

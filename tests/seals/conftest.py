"""Seals are tried on ratings, the facts that there are."""

from tests.ratings.conftest import tablet, tap

__all__ = ["tablet", "tap"]

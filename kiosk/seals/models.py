"""The table of seals. A seal is a fact: triggers (migration 0001) refuse to change or delete it."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.core.db import BigKey, Model


class Seal(Model):
    """A seal (封存) over facts of a series, such as ratings with notes and marks: the chain has the digest.

    Of the leading kind it holds `count` facts numbered first…last, without a gap to the seal before; the
    ranges of the other kinds stand in the chain. A fact that comes later stands in a later seal.
    """

    __tablename__ = "seal"

    number: Mapped[int] = mapped_column(primary_key=True)
    series: Mapped[str] = mapped_column(String(20), server_default="ratings")
    first: Mapped[int] = mapped_column(BigKey)
    last: Mapped[int] = mapped_column(BigKey, index=True)
    count: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    """The digest of the series' seal before."""
    chain_seq: Mapped[int] = mapped_column(BigKey)
    at: Mapped[datetime]
    format: Mapped[int] = mapped_column(server_default="1")
    """How the digest is made: 1 over all rows in line (version 0.1.0), 2 over a Merkle tree of each kind."""
    leaves: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """Of format 2, the hash of each fact: proves one, and names the one that changed."""

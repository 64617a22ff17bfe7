"""The tables of the chain; triggers (migrations 0001, 0010) refuse every change but the erasure of a text."""

from datetime import datetime

from sqlalchemy import LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.core.db import BigKey, Model

ACTOR_ERASED = ""
"""What stands in the place of an actor whose name was erased."""


class ChainEntry(Model):
    """One entry: `body` is canonical JSON, `hash` the SHA-256 of the previous hash, a line break and it.

    The other columns repeat what the body says, so that entries can be found; of these the actor's name is
    erased together with its text.
    """

    __tablename__ = "chain_entry"

    seq: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(60), index=True)
    action: Mapped[str] = mapped_column(String(60), index=True)
    subject: Mapped[str] = mapped_column(String(120), index=True)
    body: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))


class ChainText(Model):
    """A name or free text of an entry, whose body holds only the hash: SHA-256 over salt and text.

    Erasing takes salt and text: without the salt nobody can guess what the hash was made of.
    """

    __tablename__ = "chain_text"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    seq: Mapped[int] = mapped_column(BigKey, index=True)
    """The entry's number."""
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    text: Mapped[str | None] = mapped_column(Text)
    erased_at: Mapped[datetime | None]
    erased_in: Mapped[int | None] = mapped_column(BigKey, index=True)
    """The number of the entry that tells of the erasure."""

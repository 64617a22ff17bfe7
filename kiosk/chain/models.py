"""The table of the chain; triggers (migration 0001) refuse every update and deletion."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.core.db import BigKey, Model


class ChainEntry(Model):
    """One entry: `body` is canonical JSON, `hash` the SHA-256 of the previous hash, a line break and it."""

    __tablename__ = "chain_entry"

    seq: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(60), index=True)
    action: Mapped[str] = mapped_column(String(60), index=True)
    subject: Mapped[str] = mapped_column(String(120), index=True)
    body: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))

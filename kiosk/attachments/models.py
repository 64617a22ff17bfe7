"""The table of attachments: a row never changes, and goes when the text it came with is erased."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.core.db import BigKey, Model


class Attachment(Model):
    """A file that came with a text."""

    __tablename__ = "attachment"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    """Never given again: the record tells of each for good."""
    subject: Mapped[str] = mapped_column(String(80), index=True)
    """What it belongs to, as `case:12`."""
    of_seq: Mapped[int] = mapped_column(BigKey, index=True)
    """The number of the record's entry that it came with."""
    text_hash: Mapped[str] = mapped_column(String(64), index=True)
    """The hash of the text it came with (`chain_text`): with that text it goes."""
    digest: Mapped[str] = mapped_column(String(64), index=True)
    """What the file is called (`core.uploads`)."""
    media_type: Mapped[str] = mapped_column(String(60))
    size: Mapped[int]
    """Bytes."""
    kept_at: Mapped[datetime] = mapped_column(index=True)
    chain_seq: Mapped[int] = mapped_column(BigKey)

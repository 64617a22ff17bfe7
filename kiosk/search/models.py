"""The table in which everything public is searched. It holds nothing of its own: it can be made anew."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.core.db import BigKey, Model


class SearchEntry(Model):
    """Something public, made of what its room hands in (`core.searched.Entry`)."""

    __tablename__ = "search_entry"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    subject: Mapped[str] = mapped_column(String(120), unique=True)
    """What it is, as the record calls it: `posting:5`."""
    group: Mapped[str] = mapped_column("what", String(40))
    canteen: Mapped[str | None] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(index=True)
    shown_from: Mapped[datetime | None]
    folded: Mapped[str] = mapped_column(Text)
    """Its lines as they are compared."""
    initials: Mapped[str] = mapped_column(Text)
    """The initials of their pinyin."""
    lines: Mapped[str] = mapped_column(Text)
    """Its lines as they are read, parted by line breaks."""

"""The outbox: what is to be said to whom, and how far it got on each channel."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.core.db import BigKey, Model
from kiosk.core.i18n import LazyString, lazy

WAITING, SENT, FAILED = "waiting", "sent", "failed"
STATES: dict[str, LazyString] = {
    WAITING: lazy("waits to be sent"),
    SENT: lazy("arrived at the channel"),
    FAILED: lazy("given up"),
}
"""How a delivery can stand."""

TEST = "test:"
"""What the keys of test messages begin with."""


class Message(Model):
    """Something to be said at once, once: its `key` says what it is about."""

    __tablename__ = "message"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    roles: Mapped[str] = mapped_column(String(200))
    """The roles it is for, parted by spaces."""
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(String(300))
    """Where in the office it is dealt with: what follows KIOSK_PUBLIC_URL."""
    at: Mapped[datetime] = mapped_column(index=True)
    until: Mapped[datetime]
    """Then it is given up: news of yesterday helps nobody."""

    deliveries: Mapped[list["Delivery"]] = relationship(order_by="Delivery.id", back_populates="message")


class Delivery(Model):
    """A message on one channel, which is named by the mark of its address: no key stands in the database."""

    __tablename__ = "message_delivery"
    __table_args__ = (Index(None, "message_id", "channel", unique=True), Index(None, "state", "next_at"))

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    kind: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str] = mapped_column(String(16), index=True)
    state: Mapped[str] = mapped_column(String(10), default=WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    tried_at: Mapped[datetime | None]
    """When it was last handed to the channel; all that went in one request have the same."""
    held: Mapped[bool] = mapped_column(default=False)
    """The channel asked to be left alone until `next_at`."""
    error: Mapped[str] = mapped_column(String(500), default="")
    settled_at: Mapped[datetime | None]
    chain_seq: Mapped[int | None] = mapped_column(BigKey)
    """The entry of the record that says how it ended."""

    message: Mapped[Message] = relationship(back_populates="deliveries", lazy="joined", innerjoin=True)

    @property
    def state_label(self) -> LazyString:
        """How it stands, in words."""
        return STATES[self.state]

"""What was sent, what waits, and which channel is in trouble."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.messages.channels import Channel, channels, usable
from kiosk.messages.models import FAILED, SENT, TEST, WAITING, Delivery, Message

__all__ = ["Channel", "Standing", "channel", "is_known", "recent", "standings", "usable"]

SHOWN = 50
TRIES = 3
"""After so many vain tries a channel counts as out of order."""


class Standing(NamedTuple):
    """A channel: when it last took something, what waits after vain tries, what was given up."""

    channel: Channel
    sent_at: datetime | None
    stuck: int
    lost: int
    error: str

    @property
    def is_well(self) -> bool:
        """Whether nothing is to be mended."""
        return not (self.channel.problem or self.stuck or self.lost)


def standings() -> list[Standing]:
    """Every configured channel with how it does."""
    return [_standing(one) for one in channels()]


def _standing(one: Channel) -> Standing:
    """What was given up counts until the same kind of channel takes something: its key may be a new one."""
    mine, kin = Delivery.channel == one.mark, Delivery.kind == one.kind
    sent_at = session.scalar(select(func.max(Delivery.settled_at)).where(kin, Delivery.state == SENT))
    since = sent_at or clock.now() - timedelta(days=90)
    tests = select(Message.id).where(Message.key.startswith(TEST))
    given_up = (
        kin & (Delivery.state == FAILED) & (Delivery.settled_at > since) & Delivery.message_id.not_in(tests)
    )
    stuck = mine & (Delivery.state == WAITING) & (Delivery.attempts >= TRIES)
    error = select(Delivery.error).where(given_up | stuck).order_by(Delivery.tried_at.desc()).limit(1)
    return Standing(one, sent_at, _count(stuck), _count(given_up), session.scalar(error) or "")


def _count(which: object) -> int:
    return session.scalar(select(func.count()).select_from(Delivery).where(which)) or 0  # type: ignore[arg-type]


def is_known(key: str) -> bool:
    """Whether a message of this key was written."""
    return session.scalar(select(Message.id).where(Message.key == key)) is not None


def recent() -> list[Message]:
    """The newest messages, the newest first, with their deliveries."""
    return list(session.scalars(select(Message).order_by(Message.id.desc()).limit(SHOWN)))


def channel(mark: str) -> Channel:
    """The usable channel of this mark; NotFound."""
    for one in usable():
        if one.mark == mark:
            return one
    raise NotFound

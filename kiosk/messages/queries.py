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


class Standing(NamedTuple):
    """A channel: when it last took something, what waits after vain tries, what was given up since.

    `error` is what it answered the last time, if that was no yes.
    """

    channel: Channel
    sent_at: datetime | None
    stuck: int
    lost: int
    error: str

    @property
    def is_well(self) -> bool:
        """Whether nothing is to be mended."""
        return not (self.channel.problem or self.stuck or self.lost or self.error)


def standings() -> list[Standing]:
    """Every configured channel with how it does."""
    every = channels()
    return [_standing(one, [other.mark for other in every]) for one in every]


def _standing(one: Channel, known: list[str]) -> Standing:
    """What a channel that is gone did not take counts here, too, until this one of its kind takes something:
    its key may have been exchanged."""
    mine = Delivery.channel == one.mark
    gone = (Delivery.kind == one.kind) & Delivery.channel.not_in(known)
    sent_at = session.scalar(select(func.max(Delivery.settled_at)).where(mine, Delivery.state == SENT))
    since = sent_at or clock.now() - timedelta(days=90)
    tests = select(Message.id).where(Message.key.startswith(TEST))
    given_up = (mine | gone) & (Delivery.state == FAILED) & (Delivery.settled_at > since)
    given_up &= Delivery.message_id.not_in(tests)
    stuck = mine & (Delivery.state == WAITING) & (Delivery.error != "")
    tried = func.coalesce(Delivery.tried_at, Delivery.settled_at)
    last = select(Delivery.error).where(mine | given_up, Delivery.error != "", tried > since)
    error = session.scalar(last.order_by(tried.desc(), Delivery.id.desc()).limit(1)) or ""
    return Standing(one, sent_at, _count(stuck), _count(given_up), error)


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

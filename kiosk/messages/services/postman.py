"""Emptying the outbox, a few times a minute.

What is about to be handed over is first noted as tried, in a transaction of its own, with the time of the
next try; then the channel is spoken to, with nothing locked; then the answer is noted. A server that is
killed loses no message. Where it is killed between the channel's yes and the note of it, or the answer is cut
off on its way, the same message goes once more: robots offer no way to ask, or to say “the same again”; a
letter keeps its Message-ID.
"""

import logging
import time
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import Select, func, select, update

from kiosk.core import clock
from kiosk.core.actor import KIOSK, Actor
from kiosk.core.db import session, transaction
from kiosk.core.errors import Problem
from kiosk.core.i18n import lazy
from kiosk.core.mail import NotSent
from kiosk.core.trace import record
from kiosk.messages.channels import Channel, channels, usable
from kiosk.messages.models import FAILED, SENT, TEST, WAITING, Delivery, Message
from kiosk.messages.services.letter import Letter, letter
from kiosk.messages.services.outbox import in_school_language, write
from kiosk.messages.settings import IN_ENGLISH
from kiosk.school import queries as school

MOST_A_MINUTE = 15
"""Requests to one channel; the makers of robots allow 20, also those of anything else with the same robot."""
LONGEST_ROUND = 30.0
"""Seconds after which a round begins nothing more: meals must be closed, too."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=30)
ALONE = 3
"""A message that failed so often goes alone, so that it holds up no other."""
TRIAL = timedelta(minutes=1)
ENOUGH = lazy("The channel has got enough for this minute; please try again soon.")

log = logging.getLogger("kiosk")


class Batch(NamedTuple):
    """What one request takes: the deliveries, and their words."""

    deliveries: tuple[int, ...]
    title: str
    text: str
    mark: str


def drain() -> bool:
    """One round: give up what is too old, hand over what is due. It never calls for a backup."""
    try:
        _give_up()
        ends = time.monotonic() + LONGEST_ROUND
        for channel in usable():
            while time.monotonic() < ends and (batch := _take(channel)):
                if _hand_over(channel, batch):
                    break
    except Problem as problem:  # a database that is taken; what else the round does must go on
        log.warning("messages: %s", problem)
    finally:
        session.rollback()
    return False


def send_test(*, by: Actor, channel: Channel) -> Problem | None:
    """Send a message at once on one channel; what it answered, if it did not take it."""
    with transaction():
        title = lazy("This is a test message.")
        text = lazy("What must not wait will come here: safety words, and alarms of the server.")
        key, path = f"{TEST}{uuid4()}", "/office/messages/"
        number = write(key, sorted(channel.roles), title, text, path, [channel], TRIAL)
        record("message.tested", f"message:{number}", by=by, after={"channel": channel.kind})
    batch = _take(channel, only=number)
    session.rollback()
    refusal = _hand_over(channel, batch) if batch else NotSent(ENOUGH)
    if refusal:  # nobody waits for a test
        with transaction():
            for row in session.scalars(select(Delivery).where(Delivery.message_id == number)):
                _settle(row, FAILED, clock.now())
    return refusal


def _take(channel: Channel, only: int | None = None) -> Batch | None:
    """Note as tried what one request takes of what is due; None if nothing is, or the channel must rest."""
    due = [Delivery.channel == channel.mark, Delivery.state == WAITING, Delivery.next_at <= clock.now()]
    due += [Delivery.message_id == only] if only else []
    if session.scalar(select(Delivery.id).where(*due).limit(1)) is None:
        return None
    with transaction(wait=30), in_school_language():
        query = select(Delivery).where(*due).order_by(Delivery.id).limit(50).with_for_update(of=Delivery)
        rows = [] if _must_rest(channel) else list(session.scalars(query))
        if not rows:
            return None
        if rows[0].attempts >= ALONE:
            rows = rows[:1]
        rows = [row for row in rows if row.attempts < ALONE] or rows
        english, messages = school.settings()[IN_ENGLISH], [row.message for row in rows]
        told = letter(messages, channel.longest, in_english=english)
        return _note_try(channel, rows[: told.told], told)


def _note_try(channel: Channel, rows: list[Delivery], told: Letter) -> Batch:
    now = clock.now()
    for row in rows:
        row.attempts += 1
        row.tried_at, row.next_at = now, now + _pause(row.attempts)
    mark = f"message-{rows[0].message_id}-{rows[-1].message_id}-{channel.mark}"
    return Batch(tuple(row.id for row in rows), told.title, told.text, mark)


def _must_rest(channel: Channel) -> bool:
    """Whether it got enough in the last minute, or asked to be left alone."""
    now, mine = clock.now(), Delivery.channel == channel.mark
    requests = select(func.count(Delivery.tried_at.distinct()))
    lately = session.scalar(requests.where(mine, Delivery.tried_at > now - timedelta(minutes=1))) or 0
    held = select(Delivery.id).where(mine, Delivery.held, Delivery.next_at > now).limit(1)
    return lately >= MOST_A_MINUTE or session.scalar(held) is not None


def _pause(attempts: int) -> timedelta:
    """How long after so many vain tries the next one waits: 30 seconds, then twice as long each time."""
    doubled: int = 2 ** min(attempts - 1, 10)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)


def _hand_over(channel: Channel, batch: Batch) -> Problem | None:
    """Speak to the channel and note its answer; what it was if it did not take the message."""
    try:
        channel.hand_over(title=batch.title, text=batch.text, mark=batch.mark)
    except NotSent as refusal:
        log.warning("%s %s: %s", channel.kind, channel.mark[:4], refusal)
        _note_refusal(batch, refusal)
        return refusal
    with transaction(wait=30):
        for row in session.scalars(_rows(batch)):
            _settle(row, SENT, clock.now())
    return None


def _note_refusal(batch: Batch, refusal: NotSent) -> None:
    with transaction(wait=30), in_school_language():
        values = {"error": str(refusal)[:500], "held": refusal.wait is not None}
        if refusal.wait:
            values["next_at"] = clock.now() + refusal.wait
        session.execute(update(Delivery).where(Delivery.id.in_(batch.deliveries)).values(values))


def _rows(batch: Batch) -> Select[Delivery]:
    return select(Delivery).where(Delivery.id.in_(batch.deliveries), Delivery.state == WAITING)


def _settle(row: Delivery, state: str, now: datetime) -> None:
    """How a delivery ended, and its entry in the record: who was told when may matter later."""
    row.state, row.settled_at, row.held = state, now, False
    action = "message.sent" if state == SENT else "message.given_up"
    after = {"key": row.message.key, "channel": row.kind}
    row.chain_seq = record(action, f"message:{row.message_id}", by=KIOSK, after=after)


def _give_up() -> None:
    """End what was tried for its time, and what waits for a channel that is no longer configured."""
    now, known = clock.now(), [channel.mark for channel in channels()]
    gone = Delivery.channel.not_in(known)
    over = (Message.until <= now) | gone
    query = select(Delivery).join(Message).where(Delivery.state == WAITING, over)
    if session.scalar(query.with_only_columns(Delivery.id).limit(1)) is None:
        return
    with transaction(wait=30), in_school_language():
        for row in session.scalars(query.order_by(Delivery.id)):
            if row.channel not in known:
                row.error = str(lazy("Its channel is no longer in the configuration."))
            _settle(row, FAILED, now)

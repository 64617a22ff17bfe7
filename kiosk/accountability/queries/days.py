"""How far the clock has worked, whether it jumped, and when the school did without accountability."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select

from kiosk.accountability.models import CONFIRMED, Jump, Worked
from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import read_body
from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.core.room import all_rooms, on_since
from kiosk.school import queries as school

NAME = "accountability"
"""The switch of this room."""
LONGEST = 10
"""So many days at most the clock makes up by itself; beyond that a person says whether they are real."""


def since() -> date | None:
    """The day from which what is due counts: since the school has used accountability without a break."""
    switch = next((room.optional for room in all_rooms() if room.name == NAME), None)
    return on_since(switch) if switch else None


def worked_until() -> date | None:
    """The last day that the clock has worked through."""
    return session.scalar(select(Worked.day).order_by(Worked.id.desc()).limit(1))


def open_jump() -> Jump | None:
    """The jump about which nobody has said yet whether the days are real."""
    return session.scalar(select(Jump).where(Jump.ended == "").order_by(Jump.id.desc()).limit(1))


def jump(number: int) -> Jump:
    """A jump of the clock, or NotFound."""
    found = session.get(Jump, number)
    if found is None:
        raise NotFound
    return found


def confirmed_until() -> date | None:
    """The day up to which a person said, the last time the clock went ahead, that the days are real."""
    newest = session.scalar(select(Jump).order_by(Jump.id.desc()).limit(1))
    if newest is None or newest.ended != CONFIRMED or not newest.is_forward:
        return None
    return school.local(newest.after_at).date()


def in_doubt() -> bool:
    """Whether the clock jumped so far that a person has to say whether the days are real, and none did."""
    last, jump, first = worked_until(), open_jump(), since()
    if first is None or last is None or last < first:
        return False
    return is_doubtful(last) if jump is None else not is_over(jump, last)


def is_doubtful(last: date) -> bool:
    """Whether today can hardly be the day after `last`: it is before it, or many days later."""
    known = max(last, confirmed_until() or last)
    return school.today() < last or school.today() - known > timedelta(days=LONGEST)


def is_over(jump: Jump, last: date | None) -> bool:
    """Whether the clock was set right again: back before where it had jumped to, or on past where it was."""
    if jump.is_forward:
        return clock.now() < jump.after_at
    return last is not None and school.today() >= last


class Off(NamedTuple):
    """A time in which the school did without it, and who switched it off; it has no end while it is off."""

    since: datetime
    until: datetime | None


def off_times() -> list[Off]:
    """When it was switched off and on again, as the record has it, the oldest first."""
    query = select(ChainEntry).where(ChainEntry.action.in_(("switch.on", "switch.off")))
    found: list[Off] = []
    for entry in session.scalars(query.order_by(ChainEntry.seq)):
        body = read_body(entry.body)
        told = body.get("after") or body.get("before") or {}
        if told.get("switch") != NAME:
            continue
        if entry.action == "switch.off":
            found.append(Off(entry.at, None))
        elif found and found[-1].until is None:
            found[-1] = found[-1]._replace(until=entry.at)
    return found

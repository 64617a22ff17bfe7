"""The sample school's accountability: one entry that is decided, one that waits for a statement."""

from collections.abc import Iterator
from datetime import date, time, timedelta

from sqlalchemy import select

from kiosk.accountability import services
from kiosk.accountability.models import TALK, Entry
from kiosk.accountability.queries import state, worked_until
from kiosk.accountability.queries.entries import STATEMENT
from kiosk.auth import queries as auth
from kiosk.cases.services import take_down, tell_hung
from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.samples import Event, Share, Span, at

DOOR = "第二食堂北门的闭门器坏了，门一直关不上，冷风直灌进来。"
LAMP = "开水房门口的路灯不亮，晚自习后打水看不清台阶。"
SAID = "配件当时缺货，我去市里两家五金店都没买到。我没有在系统里写明，是我的疏忽。"
WHY = "缺货属实，但没有按时答复，也没有说明原因。已当面谈话，今后缺货也要先答复。"


def _actor(username: str) -> Actor:
    return auth.account(username).actor


def _report(username: str, subject: str, text: str) -> None:
    take_down(by=_actor(username), kind="repair", subject=subject, text=text)


def _catch_up(today: date) -> None:
    """What the clock does by itself each night, those of the weekend before included."""
    day = worked_until() or today
    while day <= today:
        with clock.moved_to(at(day, time(0, 5))):
            tell_hung()
            services.advance()
        day += timedelta(days=1)


def _first() -> Entry | None:
    """The first entry of Chen's or Wu's."""
    found = session.scalars(select(Entry).order_by(Entry.id))
    return next((one for one in found if _owner(one)), None)


def _state() -> None:
    if (entry := _first()) and state(entry) == STATEMENT and not entry.statements:
        services.state(by=_actor(_owner(entry)), entry=entry, text=SAID)


def _owner(entry: Entry) -> str:
    named = entry.named[0].person_id
    return next((one for one in ("chen", "wu") if _actor(one).person == named), "")


def _decide() -> None:
    entry = _first()
    if entry and entry.statements and entry.decision is None:
        services.decide(by=_actor("lin"), entry=entry, outcome=TALK, reason=WHY)


def _events(of: Span, day: date) -> Iterator[Event]:
    """The clock comes every morning; one repair is taken down on the first day, another three days later."""
    yield Event(at(day, time(0, 5)), lambda: _catch_up(day))
    if day == of.days[0]:
        yield Event(at(day, time(9, 5)), lambda: _report("chen", "canteen:k2", DOOR))
    if day == of.days[3]:
        yield Event(at(day, time(16, 20)), lambda: _report("wu", "counter:water", LAMP))
    yield Event(at(day, time(10, 40)), _state)
    yield Event(at(day, time(15, 30)), _decide)


SHARE = Share(events=_events)

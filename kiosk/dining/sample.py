"""The sample school's shared meals: a roster of the leaders, a swap, gaps, late entries, a parents' day."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from functools import partial
from typing import Any

from kiosk.auth import queries as auth
from kiosk.core.actor import Actor
from kiosk.core.samples import BY, Event, Share, Span, at
from kiosk.counters import queries as counters
from kiosk.dining import proposing, queries, services
from kiosk.dining.models import PROPOSED, TAKEN
from kiosk.dining.queries import Slot
from kiosk.persons import queries as persons
from kiosk.persons.models import Person
from kiosk.school import queries as school
from kiosk.staff.services import save_person

LEADERS = (
    ("校长", "校长", ()),
    ("副校长", "副校长", ()),
    ("德育主任", "德育主任", (0, 2, 4)),
    ("教务主任", "教务主任", (1, 3, 4)),
    ("林", "总务主任", ()),
)
"""Who eats with the pupils, under which post, on which weekdays (none: all)."""
AHEAD = timedelta(days=21)
WORDS = (
    "汤比上周热，有同学希望素菜少放油。",
    "鱼块大小不一，排在后面的同学说份量少。",
    "大家说今天的菜味道好。",
    "",
    "同学说米饭有点硬。",
    "希望多几种水果。",
)
CONCERN = "餐具回收处地面有水，容易滑倒。"
WHY = "去区里开会"
OPEN_PLACES = 12
GAPS = 5
"""On how many of the last days somebody stays away now and then: older gaps would be accounted for."""


def _person(name: str) -> Person:
    """Whoever is called so; the others of the school's leaders are known by their posts alone."""
    return next(iter(persons.called(name)), None) or save_person(by=BY, name=name, post=name)


def _lin() -> Actor:
    return auth.account("lin").actor


def _begin(of: Span) -> None:
    """On the first day: who eats with the pupils, and whose turn each meal is until three weeks from now."""
    for name, title, weekdays in LEADERS:
        services.name_leader(by=BY, person=_person(name), title=title, weekdays=list(weekdays))
    first, last = of.days[0], of.today + AHEAD
    slots = queries.needed(first + timedelta(days=1), last)
    fridays = [slot for slot in slots if slot.meal == "dinner" and slot.day.weekday() == 4]
    nobody = {slot for slot in fridays if slot.day in of.days[-GAPS:]}
    proposal = proposing.evenly([slot for slot in slots if slot not in nobody], {})
    services.set_turns(by=BY, turns=proposal, source=PROPOSED)


def _eat(one: queries.Sitting, number: int) -> None:
    """Whoever's turn it is enters the meal at the table."""
    if one.turn is None or one.turn.person is None:
        return
    person = one.turn.person
    dishes = queries.dishes_of(one.canteen, one.slot.day, one.slot.meal) or "白粥、馒头、鸡蛋、小菜"
    typed: dict[str, Any] = {
        "dishes": dishes,
        "looks": 3 + number % 3,
        "taste": 5 - number % 3,
        "portion": 4 - number % 2,
        "temperature": 3 + number % 2,
        "hygiene": 5 - number % 2,
        "words": WORDS[number % len(WORDS)],
        "concern": CONCERN if number % 13 == 4 else "",
        "paid": {"breakfast": 400, "lunch": 1000}.get(one.slot.meal, 800),
    }
    services.write(
        by=auth.account("lin").actor if person.name == "林" else BY,
        sent=f"sample {one.slot}",
        canteen=one.canteen,
        day=one.slot.day,
        meal=one.slot.meal,
        person=person.number,
        typed=typed,
    )


def _number(slot: Slot) -> int:
    return slot.day.toordinal() * 7 + sum(map(ord, slot.meal)) + slot.canteen * 3


def _meal(day: date, meal: str, missed: int | None) -> None:
    """A meal of every canteen; of `missed` meals nobody comes to one."""
    for one in queries.sittings(day, day):
        if (
            one.slot.meal == meal
            and one.state == queries.OPEN
            and (missed is None or _number(one.slot) % missed)
        ):
            _eat(one, _number(one.slot))


def _late(day: date) -> None:
    """The first of yesterday's meals that nobody entered is entered a day late."""
    gap = next((one for one in queries.gaps(day, day) if one.turn), None)
    if gap:
        _eat(gap, _number(gap.slot))


def _swap(day: date) -> None:
    """Lin asks the principal, who takes the turn."""
    lin, other = auth.account("lin"), auth.account("principal")
    own = queries.own_turns(lin.person.number, day + timedelta(days=1), day + timedelta(days=9))
    if own and own[0].turn:
        leader = queries.leader(other.person.number)
        asked = services.ask_to_swap(by=lin.actor, turn=own[0].turn, other=leader, reason=WHY)
        services.answer_swap(by=other.actor, swap=asked, answer=TAKEN)


def _case() -> None:
    """One word of concern became a case."""
    today = school.today()
    entry = next((one for one in queries.entries(today - timedelta(days=14), today) if one.concern), None)
    if entry:
        services.open_concern(by=BY, entry=entry)


def _parents(of: Span) -> None:
    """A parents' day next week, with places taken."""
    canteen, day = counters.canteen("k1"), of.today + timedelta(days=7 - of.today.weekday() + 2)
    found = services.open_day(
        by=_lin(),
        canteen=canteen,
        day=day,
        meal="lunch",
        places=OPEN_PLACES,
        price=1000,
        invitation="一楼东侧",
    )
    for called in ("七年级家长", "八年级家长", "九年级家长"):
        services.register(parents_day=found, called=called, word=found.word)


def _events(of: Span, day: date) -> Iterator[Event]:
    if day == of.days[0]:
        yield Event(at(day, time(7, 50)), partial(_begin, of))
    for meal, moment in (("breakfast", time(7, 20)), ("lunch", time(12, 20)), ("dinner", time(17, 50))):
        yield Event(at(day, moment), partial(_meal, day, meal, 9 if day in of.days[-GAPS:] else None))
    if day == of.days[-3]:
        yield Event(at(day, time(8, 10)), partial(_late, of.days[-4]))
        yield Event(at(day, time(10, 15)), partial(_swap, day))
    if day == of.days[-2]:
        yield Event(at(day, time(16, 0)), _case)
        yield Event(at(day, time(16, 5)), partial(_parents, of))


SHARE = Share(events=_events)

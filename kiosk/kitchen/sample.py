"""The sample school's kitchens: three weeks of control with a gap, a late day and findings; samples of the
last days, of which some are to be thrown away; certificates, one of which ends soon."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from functools import partial

from kiosk.auth import queries as auth
from kiosk.cases import queries as cases
from kiosk.cases import services as casework
from kiosk.core.actor import Actor
from kiosk.core.samples import BY, MANAGER, Event, Share, Span, at
from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen
from kiosk.inspections import queries as inspections
from kiosk.inspections import services as inspecting
from kiosk.inspections.models import FINDING
from kiosk.kitchen import queries, services
from kiosk.kitchen.models import CONTROL, GOODS, HEALTH, HOME, QUARANTINE, REPORT, SAMPLES, WEEK
from kiosk.kitchen.services import Kept, Unwell
from kiosk.postings import queries as postings
from kiosk.staff import queries as staff
from kiosk.staff.services import save_person

SAMPLED = 5
"""Samples of so many days."""
MEALS = (("lunch", time(11, 25)), ("dinner", time(17, 20)))
PLACES = {"k1": "1号冰箱 第2层", "k2": "2号冰箱 第1层"}
USUAL, LESS = 150, 110

GAP, LATE = ("k2", 5), ("k1", 8)
"""The canteen and which of its days nobody entered, and which was entered the morning after."""
FOUND = {
    ("k2", 6): ("l6", "冷藏冰箱显示 9 ℃，高于 8 ℃。"),
    ("k1", -2): ("l7", "消毒柜一层灯管不亮，已停用该层。"),
}
MENDED = "已联系维修，更换温控器，复测 4 ℃。"
YOURS = "后厨的设备请您安排处理。"
SEEN = "到现场看过，显示 4 ℃。"
WEEKLY = "本周各环节总体正常。冰箱温度问题已整改并核实，请各食堂每天上午、下午各看一次温度。"
PAPERS = (("猪后腿肉", QUARANTINE, 9, "本周到货"), ("大豆油", REPORT, 160, ""))
COOKS = {"k1": "第一食堂厨师", "k2": "第二食堂厨师"}


def _chen() -> Actor:
    return auth.account("chen").actor


def _furnish(of: Span) -> None:
    manager = next(post.id for post in staff.posts(of.today) if post.name == MANAGER)
    for task in (CONTROL, SAMPLES, HEALTH, GOODS):
        services.name_posts(by=auth.account("lin").actor, task=task, posts={None: manager})
    for code, name in COOKS.items():
        person = save_person(by=BY, name=name, post="厨师")
        services.add_worker(by=_chen(), canteen=counters.canteen(code), person=person)


def _certificates(today: date) -> None:
    """All seen on the first day; one ends within days, one ended yesterday and was renewed."""
    for canteen in counters.canteens():
        people = [one.person.number for one in queries.workers(canteen)]
        until = {number: today + timedelta(days=120 + 9 * place) for place, number in enumerate(people)}
        if canteen.code == "k1":
            until[people[0]] = today + timedelta(days=32)
        services.see_certificates(by=_chen(), canteen=canteen, until=until)


def _papers(today: date) -> None:
    """One that ends within days, one that holds."""
    for item, paper, days, batch in PAPERS:
        until = today + timedelta(days=days)
        services.note_goods(by=_chen(), item=item, paper=paper, until=until, batch=batch)


def _morning(day: date, sent_home: bool) -> None:
    for canteen in counters.canteens():
        unwell = []
        if sent_home and canteen.code == "k2":
            unwell = [Unwell(queries.workers(canteen)[-1].person.number, HOME, ("fever",))]
        services.check(by=_chen(), canteen=canteen, unwell=unwell)


def _control(canteen: Canteen, day: date, number: int, left: int) -> None:
    key = (canteen.code, number) if (canteen.code, number) in FOUND else (canteen.code, left)
    found = {}
    if key in FOUND:
        line, words = FOUND[key]
        found[line] = inspecting.Answer(FINDING, words=words)
    services.control(by=_chen(), canteen=canteen, day=day, found=found)


def _mend(code: str) -> None:
    """Lin gives it to Chen, who has it mended; so it is Lin who can confirm it."""
    for one in inspections.open_findings(f"canteen:{code}"):
        if (case := inspections.case_of(one)) and not cases.is_owner(_chen(), case):
            casework.offer(by=auth.account("lin").actor, case=case, to=_chen().person, note=YOURS)
            casework.accept(by=_chen(), case=case)
        inspecting.mend(by=_chen(), finding=one, text=MENDED)


def _verify(code: str) -> None:
    for one in inspections.open_findings(f"canteen:{code}"):
        inspecting.verify(by=auth.account("lin").actor, finding=one, text=SEEN)


def _sign(monday: date, is_last: bool) -> None:
    """Lin signs the week before; the last one of the second canteen waits."""
    period = queries.period_of(WEEK, monday - timedelta(days=1))
    for canteen in counters.canteens():
        found = queries.draft(canteen, WEEK, period)
        if found.due and not (is_last and canteen.code == "k2"):
            text = f"{queries.proposal(found)}\n{WEEKLY}"
            lin = auth.account("lin").actor
            services.sign(by=lin, canteen=canteen, kind=WEEK, period=period, text=text)


def _keep(canteen: str, day: date, meal: str) -> None:
    """Every dish of the meal; of one soup on Mondays too little."""
    where = counters.canteen(canteen)
    dishes = postings.dishes_of(where.id, day).get(meal, [])
    few = dishes[-2:-1] if (canteen, meal, day.weekday()) == ("k2", "lunch", 0) else []
    kept = [Kept(dish, LESS if dish in few else USUAL) for dish in dishes]
    if kept:
        services.keep(by=_chen(), canteen=where, day=day, meal=meal, place=PLACES[canteen], kept=kept)


def _throw() -> None:
    services.throw_away(by=_chen(), samples=queries.to_throw(queries.there()))


def _samples(day: date) -> Iterator[Event]:
    for meal, moment in MEALS:
        for canteen in PLACES:
            yield Event(at(day, moment), partial(_keep, canteen, day, meal))
    yield Event(at(day, time(13, 30)), _throw)


def _events(of: Span, day: date) -> Iterator[Event]:
    number, left = of.days.index(day), of.days.index(day) - len(of.days)
    if number == 0:
        yield Event(at(day, time(6, 20)), partial(_certificates, day))
    if left == -1:
        yield Event(at(day, time(7, 20)), partial(_papers, day))
    yield Event(at(day, time(6, 40)), partial(_morning, day, left == -3))
    for code, hour in (("k1", time(10, 20)), ("k2", time(15, 10))):
        where = counters.canteen(code)
        if (code, number) == LATE and number + 1 < len(of.days):
            yield Event(at(of.days[number + 1], time(8, 15)), partial(_control, where, day, number, left))
        elif (code, number) != GAP:
            yield Event(at(day, hour), partial(_control, where, day, number, left))
    if number == FOUND_ON + 1:
        yield Event(at(day, time(14, 30)), partial(_mend, "k2"))
    if number == FOUND_ON + 2:
        yield Event(at(day, time(9, 30)), partial(_verify, "k2"))
    if day.weekday() == 0 and number > 2:
        yield Event(at(day, time(16, 0)), partial(_sign, day, left >= -5))
    if day in of.days[-SAMPLED:]:
        yield from _samples(day)


FOUND_ON = 6
SHARE = Share(furnish=_furnish, events=_events)

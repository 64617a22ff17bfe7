"""The sample school's rounds: a week with one missed, one entered late, one finding confirmed, one open."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from kiosk.auth import queries as auth
from kiosk.cases import services as casework
from kiosk.cases.models import MENDED
from kiosk.core.actor import Actor
from kiosk.core.samples import MANAGER, Event, Share, Span, at
from kiosk.inspections import queries, services
from kiosk.inspections.lines import CELSIUS, MINUTES, PEOPLE
from kiosk.inspections.models import (
    DAYS,
    FINDING,
    PROVEN,
    SCHOOL_DAYS,
    Checklist,
    Finding,
    RoundPlan,
)
from kiosk.inspections.queries import NUMBER, ROUND, Line
from kiosk.inspections.services import Answer, CheckIn, Voice
from kiosk.staff import queries as staff

WATER, NOON, WINTER = "开水房开放巡查", "午餐排队巡查", "入冬前检查"
EARLY = "06:20-07:20"
WATER_LINES = (
    Line("", "按时开门，有人值守", group="开门"),
    Line("", "地面无积水，防滑垫在位", hint="看一看龙头下面", photo=True, group="开门"),
    Line("", "排队有人维持，低年级有人带", group="秩序"),
    Line("", "排队人数", NUMBER, PEOPLE, most=300, hint="最长的一列", group="秩序"),
    Line("", "等候时间", NUMBER, MINUTES, most=50, hint="从排到打上水", group="秩序"),
    Line("", "出水温度", NUMBER, CELSIUS, least=900, hint="用测温枪", group="水温"),
)
NOON_LINES = (
    Line("", "窗口按公示时间开餐"),
    Line("", "员工戴帽、戴口罩、戴手套"),
    Line("", "菜名、价格与公示一致", photo=True),
    Line("", "餐台、地面干净，回收处无堆积", photo=True),
    Line("", "排队人数", NUMBER, PEOPLE, most=400),
    Line("", "等候时间", NUMBER, MINUTES, most=100),
)
WINTER_LINES = (
    Line("", "水管、水表做好保温"),
    Line("", "门帘、挡风到位"),
    Line("", "开水房防滑垫备足"),
    Line("", "食堂门口、台阶备好融雪物资"),
)
QUESTIONS = ({"text": "打水方便吗？", "kind": "yes_no"}, {"text": "对开水房满意吗？", "kind": "levels"})
WET = "第三个龙头下面有积水，防滑垫卷边，险些滑倒。"
PRICE = "“番茄炒蛋”价签还是上周的，与公示价差五角。"
REPLACED = "当天已经更换价签，开餐前由窗口组长逐个核对。"
HEARD = ((1, 4), (1, 5), (0, 3), (1, 4), (1, 5), (0, 2))


def _actor(username: str) -> Actor:
    return auth.account(username).actor


def _plan(of: Span, today: date) -> None:
    """Lists and plans, from today on."""
    water, noon, winter = (
        _list(name, lines, questions)
        for name, lines, questions in (
            (WATER, WATER_LINES, QUESTIONS),
            (NOON, NOON_LINES, ()),
            (WINTER, WINTER_LINES, ()),
        )
    )
    lin = f"person:{_actor('lin').person}"
    post = next((f"post:{one.id}" for one in staff.posts(today) if one.name == MANAGER), lin)
    _made(WATER, water, "counter:water", lin, rhythm=SCHOOL_DAYS, slots=[EARLY])
    _made(NOON, noon, "canteen:k1", post, rhythm=SCHOOL_DAYS, slots=["lunch"])
    day = (of.today + timedelta(days=6)).isoformat()
    _made(WINTER, winter, "school:all", lin, rhythm=DAYS, days=[day])


def _list(name: str, lines: tuple[Line, ...], questions: tuple[dict[str, str], ...]) -> Checklist:
    return services.make_checklist(by=_actor("lin"), use=ROUND, name=name, lines=lines, questions=questions)


def _made(name: str, made: Checklist, subject: str, who: str, **when: Any) -> None:
    services.make_plan(by=_actor("lin"), name=name, checklist=made.id, subject=subject, who=who, **when)


def _called(name: str) -> RoundPlan:
    return next(one for one in queries.plans() if one.versions[-1].name == name)


def _walk(
    name: str,
    username: str,
    begun: datetime,
    minutes: float,
    numbers: tuple[int, ...],
    *,
    found: tuple[str, str] | None = None,
    counter: str = "",
    heard: tuple[tuple[int, int], ...] = (),
    seen: dict[int, str] | None = None,
) -> None:
    """Somebody makes a round: what was counted (tenths), what was found where, what the queue said."""
    plan = _called(name)
    ruling = plan.versions[-1]
    version = ruling.checklist.current
    taken = iter(numbers)
    answers = {
        line.key: Answer(tenths=next(taken)) if line.kind == NUMBER else Answer() for line in version.read
    }
    if found:
        answers[found[0]] = Answer(FINDING, words=found[1])
    services.hand_in(
        by=_actor(username),
        id=_number(plan.id, begun, 0),
        plan=plan,
        version=version,
        day=begun.date(),
        slot=ruling.slots[0] if ruling.slots else "",
        answers=answers,
        begun_at=begun,
        ended_at=begun + timedelta(minutes=minutes),
        check_in=CheckIn(counter, PROVEN, "", begun) if counter else services.NOWHERE,
        seen=seen,
        voices=[
            Voice(_number(plan.id, begun, 10 * one + place), f"q{place}", value)
            for one, values in enumerate(heard, 1)
            for place, value in enumerate(values, 1)
        ],
    )


def _number(plan: int, begun: datetime, further: int) -> UUID:
    """A number as a phone makes it, the same each time that the sample is made."""
    return UUID(int=(int(begun.timestamp()) << 80) + (7 << 76) + (2 << 62) + (plan << 32) + further)


def _open(name: str) -> Finding:
    """The first finding of a plan."""
    plan = _called(name)
    return next(
        one
        for one in queries.open_findings()
        if one.checked.version.checklist_id == plan.versions[-1].checklist_id
    )


def _replace() -> None:
    """Lin had the price tags changed, and says so."""
    if case := queries.case_of(_open(NOON)):
        casework.answer(by=_actor("lin"), case=case, text=REPLACED, outcome=MENDED)


def _confirm(begun: datetime) -> None:
    """Chen sees on the next round that they were."""
    number = _open(NOON).id
    _walk(NOON, "chen", begun, 6, (260, 70), counter="c1", seen={number: "verified"})


def _water(of: Span, day: date) -> Iterator[Event]:
    """Every morning; the floor is wet on the third, and still is."""
    begun = at(day, time(6, 31))
    place = of.days.index(day) - len(of.days)
    counts = {
        -5: (180, 40, 940),
        -4: (220, 60, 930),
        -3: (160, 30, 950),
        -2: (190, 40, 880),
        -1: (150, 30, 940),
    }
    found = ("l2", WET) if place == -3 else None
    heard = HEARD if place == -4 else ()
    minutes = 0.7 if place == -5 else 5.5
    sent = at(day, time(6, 45))
    yield Event(
        sent,
        lambda: _walk(WATER, "lin", begun, minutes, counts[place], found=found, counter="water", heard=heard),
    )


def _noon(of: Span, day: date) -> Iterator[Event]:
    """Made, with a finding, entered late the next day, missed."""
    place = of.days.index(day) - len(of.days)
    begun = at(day, time(11, 50))
    if place == -5:
        given = ("l3", PRICE)
        yield Event(
            at(day, time(12, 5)),
            lambda: _walk(NOON, "chen", begun, 9, (310, 80), found=given, counter="c1"),
        )
        yield Event(at(day, time(15, 20)), _replace)
    if place == -4:
        yield Event(at(day, time(12, 1)), lambda: _confirm(begun))
    if place == -2:
        before = at(of.days[-3], time(12, 2))
        yield Event(at(day, time(8, 12)), lambda: _walk(NOON, "chen", before, 7, (280, 90)))


def _events(of: Span, day: date) -> Iterator[Event]:
    if day == of.days[-6]:
        yield Event(at(day, time(15, 30)), lambda: _plan(of, day))
    if day in of.days[-5:]:
        yield from _water(of, day)
        yield from _noon(of, day)


SHARE = Share(events=_events)

"""The sample school's canteens and counters, their tablets, and who serves there when."""

from collections.abc import Iterator
from datetime import date, time
from typing import NamedTuple

from kiosk.core.samples import BY, MANAGER, Event, Share, Span, at
from kiosk.counters.models import Counter
from kiosk.counters.queries import counter, counters, tablets
from kiosk.counters.services import (
    add_canteen,
    add_counter,
    add_duty,
    add_tablet,
    change_counter,
    change_tablet,
    hear,
)
from kiosk.staff import queries as staff
from kiosk.staff.services import save_person

CANTEENS = (("k1", "第一食堂", "Canteen One"), ("k2", "第二食堂", "Canteen Two"))


class Place(NamedTuple):
    """A counter."""

    code: str
    sign: str
    name: str
    name_en: str
    kind: str
    canteen: str | None
    hours: list[list[str]] | None = None
    """Opening hours; without any it is always open, so that whoever tries the sample finds it awake."""


PLACES = (
    Place("c1", "1", "套餐", "Set meals", "canteen", "k1"),
    Place("c2", "2", "炒菜", "Stir-fry", "canteen", "k1"),
    Place("c3", "3", "面食", "Noodles", "canteen", "k1"),
    Place("c4", "4", "清真", "Halal", "canteen", "k1"),
    Place("c5", "5", "粥点", "Congee", "canteen", "k2", [["06:20", "08:00"], ["11:20", "13:00"]]),
    Place("c6", "6", "盖浇饭", "Rice bowls", "canteen", "k2"),
    Place("c7", "7", "麻辣烫", "Hot pot", "canteen", "k2"),
    Place("c8", "8", "水果", "Fruit", "canteen", "k2", [["11:20", "13:00"], ["17:00", "18:40"]]),
    Place("water", "水", "开水房", "Hot water", "hot_water", None),
    Place("shop", "店", "小卖部", "Shop", "shop", None, [["11:30", "18:30"]]),
    Place("repair", "修", "报修台", "Repair desk", "repair", None),
)


def _furnish(of: Span) -> None:
    canteens = {
        code: add_canteen(by=BY, code=code, name=name, name_en=name_en) for code, name, name_en in CANTEENS
    }
    for place in PLACES:
        added = add_counter(
            by=BY,
            code=place.code,
            name=place.name,
            name_en=place.name_en,
            kind=place.kind,
            sign=place.sign,
            canteen=canteens[place.canteen] if place.canteen else None,
            hours=place.hours,
        )
        add_tablet(by=BY, counter=added)
    for tablet in tablets():
        change_tablet(by=BY, tablet=tablet, name=f"{tablet.counter.name}平板", scale=100, theme="schedule")
    _hire()
    _answering(of)


def _hire() -> None:
    """Who serves, by post and badge, and when."""
    for number, place in enumerate(PLACES, 1):
        meals = ("lunch", "dinner") if place.kind == "canteen" else (None,)
        for shift, meal in enumerate(meals, 1):
            name = f"{place.name}服务员{'甲乙'[shift - 1] if len(meals) > 1 else ''}"
            person = save_person(by=BY, name=name, post=place.name, badge=str(100 * number + shift))
            add_duty(by=BY, counter=counter(place.code), staff_id=person.id, meal=meal)


def _answering(of: Span) -> None:
    """The canteens' manager answers for their windows from the first day on."""
    posts = {post.name: post.id for post in staff.posts(of.today)}
    for place in counters():
        if place.canteen:
            _name_post(place, posts.get(MANAGER))


def _finish(of: Span) -> None:
    """Every other counter names the post that is called like it."""
    posts = {post.name: post.id for post in staff.posts(of.today)}
    for place in counters():
        if not place.canteen:
            _name_post(place, posts.get(place.name))


def _name_post(place: Counter, post_id: int | None) -> None:
    change_counter(
        by=BY,
        counter=place,
        name=place.name,
        name_en=place.name_en,
        sign=place.sign,
        canteen=place.canteen,
        hours=place.hours,
        school_days_only=place.school_days_only,
        active=place.active,
        post_id=post_id,
    )


SILENT, LATE = "c8", "c1"
"""The counter whose tablet is off all day, and the one whose tablet is on too late once a week."""


def _listen(day: date) -> None:
    """When the tablets were heard that day: from before breakfast until the evening."""
    for tablet in tablets():
        code = tablet.counter.code
        begins = time(11, 22) if code == LATE and day.weekday() == 2 else time(6, 5)
        if code != SILENT:
            hear(tablet=tablet, since=at(day, begins), until=at(day, time(21, 35)))


def _events(of: Span, day: date) -> Iterator[Event]:
    yield Event(at(day, time(21, 35)), lambda: _listen(day))


SHARE = Share(furnish=_furnish, events=_events, finish=_finish)

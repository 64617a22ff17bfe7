"""What the sample school's canteens buy: ordinary foods at ordinary prices, one of which jumps."""

import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import NamedTuple

from sqlalchemy import select

from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.samples import BY, MANAGER, SEED, Event, Share, Span, at, span
from kiosk.counters.models import Canteen
from kiosk.counters.queries import canteens
from kiosk.postings.models import Posting, PostingVersion
from kiosk.postings.services import name_post, start_correction
from kiosk.purchasing.kind import PURCHASES
from kiosk.purchasing.models import Sheet
from kiosk.purchasing.services import mark_nothing_bought, post_sheet, save_draft, start_sheet
from kiosk.staff import queries as staff
from kiosk.staff.services import save_person

TYPIST = Actor("chen", name="陈")
PEOPLE = {
    "purchaser": "采购员 赵",
    "custodian": "保管员 孙",
    "receiver1": "验收员 周",
    "receiver2": "验收员 郑",
}
"""A surname and a role, like the accounts; none of them is anybody."""


class Food(NamedTuple):
    """Something bought often: `price` in 0.01 yuan a unit, `least` to `most` units, `every` so many days."""

    name: str
    item_class: str
    specification: str
    unit: str
    price: int
    least: int
    most: int
    every: int
    supplier: str

    def line(self, quantity: int, price: int) -> dict[str, str]:
        """A row of a sheet, as it is typed; the price in 0.01 yuan."""
        return {
            "item_class": self.item_class,
            "item": self.name,
            "specification": self.specification,
            "unit": self.unit,
            "quantity": str(quantity),
            "unit_price": f"{price / 100:.2f}",
            "supplier": self.supplier,
        }


GREENS, MEATS, GRAINS = "示例蔬菜配送部", "示例鲜肉配送部", "示例粮油批发部"

FOODS = (
    Food("大西红柿", "蔬菜类", "", "市斤", 360, 30, 60, 1, GREENS),
    Food("土豆", "蔬菜类", "", "市斤", 180, 40, 90, 1, GREENS),
    Food("大白菜", "蔬菜类", "", "市斤", 95, 50, 100, 1, GREENS),
    Food("小葱花", "蔬菜类", "", "市斤", 550, 3, 6, 1, GREENS),
    Food("老姜", "蔬菜类", "", "市斤", 780, 2, 5, 2, GREENS),
    Food("老蒜头", "蔬菜类", "", "市斤", 650, 3, 6, 2, GREENS),
    Food("青椒", "蔬菜类", "", "市斤", 420, 15, 30, 1, GREENS),
    Food("胡萝卜", "蔬菜类", "", "市斤", 210, 15, 35, 2, GREENS),
    Food("长茄", "蔬菜类", "", "市斤", 380, 20, 40, 2, GREENS),
    Food("黄瓜", "蔬菜类", "", "市斤", 320, 20, 40, 2, GREENS),
    Food("莲花白", "蔬菜类", "", "市斤", 130, 40, 80, 2, GREENS),
    Food("豆芽", "蔬菜类", "", "市斤", 160, 20, 40, 2, GREENS),
    Food("香菜", "蔬菜类", "", "市斤", 750, 2, 4, 3, GREENS),
    Food("冬瓜", "蔬菜类", "", "市斤", 140, 40, 80, 3, GREENS),
    Food("豆腐", "蔬菜类", "", "市斤", 280, 30, 50, 1, GREENS),
    Food("猪后腿肉", "肉食类", "鲜", "市斤", 1350, 40, 80, 1, MEATS),
    Food("五花肉", "肉食类", "鲜", "市斤", 1480, 20, 40, 2, MEATS),
    Food("鸡腿", "肉食类", "冷冻", "市斤", 820, 30, 60, 2, MEATS),
    Food("牛腩", "肉食类", "冷冻", "市斤", 3400, 10, 25, 3, MEATS),
    Food("草鱼", "肉食类", "鲜活", "市斤", 950, 20, 40, 4, MEATS),
    Food("鸡蛋", "蛋奶及糕点类", "", "市斤", 520, 30, 60, 1, GRAINS),
    Food("纯牛奶", "蛋奶及糕点类", "250毫升×24", "箱", 5200, 8, 20, 2, GRAINS),
    Food("馒头坯", "蛋奶及糕点类", "", "个", 50, 200, 400, 2, GRAINS),
    Food("大米", "粮食类", "25公斤", "袋", 13500, 4, 10, 2, GRAINS),
    Food("面粉", "粮食类", "25公斤", "袋", 11200, 2, 6, 3, GRAINS),
    Food("鲜面条", "粮食类", "", "市斤", 320, 40, 80, 1, GRAINS),
    Food("菜籽油", "油类", "20升", "桶", 26800, 1, 3, 3, GRAINS),
    Food("酱油", "调味类", "1.9升", "瓶", 1280, 2, 6, 4, GRAINS),
    Food("食盐", "调味类", "400克", "包", 200, 10, 20, 4, GRAINS),
    Food("郫县豆瓣", "调味类", "1公斤", "袋", 1450, 3, 8, 4, GRAINS),
    Food("苹果", "水果类", "", "市斤", 480, 30, 60, 3, GREENS),
    Food("橘子", "水果类", "", "市斤", 350, 30, 60, 3, GREENS),
)

JUMPED, BEFORE, AFTER = "大西红柿", 360, 500
"""The item whose price jumped on the last day, from and to (0.01 yuan)."""


def _furnish(of: Span) -> None:
    for number, name in enumerate(PEOPLE.values(), 1):
        save_person(by=BY, name=name, post="采购与验收", badge=f"{number:03d}")
    posts = {post.name: post.id for post in staff.posts(of.today)}
    name_post(by=BY, kind=PURCHASES, post_id=posts.get(MANAGER))


def _typed_at(day: date, canteen: int) -> datetime:
    """When a canteen's purchaser has typed the purchases: at dawn, before anybody looks."""
    return at(day, time(6, 40 + 9 * canteen, 11 + day.day))


def jump_day(of: Span) -> date | None:
    """The last day with purchases: a price jumps on it."""
    return next((day for day in reversed(of.days) if _typed_at(day, 0) <= of.now), None)


def _events(of: Span, day: date) -> Iterator[Event]:
    """The canteens' sheets: the second one bought nothing once and is late today; a sheet is corrected."""
    for number, canteen in enumerate(canteens()):
        moment = _typed_at(day, number)
        if number and day == of.today:
            continue
        if number and day == of.days[-9]:
            yield Event(moment, partial(mark_nothing_bought, by=TYPIST, canteen=canteen, day=day))
            continue
        yield Event(moment, partial(_post, canteen, day, number, of))
        if number == 0 and day == of.days[-4]:
            yield Event(moment + timedelta(minutes=94), partial(_correct, canteen, day, of))


def _post(canteen: Canteen, day: date, number: int, of: Span) -> PostingVersion:
    draft = start_sheet(by=TYPIST, canteen=canteen, day=day, number=f"{day:%m%d}-{number + 1}")
    save_draft(by=TYPIST, draft=draft, rows=list(_lines(canteen, day, of)), people=PEOPLE)
    return post_sheet(by=TYPIST, draft=draft)


def _correct(canteen: Canteen, day: date, of: Span) -> None:
    """A number that was typed wrong is corrected in the open."""
    sheet = session.scalars(select(Sheet).where(Sheet.canteen_id == canteen.id, Sheet.day == day)).one()
    posting, rows = session.get_one(Posting, sheet.id), list(_lines(canteen, day, of))
    rows[1]["quantity"] = str(int(rows[1]["quantity"]) - 5)
    reason = f"{rows[1]['item']}复秤，数量少5{rows[1]['unit']}，按实收更正。"
    draft = start_correction(by=TYPIST, posting=posting)
    save_draft(by=TYPIST, draft=draft, rows=rows, people=PEOPLE, reason=reason)
    post_sheet(by=TYPIST, draft=draft)


def _lines(canteen: Canteen, day: date, of: Span) -> Iterator[dict[str, str]]:
    """The lines of a morning: the daily foods, and some of those that are bought every few days."""
    dice = random.Random(f"{SEED}/{canteen.code}/{day}")
    turn = day.toordinal() + len(canteen.code) * canteen.id
    for place, food in enumerate(FOODS):
        if (turn + place) % food.every == 0:
            yield food.line(dice.randint(food.least, food.most), _price(food, day, of))


def _price(food: Food, day: date, of: Span) -> int:
    """The day's price in 0.01 yuan: it moves by a few per cent from week to week, and one item jumps."""
    if food.name == JUMPED:
        jump = jump_day(of)
        return AFTER if jump and day >= jump else BEFORE
    dice = random.Random(f"{SEED}/{food.name}/{day.isocalendar().week}")
    step = 10 if food.price > 300 else 5
    return max(step, round(food.price * dice.uniform(0.96, 1.05) / step) * step)


def _keep_up(now: datetime) -> Callable[[], object] | None:
    """Today's purchases of the first canteen, once dawn is over on a school day and nothing was posted."""
    of = span(now)
    if of.today not in of.days or _typed_at(of.today, 0) > now:
        return None
    if session.scalar(select(Sheet.id).where(Sheet.day == of.today).limit(1)):
        return None
    return partial(_post, canteens()[0], of.today, 0, of)


SHARE = Share(furnish=_furnish, events=_events, keep_up=_keep_up)

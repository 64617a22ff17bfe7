"""The sample school: three weeks of plausible purchases and ratings, the same for everybody on a given day.

Everything goes through the rooms' own services with the clock moved to its moment, so that the sample obeys
the same invariants as a real school; only the ratings are loaded in bulk. Nobody in it is real.
"""

import random
import secrets
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import func, select

from kiosk.auth.services import add_account
from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.core.room import is_on, switches
from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen, Counter, Tablet
from kiosk.counters.services import add_canteen, add_counter, add_duty, add_tablet, change_tablet
from kiosk.presence.models import MealKey
from kiosk.purchasing import services as purchasing
from kiosk.purchasing.models import Sheet, SheetVersion
from kiosk.ratings.models import BAD, Alert, Rating
from kiosk.ratings.services import Past, close_meals, load_history, uncount
from kiosk.sample.words import AFTER, BEFORE, FOODS, JUMPED, NOODLES_BAD, SAID, Food
from kiosk.school import queries as school
from kiosk.school.services import save_term, switch
from kiosk.setup.instance import create_school
from kiosk.setup.welcome import SAMPLE_PASSWORD
from kiosk.staff.services import save_person

SEED = 2026
BY = "demo"
ZONE = "Asia/Shanghai"
DAYS = 21
WORSE_FOR = timedelta(days=7)
MISUSED = 0.008
"""The share of tablet ratings that are second taps within a moment."""

ACCOUNTS = (
    ("lin", "head", "林"),
    ("chen", "canteen_manager", "陈"),
    ("wu", "accountant", "吴"),
    ("admin", "admin", "管理员"),
)
CANTEENS = (("k1", "第一食堂", "Canteen One"), ("k2", "第二食堂", "Canteen Two"))
PEOPLE = {
    "purchaser": "采购员 赵",
    "custodian": "保管员 孙",
    "receiver1": "验收员 周",
    "receiver2": "验收员 郑",
}
"""A surname and a role, like the accounts; none of them is anybody."""
DOUBTED = "c6"
"""The counter at which a burst of the last full lunch waits for a decision."""
BURST = 9
ANGRY = (1, 2, 1, 1, 2, 3)
"""What was tapped in the last minutes before the sample was made, so that an alert is open."""


class Place(NamedTuple):
    """A sample counter: its busy times as (from, until, ratings a day), and how it is liked (5 … 1)."""

    code: str
    sign: str
    name: str
    name_en: str
    kind: str
    canteen: str | None
    busy: tuple[tuple[str, str, int], ...]
    liked: tuple[int, int, int, int, int]


LUNCH, DINNER, BREAKFAST = ("11:25", "12:55"), ("17:05", "18:35"), ("06:30", "07:50")
PLACES = (
    Place("c1", "1", "套餐", "Set meals", "canteen", "k1", ((*LUNCH, 46), (*DINNER, 24)), (44, 31, 15, 7, 3)),
    Place("c2", "2", "炒菜", "Stir-fry", "canteen", "k1", ((*LUNCH, 52), (*DINNER, 26)), (38, 34, 17, 8, 3)),
    Place("c3", "3", "面食", "Noodles", "canteen", "k1", ((*LUNCH, 40), (*DINNER, 22)), (40, 33, 16, 8, 3)),
    Place("c4", "4", "清真", "Halal", "canteen", "k1", ((*LUNCH, 24), (*DINNER, 14)), (52, 30, 12, 4, 2)),
    Place("c5", "5", "粥点", "Congee", "canteen", "k2", ((*BREAKFAST, 38), (*LUNCH, 12)), (47, 32, 14, 5, 2)),
    Place(
        "c6", "6", "盖浇饭", "Rice bowls", "canteen", "k2", ((*LUNCH, 42), (*DINNER, 20)), (36, 33, 19, 8, 4)
    ),
    Place("c7", "7", "麻辣烫", "Hot pot", "canteen", "k2", ((*LUNCH, 34), (*DINNER, 28)), (42, 30, 15, 9, 4)),
    Place("c8", "8", "水果", "Fruit", "canteen", "k2", ((*LUNCH, 16), (*DINNER, 10)), (34, 34, 20, 9, 3)),
    Place(
        "water", "水", "开水房", "Hot water", "hot_water", None, (("06:20", "21:30", 22),), (35, 36, 19, 7, 3)
    ),
    Place("shop", "店", "小卖部", "Shop", "shop", None, (("12:10", "18:00", 20),), (33, 35, 21, 8, 3)),
    Place(
        "repair", "修", "报修台", "Repair desk", "repair", None, (("08:30", "17:30", 5),), (46, 30, 14, 7, 3)
    ),
)
WORSE = {"c3": (9, 18, 24, 29, 20)}
"""How a window is liked since it got worse."""
HOURS = {
    "c5": [["06:20", "08:00"], ["11:20", "13:00"]],
    "c8": [["11:20", "13:00"], ["17:00", "18:40"]],
    "shop": [["11:30", "18:30"]],
}
"""Opening hours; the others are always open, so that whoever tries the sample finds them awake."""


class Plan(NamedTuple):
    """The days of the sample, the last one perhaps unfinished, and what happens on some of them."""

    now: datetime
    days: list[date]

    @property
    def today(self) -> date:
        """The local day on which the sample is made."""
        return self.now.astimezone(ZoneInfo(ZONE)).date()

    @property
    def jump(self) -> date | None:
        """The last day with purchases; a price jumps on it."""
        posted = [day for day in self.days if _posting(day, 0) <= self.now]
        return posted[-1] if posted else None

    @property
    def corrected(self) -> date:
        """A sheet of this day was corrected."""
        return self.days[-4]

    @property
    def doubted(self) -> date:
        """The last full day; a burst in its lunch waits for a decision."""
        return [day for day in self.days if day < self.today][-1]

    @property
    def without(self) -> date:
        """The second canteen bought nothing on this day."""
        return self.days[-9]

    def until(self, day: date) -> datetime:
        """How far the day has gone."""
        return min(self.now, _at(day, time(21, 40)))


def make(folder: Path) -> Flask:
    """Make the sample school in an empty folder; Conflict where a school is already."""
    plan = plan_of(clock.now())
    first = plan.today - timedelta(days=DAYS)
    with clock.moved_to(_at(first, time(5, 30))):
        app = create_school(
            folder, name="示例中学", name_en="Sample Middle School", timezone=ZONE, sample=True
        )
        with app.app_context(), transaction():
            use_everything()
            _furnish(first)
    for day in plan.days:
        with app.app_context():
            with clock.moved_to(plan.until(day)), transaction():
                _buy(day, plan)
                _rate(day, plan)
            session.remove()
    with app.app_context():
        with clock.moved_to(plan.now), transaction():
            raise_alert(plan.now)
        session.remove()
    return app


def plan_of(now: datetime) -> Plan:
    today = now.astimezone(ZoneInfo(ZONE)).date()
    days = [today - timedelta(days=ago) for ago in range(DAYS, -1, -1)]
    return Plan(now, [day for day in days if day.weekday() < 5])


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, ZoneInfo(ZONE))


def _posting(day: date, canteen: int) -> datetime:
    """When a canteen's purchaser has typed the purchases: at dawn, before anybody looks."""
    return _at(day, time(6, 40 + 9 * canteen, 11 + day.day))


def use_everything() -> None:
    """Switch on whatever a school may do without: a sample shows what there is."""
    while off := [one for one in switches() if not is_on(one)]:
        for one in off:
            switch(by=BY, name=one.name, on=True)


def _furnish(first: date) -> None:
    for username, role, name in ACCOUNTS:
        add_account(by=BY, username=username, password=SAMPLE_PASSWORD, role=role, name=name)
    save_term(by=BY, name="本学期", starts=first - timedelta(weeks=8), ends=first + timedelta(weeks=14))
    canteens = {
        code: add_canteen(by=BY, code=code, name=name, name_en=name_en) for code, name, name_en in CANTEENS
    }
    for place in PLACES:
        counter = add_counter(
            by=BY,
            code=place.code,
            name=place.name,
            name_en=place.name_en,
            kind=place.kind,
            sign=place.sign,
            canteen=canteens[place.canteen] if place.canteen else None,
            hours=HOURS.get(place.code),
        )
        add_tablet(by=BY, counter=counter)
    for tablet in counters.tablets():
        change_tablet(by=BY, tablet=tablet, name=f"{tablet.counter.name}平板", scale=100, theme="schedule")
    _hire()


def _hire() -> None:
    """People by their posts and badges, and who serves when."""
    for number, name in enumerate(PEOPLE.values(), 1):
        save_person(by=BY, name=name, post="采购与验收", badge=f"{number:03d}")
    for number, place in enumerate(PLACES, 1):
        counter = counters.counter(place.code)
        meals = ("lunch", "dinner") if place.kind == "canteen" else (None,)
        for shift, meal in enumerate(meals, 1):
            who = f"{place.name}服务员{'甲乙'[shift - 1] if len(meals) > 1 else ''}"
            person = save_person(by=BY, name=who, post=place.name, badge=str(100 * number + shift))
            add_duty(by=BY, counter=counter, staff_id=person.id, meal=meal)


def buys_now(now: datetime) -> bool:
    """Whether dawn is over on a school day, and nothing was posted."""
    plan = plan_of(now)
    if plan.today not in plan.days or _posting(plan.today, 0) > now:
        return False
    return not session.scalar(select(Sheet.id).where(Sheet.day == plan.today).limit(1))


def buy_today(now: datetime) -> None:
    """Post what the first canteen bought today."""
    plan = plan_of(now)
    _post(counters.canteens()[0], plan.today, 0, plan)


def _buy(day: date, plan: Plan) -> None:
    """Post what the canteens bought; today the second canteen is late."""
    for number, canteen in enumerate(counters.canteens()):
        at = _posting(day, number)
        if at > plan.now or (number and day == plan.today):
            continue
        with clock.moved_to(at):
            if number and day == plan.without:
                purchasing.mark_nothing_bought(by="chen", canteen=canteen, day=day)
                continue
            version, rows = _post(canteen, day, number, plan)
        if number == 0 and day == plan.corrected:
            with clock.moved_to(at + timedelta(minutes=94)):
                _correct(version, rows)


def _post(canteen: Canteen, day: date, number: int, plan: Plan) -> tuple[SheetVersion, list[dict[str, str]]]:
    rows = list(_lines(canteen, day, plan))
    version = purchasing.start_sheet(by="chen", canteen=canteen, day=day, number=f"{day:%m%d}-{number + 1}")
    purchasing.save_draft(by="chen", version=version, rows=rows, people=PEOPLE)
    purchasing.post_sheet(by="chen", version=version)
    return version, rows


def _lines(canteen: Canteen, day: date, plan: Plan) -> Iterator[dict[str, str]]:
    """The lines of a morning: the daily foods, and some of those that are bought every few days."""
    dice = random.Random(f"{SEED}/{canteen.code}/{day}")
    turn = day.toordinal() + len(canteen.code) * canteen.id
    for place, food in enumerate(FOODS):
        if (turn + place) % food.every == 0:
            quantity = dice.randint(food.least, food.most)
            yield {
                "item_class": food.item_class,
                "item": food.name,
                "specification": food.specification,
                "unit": food.unit,
                "quantity": str(quantity),
                "unit_price": f"{_price(food, day, plan) / 100:.2f}",
                "supplier": food.supplier,
            }


def _price(food: Food, day: date, plan: Plan) -> int:
    """The day's price in 0.01 yuan: it moves by a few per cent from week to week, and one item jumps."""
    if food.name == JUMPED:
        return AFTER if plan.jump and day >= plan.jump else BEFORE
    dice = random.Random(f"{SEED}/{food.name}/{day.isocalendar().week}")
    step = 10 if food.price > 300 else 5
    return max(step, round(food.price * dice.uniform(0.96, 1.05) / step) * step)


def _correct(version: SheetVersion, rows: list[dict[str, str]]) -> None:
    """A number that was typed wrong is corrected in the open."""
    draft = purchasing.correct_sheet(by="chen", sheet=version.sheet)
    mended = [dict(row) for row in rows]
    mended[1]["quantity"] = str(int(mended[1]["quantity"]) - 5)
    reason = f"{mended[1]['item']}复秤，数量少5{mended[1]['unit']}，按实收更正。"
    purchasing.save_draft(by="chen", version=draft, rows=mended, people=PEOPLE, reason=reason)
    purchasing.post_sheet(by="chen", version=draft)


def _rate(day: date, plan: Plan) -> None:
    """The day's ratings so far, some of them second taps; and the meals that are over are closed."""
    rows = sorted(
        (row for place in PLACES for row in _ratings(place, day, plan) if row.recorded_at <= plan.until(day)),
        key=lambda row: row.recorded_at,
    )
    for meal in {row.meal for row in rows}:
        session.add(MealKey(day=day, meal=meal, key=secrets.token_bytes(32), opened_at=_at(day, time(6))))
    before = session.scalar(select(func.max(Rating.seq))) or 0
    load_history(rows, by="kiosk")
    _misuse(before, random.Random(f"{SEED}/misuse/{day}"))
    if day == plan.doubted:
        _doubt()
    close_meals(by="kiosk")


def raise_alert(now: datetime, *, apart: int = 70) -> None:
    """Some bad taps of the last minutes, `apart` seconds from one another: one alert is open at any hour."""
    here = school.local(now)
    at_meal = here.weekday() < 5 and school.meal_code_at(now) in ("lunch", "dinner")
    place = next(one for one in PLACES if one.code == ("c3" if at_meal else "water"))
    minute = now.replace(second=0, microsecond=0)
    dice, counter = random.Random(f"{SEED}/alert/{minute}"), counters.counter(place.code)
    said = SAID[place.kind][1] if place.kind != "canteen" else NOODLES_BAD
    rows = [
        _past(counter, level, minute - timedelta(seconds=apart * (len(ANGRY) - number)), dice)._replace(
            comment=said[number % len(said)] if number % 3 == 0 else ""
        )
        for number, level in enumerate(ANGRY)
    ]
    known = {(key.day, key.meal) for key in session.scalars(select(MealKey))}
    for day, meal in {(row.day, row.meal) for row in rows} - known:
        session.add(MealKey(day=day, meal=meal, key=secrets.token_bytes(32), opened_at=rows[0].recorded_at))
    load_history(rows, by="kiosk")
    bad = sum(level in BAD for level in ANGRY)
    session.add(Alert(counter_id=counter.id, opened_at=rows[3].recorded_at, bad=bad, total=len(ANGRY)))


def _past(counter: Counter, level: int, at: datetime, dice: random.Random) -> Past:
    """A tap from a printed slip, which no rule of tablets marks."""
    at, here = at.astimezone(UTC), school.local(at)
    return Past(
        id=_uuid7(at, dice),
        counter_id=counter.id,
        level=level,
        recorded_at=at,
        day=here.date(),
        hour=here.hour,
        meal=school.meal_code_at(at),
        channel="slip",
        tablet_id=None,
        tablet_seq=0,
        reasons=(),
        comment="",
    )


def _doubt() -> None:
    """A burst on one tablet: somebody has to decide about it."""
    here = counters.counter(DOUBTED)
    query = select(Rating).where(Rating.counter_id == here.id, Rating.meal == "lunch")
    of_lunch = query.where(Rating.day == school.today(), Rating.channel == "tablet").order_by(Rating.seq)
    for rating in session.scalars(of_lunch.offset(5).limit(BURST)).all():
        uncount(rating, "burst")


def _misuse(after: int, dice: random.Random) -> None:
    """Some taps came a moment after another: kept, marked, and not counted."""
    query = select(Rating).where(Rating.seq > after, Rating.channel == "tablet").order_by(Rating.seq)
    doubted = counters.counter(DOUBTED).id
    for rating in session.scalars(query).all():
        if dice.random() < MISUSED and rating.counter_id != doubted:
            uncount(rating, "misuse")


def _ratings(place: Place, day: date, plan: Plan) -> Iterator[Past]:
    dice = random.Random(f"{SEED}/{place.code}/{day}")
    counter = counters.counter(place.code)
    tablet = session.scalars(select(Tablet).where(Tablet.counter_id == counter.id)).first()
    reasons = [reason.code for reason in counters.reasons(place.kind)]
    press = (day - plan.days[0]).days * 1000
    moments: list[datetime] = []
    for starts, ends, number in place.busy:
        first, last = _at(day, time.fromisoformat(starts)), _at(day, time.fromisoformat(ends))
        peak = 0.35 if place.kind == "canteen" else 0.5
        times = (dice.triangular(0, 1, peak) for _ in range(round(number * dice.uniform(0.8, 1.2))))
        moments += [first + (last - first) * share for share in times]
    for at in sorted(moments):
        press += 1
        yield _rating(place, counter, tablet, at, press, dice, reasons, worse=plan.today - day <= WORSE_FOR)


def _rating(
    place: Place,
    counter: Counter,
    tablet: Tablet | None,
    at: datetime,
    press: int,
    dice: random.Random,
    reasons: list[str],
    *,
    worse: bool,
) -> Past:
    liked = WORSE.get(place.code, place.liked) if worse else place.liked
    level = dice.choices((5, 4, 3, 2, 1), liked)[0]
    channel = dice.choices(("tablet", "phone", "slip"), (84, 12, 4))[0]
    chosen = (
        dice.sample(reasons, dice.choice((1, 1, 2)))
        if dice.random() < (0.5 if level in BAD else 0.15)
        else []
    )
    comment = ""
    if dice.random() < (0.14 if level in BAD else 0.05):
        good, bad = SAID[place.kind]
        if worse and place.code in WORSE:
            bad = NOODLES_BAD
        comment = dice.choice(bad if level in BAD else good) if level != 3 else ""
    at = at.astimezone(UTC)
    return Past(
        id=_uuid7(at, dice),
        counter_id=counter.id,
        level=level,
        recorded_at=at,
        day=school.local(at).date(),
        hour=school.local(at).hour,
        meal=school.meal_code_at(at),
        channel=channel,
        tablet_id=tablet.id if tablet and channel == "tablet" else None,
        tablet_seq=press if channel == "tablet" else 0,
        reasons=tuple(sorted(chosen)),
        comment=comment,
    )


def _uuid7(at: datetime, dice: random.Random) -> UUID:
    noise = dice.getrandbits(74)
    milliseconds = int(at.timestamp() * 1000)
    return UUID(int=milliseconds << 80 | 7 << 76 | (noise >> 62) << 64 | 2 << 62 | noise & (1 << 62) - 1)

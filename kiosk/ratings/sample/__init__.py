"""The sample school's ratings: how each counter is liked, when it is busy, and what waits for a decision."""

import random
import secrets
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from kiosk.auth import queries as auth
from kiosk.core.actor import KIOSK
from kiosk.core.db import session
from kiosk.core.samples import SEED, Event, Share, Span, at
from kiosk.counters import queries as counters
from kiosk.counters.models import Counter, Tablet
from kiosk.presence.models import MealKey
from kiosk.ratings import queries
from kiosk.ratings.models import BAD, Alert, Rating
from kiosk.ratings.sample import answers
from kiosk.ratings.sample.words import COMMENTS, NOODLES_BAD, SENTENCE
from kiosk.ratings.services import (
    LoadedRating,
    close_alerts,
    close_meals,
    load_ratings,
    say,
    take_up_here,
    uncount,
)
from kiosk.school import queries as school

BREAKFAST, LUNCH, DINNER = ("06:30", "07:50"), ("11:25", "12:55"), ("17:05", "18:35")


class Taste(NamedTuple):
    """A counter's busy times as (from, until, ratings a day), and how it is liked (weights of 5 … 1)."""

    busy: tuple[tuple[str, str, int], ...]
    liked: tuple[int, int, int, int, int]


TASTES = {
    "c1": Taste(((*LUNCH, 46), (*DINNER, 24)), (44, 31, 15, 7, 3)),
    "c2": Taste(((*LUNCH, 52), (*DINNER, 26)), (38, 34, 17, 8, 3)),
    "c3": Taste(((*LUNCH, 40), (*DINNER, 22)), (40, 33, 16, 8, 3)),
    "c4": Taste(((*LUNCH, 24), (*DINNER, 14)), (52, 30, 12, 4, 2)),
    "c5": Taste(((*BREAKFAST, 38), (*LUNCH, 12)), (47, 32, 14, 5, 2)),
    "c6": Taste(((*LUNCH, 42), (*DINNER, 20)), (36, 33, 19, 8, 4)),
    "c7": Taste(((*LUNCH, 34), (*DINNER, 28)), (42, 30, 15, 9, 4)),
    "c8": Taste(((*LUNCH, 16), (*DINNER, 10)), (34, 34, 20, 9, 3)),
    "water": Taste((("06:20", "21:30", 22),), (35, 36, 19, 7, 3)),
    "shop": Taste((("12:10", "18:00", 20),), (33, 35, 21, 8, 3)),
    "repair": Taste((("08:30", "17:30", 5),), (46, 30, 14, 7, 3)),
}
WORSE, WORSE_FOR, WORSE_LIKED = "c3", timedelta(days=7), (9, 18, 24, 29, 20)
"""A window that got worse: which, since when, and how it is liked since then."""
MISUSED = 0.008
"""The share of tablet ratings that are second taps within a moment."""
DOUBTED, BURST = "c6", 9
"""The counter at which a burst of the last full lunch waits for a decision, and how many taps it has."""
FOUND = ((6, "c2", "炒菜里吃出一小段钢丝球的丝。"), (1, "c4", "小菜里有一只小虫子。"))
"""What somebody found, how many school days ago, and where."""
ANGRY = (1, 2, 1, 1, 2, 3)
"""What was tapped in the last minutes before the sample was made, so that an alert is open."""
RENEWED = timedelta(minutes=15)
"""When an alert of the sample lapses, and the next one may come."""
MOST_ALERTS = 96
"""Alerts of a day; six taps each."""


def _events(of: Span, day: date) -> Iterable[Event]:
    answer = Event(at(day, time(16, 20)), partial(answers.answer, of))
    return [Event(of.until(day), partial(_rate, of, day)), answer]


def _rate(of: Span, day: date) -> None:
    """The day's ratings so far, some of them second taps; and the meals that are over are closed."""
    rows = [row for code in TASTES for row in _ratings(code, day, of) if row.recorded_at <= of.until(day)]
    rows += _dangers(of, day)
    rows = _with_meals(sorted(rows, key=lambda row: row.recorded_at))
    _open_meals(rows, at(day, time(6)))
    before = session.scalar(select(func.max(Rating.seq))) or 0
    load_ratings(rows, by=KIOSK)
    _misuse(before, random.Random(f"{SEED}/misuse/{day}"))
    if day == max(day for day in of.days if day < of.today):
        _doubt()
    close_meals(by=KIOSK)
    take_up_here()


def _dangers(of: Span, day: date) -> Iterator[LoadedRating]:
    """What somebody found in the food, on two days."""
    for ago, code, comment in FOUND:
        moment, dice = at(day, time(12, 10)), random.Random(f"{SEED}/found/{day}/{code}")
        if len(of.days) > ago and day == of.days[-ago - 1] and moment <= of.until(day):
            counter = counters.counter(code)
            yield _slip_rating(counter, 1, moment, dice)._replace(comment=comment, reasons=("hygiene",))


def _with_meals(rows: Iterable[LoadedRating]) -> list[LoadedRating]:
    """The same, each of the meal at which it was given: the timetable is read once."""
    meals = school.meals()
    return [row._replace(meal=school.meal_code_at(row.recorded_at, meals)) for row in rows]


def _open_meals(rows: list[LoadedRating], opened_at: datetime) -> None:
    """The keys of the meals that have none."""
    existing = {(key.day, key.meal) for key in session.scalars(select(MealKey))}
    for day, meal in {(row.day, row.meal) for row in rows} - existing:
        session.add(MealKey(day=day, meal=meal, key=secrets.token_bytes(32), opened_at=opened_at))


def _misuse(after: int, dice: random.Random) -> None:
    """Some taps came a moment after another: kept, marked, and not counted."""
    query = select(Rating).where(Rating.seq > after, Rating.channel == "tablet").order_by(Rating.seq)
    doubted = counters.counter(DOUBTED).id
    for rating in session.scalars(query).all():
        if dice.random() < MISUSED and rating.counter_id != doubted:
            uncount(rating, "misuse")


def _doubt() -> None:
    """A burst on one tablet: somebody has to decide about it."""
    query = select(Rating).where(Rating.counter_id == counters.counter(DOUBTED).id, Rating.meal == "lunch")
    of_lunch = query.where(Rating.day == school.today(), Rating.channel == "tablet").order_by(Rating.seq)
    for rating in session.scalars(of_lunch.offset(5).limit(BURST)).all():
        uncount(rating, "burst")


def _ratings(code: str, day: date, of: Span) -> Iterator[LoadedRating]:
    dice = random.Random(f"{SEED}/{code}/{day}")
    counter = counters.counter(code)
    tablet = session.scalars(select(Tablet).where(Tablet.counter_id == counter.id)).first()
    reasons = [reason.code for reason in counters.reasons(counter.kind)]
    pressed = (day - of.days[0]).days * 1000
    peak = 0.35 if counter.kind == "canteen" else 0.5
    moments: list[datetime] = []
    for starts, ends, number in TASTES[code].busy:
        first, last = at(day, time.fromisoformat(starts)), at(day, time.fromisoformat(ends))
        times = (dice.triangular(0, 1, peak) for _ in range(round(number * dice.uniform(0.8, 1.2))))
        moments += [first + (last - first) * share for share in times]
    worse = code == WORSE and of.today - day <= WORSE_FOR
    for press, moment in enumerate(sorted(moments), pressed + 1):
        yield _rating(counter, tablet, moment, press, dice, reasons, worse=worse)


def _rating(
    counter: Counter,
    tablet: Tablet | None,
    moment: datetime,
    press: int,
    dice: random.Random,
    reasons: list[str],
    *,
    worse: bool,
) -> LoadedRating:
    level = dice.choices((5, 4, 3, 2, 1), WORSE_LIKED if worse else TASTES[counter.code].liked)[0]
    channel = dice.choices(("tablet", "phone", "slip"), (84, 12, 4))[0]
    talks, number = dice.random() < (0.5 if level in BAD else 0.15), dice.choice((1, 1, 2))
    return _slip_rating(counter, level, moment, dice)._replace(
        channel=channel,
        tablet_id=tablet.id if tablet and channel == "tablet" else None,
        tablet_seq=press if channel == "tablet" else 0,
        reasons=tuple(sorted(dice.sample(reasons, number))) if talks else (),
        comment=_comment(counter.kind, level, dice, worse=worse),
    )


def _comment(kind: str, level: int, dice: random.Random, *, worse: bool) -> str:
    """What one rater in many says; nothing about a level in the middle."""
    if dice.random() >= (0.14 if level in BAD else 0.05) or level == 3:
        return ""
    good, bad = COMMENTS[kind]
    return dice.choice((NOODLES_BAD if worse else bad) if level in BAD else good)


def _slip_rating(counter: Counter, level: int, moment: datetime, dice: random.Random) -> LoadedRating:
    """A tap from a printed slip, which no rule of tablets marks; of no meal yet."""
    local = school.local(moment)
    return LoadedRating(
        id=_uuid7(moment, dice),
        counter_id=counter.id,
        level=level,
        recorded_at=moment.astimezone(UTC),
        day=local.date(),
        hour=local.hour,
        meal=school.BETWEEN,
        channel="slip",
        tablet_id=None,
        tablet_seq=0,
        reasons=(),
        comment="",
    )


def _uuid7(moment: datetime, dice: random.Random) -> UUID:
    noise = dice.getrandbits(74)
    milliseconds = int(moment.timestamp() * 1000)
    return UUID(int=milliseconds << 80 | 7 << 76 | (noise >> 62) << 64 | 2 << 62 | noise & (1 << 62) - 1)


def raise_alert(now: datetime, *, apart: int = 70) -> None:
    """Some bad taps of the last minutes, `apart` seconds from one another: one alert is open at any hour."""
    at_meal = school.local(now).weekday() < 5 and school.meal_code_at(now) in ("lunch", "dinner")
    counter = counters.counter(WORSE if at_meal else "water")
    minute = now.replace(second=0, microsecond=0)
    dice = random.Random(f"{SEED}/alert/{minute}")
    rows = []
    for number, level in enumerate(ANGRY):
        moment = minute - timedelta(seconds=apart * (len(ANGRY) - number))
        rows.append(_slip_rating(counter, level, moment, dice)._replace(comment=_complaint(counter, number)))
    rows = _with_meals(rows)
    _open_meals(rows, rows[0].recorded_at)
    load_ratings(rows, by=KIOSK)
    bad = sum(level in BAD for level in ANGRY)
    session.add(Alert(counter_id=counter.id, opened_at=rows[3].recorded_at, bad=bad, total=len(ANGRY)))
    session.flush()


def _complaint(counter: Counter, number: int) -> str:
    """What every third of the angry says."""
    bad = NOODLES_BAD if counter.code == WORSE else COMMENTS[counter.kind][1]
    return bad[number % len(bad)] if number % 3 == 0 else ""


def _keep_up(now: datetime) -> Callable[[], object] | None:
    """The next alert, where the last one lapsed and the day has not had enough of them."""
    if queries.alerts_now(now) or school.meal_code_at(now - timedelta(minutes=2)) != school.meal_code_at(now):
        return None
    of_today = select(func.count(), func.max(Alert.opened_at)).where(
        Alert.opened_at > now - timedelta(days=1)
    )
    number, newest = session.execute(of_today).one()
    if number >= MOST_ALERTS or (newest is not None and newest > now - RENEWED):
        return None
    return partial(_renew_alert, now)


def _renew_alert(now: datetime) -> None:
    close_alerts(now)
    raise_alert(now, apart=5)


def _finish(of: Span) -> None:
    """An alert is open, and the window that got worse says what it does about it."""
    raise_alert(of.now)
    say(by=auth.account("chen").actor, counter=counters.counter(WORSE), text=SENTENCE)


SHARE = Share(events=_events, finish=_finish, keep_up=_keep_up)

"""What waits for whom in a kitchen."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import url_for

from kiosk.auth.queries import is_work_of
from kiosk.core.actor import SCHOOL, Actor, Place
from kiosk.core.duty import ALERT, WARN, Duties, Duty
from kiosk.core.filters import day as day_words
from kiosk.core.i18n import _, ngettext
from kiosk.core.room import on_since
from kiosk.core.security import Permission
from kiosk.core.web import named
from kiosk.counters import queries as counters
from kiosk.counters.models import Canteen
from kiosk.kitchen import queries
from kiosk.kitchen.models import CONTROL, GOODS, HEALTH, MONTH, PAPERS, SAMPLES, WEEK, FoodSample
from kiosk.kitchen.permissions import (
    CHECK_HEALTH,
    CONTROL_DAILY,
    KEEP_SAMPLES,
    NOTE_GOODS,
    SIGN_MONTH,
    SIGN_WEEK,
)
from kiosk.kitchen.queries import Worker
from kiosk.kitchen.queries.control import GAP, TODAY, Day
from kiosk.kitchen.queries.health import ENDED, SOON, VALID
from kiosk.kitchen.queries.reviews import GRACE
from kiosk.kitchen.settings import MORNING_BY
from kiosk.postings import queries as postings
from kiosk.school import queries as school

A_WEEK = timedelta(days=7)
LOOK_BACK = timedelta(days=60)
"""So long a week or month that nobody signed waits in the inbox."""


def is_mine(who: Actor, task: str, canteen: Canteen, permission: Permission) -> bool:
    """Whether a task is somebody's: by the post that answers, and without one by the role's work."""
    today, at = school.today(), Place(canteen=canteen.code)
    if queries.answering(task, canteen.id, today) is None:
        return is_work_of(who, permission, at)
    return who.person in {one.number for one in queries.people(task, canteen.id, today)}


def samples(who: Actor) -> Iterator[Duty]:
    """Samples that are to be thrown away, and dishes of meals that are over of which none is entered."""
    since = on_since(queries.FOOD_SAMPLES)
    if since is None:
        return
    mine = [one for one in counters.canteens() if who.may(KEEP_SAMPLES, Place(canteen=one.code))]
    lying = queries.to_throw(queries.there(mine)) if mine else []
    now, today = school.now(), school.today()
    for canteen in mine:
        if due := [one for one in lying if one.canteen_id == canteen.id]:
            yield _to_throw(who, canteen, due)
        if today >= since and queries.runs(canteen, today):
            for meal in queries.unentered(canteen, today, now):
                yield _unentered(who, meal)


def _to_throw(who: Actor, canteen: Canteen, due: list[FoodSample]) -> Duty:
    text = ngettext(
        "%(where)s: %(num)s food sample is to be thrown away",
        "%(where)s: %(num)s food samples are to be thrown away",
        len(due),
        where=named(canteen),
    )
    return Duty(
        f"throw-{canteen.code}",
        WARN,
        str(text),
        url_for("office.food_samples.boxes"),
        Place(canteen=canteen.code),
        named(canteen),
        due=min(one.keep_until for one in due),
        mine=is_mine(who, SAMPLES, canteen, KEEP_SAMPLES),
    )


def _unentered(who: Actor, meal: queries.Meal) -> Duty:
    text = ngettext(
        "%(where)s, %(meal)s: of %(num)s dish no sample is entered",
        "%(where)s, %(meal)s: of %(num)s dishes no sample is entered",
        len(meal.missing),
        where=named(meal.canteen),
        meal=meal.label,
    )
    address: dict[str, Any] = {"canteen": meal.canteen.code, "day": meal.day.isoformat(), "meal": meal.code}
    end: datetime = school.meal_ends(meal.day, meal.code)
    return Duty(
        f"samples-{meal.canteen.code}-{meal.day}-{meal.code}",
        ALERT,
        str(text),
        url_for("office.food_samples.meal", **address),
        Place(canteen=meal.canteen.code),
        named(meal.canteen),
        due=end,
        mine=is_mine(who, SAMPLES, meal.canteen, KEEP_SAMPLES),
    )


def control(who: Actor) -> Iterator[Duty]:
    """Today's control of each canteen, and the days of the last week that are a gap still."""
    today = school.today()
    own = [one for one in counters.canteens() if who.may(CONTROL_DAILY, Place(canteen=one.code))]
    for canteen, days in queries.days_of(own, today - A_WEEK, today):
        mine = is_mine(who, CONTROL, canteen, CONTROL_DAILY)
        for one in days:
            if one.state in (TODAY, GAP):
                yield _control(canteen, one, Place(canteen=canteen.code), mine)


def _control(canteen: Canteen, one: Day, at: Place, mine: bool) -> Duty:
    day = day_words(one.day, "short")
    text = (
        _("%(where)s: today's control is to be entered", where=named(canteen))
        if one.state == TODAY
        else _("%(where)s: the control of %(day)s is missing", where=named(canteen), day=day)
    )
    address: dict[str, Any] = {"canteen": canteen.code, "day": one.day.isoformat()}
    return Duty(
        f"{canteen.code}-{one.day}",
        WARN if one.state == TODAY else ALERT,
        str(text),
        url_for("office.daily_control.control", **address),
        at,
        named(canteen),
        due=datetime.combine(one.day, time.max, school.zone()),
        mine=mine,
    )


def weekly(who: Actor) -> Iterator[Duty]:
    """Weeks that are over and not signed."""
    yield from _looks(who, WEEK, SIGN_WEEK)


def monthly(who: Actor) -> Iterator[Duty]:
    """Months that are over and not signed."""
    yield from _looks(who, MONTH, SIGN_MONTH)


def _looks(who: Actor, kind: str, permission: Permission) -> Iterator[Duty]:
    today = school.today()
    for canteen, period, due in queries.owed(kind, today - LOOK_BACK, today + GRACE):
        words = {"where": named(canteen), "period": postings.period_words(period)}
        text = (
            _("%(where)s: the weekly look for %(period)s is to be signed", **words)
            if kind == WEEK
            else _("%(where)s: the monthly meeting for %(period)s is to be signed", **words)
        )
        address: dict[str, Any] = {"canteen": canteen.code, "kind": kind, "period": period}
        answers = queries.answering(kind, canteen.id, today)
        people = {one.number for one in queries.people(kind, canteen.id, today)} if answers else set()
        role = "principal" if kind == MONTH else "head"
        own = who.person in people if answers else who.holds({role}, SCHOOL)
        yield Duty(
            f"{canteen.code}-{period}",
            WARN,
            str(text),
            url_for("office.daily_control.review", **address),
            place=named(canteen),
            due=datetime.combine(due, time.max, school.zone()),
            mine=own,
        )


def morning(who: Actor) -> Iterator[Duty]:
    """Today's morning check where it was not made."""
    today, since = school.today(), on_since(queries.STAFF_HEALTH)
    for canteen in counters.canteens():
        at = Place(canteen=canteen.code)
        if not who.may(CHECK_HEALTH, at) or not queries.runs(canteen, today) or since is None:
            continue
        if queries.workers(canteen) and not queries.checks(canteen, today, today):
            address: dict[str, Any] = {"canteen": canteen.code}
            yield Duty(
                f"{canteen.code}-{today}",
                WARN,
                _("%(where)s: the morning check is to be made", where=named(canteen)),
                url_for("office.health.check", **address),
                at,
                named(canteen),
                due=datetime.combine(today, school.settings()[MORNING_BY], school.zone()),
                mine=is_mine(who, HEALTH, canteen, CHECK_HEALTH),
            )


def certificates(who: Actor) -> Iterator[Duty]:
    """Each certificate that ended or soon will; those that nobody has seen yet on one line a canteen."""
    for canteen in counters.canteens():
        at = Place(canteen=canteen.code)
        if not who.may(CHECK_HEALTH, at) or on_since(queries.STAFF_HEALTH) is None:
            continue
        mine = is_mine(who, HEALTH, canteen, CHECK_HEALTH)
        address: dict[str, Any] = {"canteen": canteen.code}
        url, found = url_for("office.health.certificates", **address), queries.workers(canteen)
        unseen = [one for one in found if one.certificate is None]
        if unseen:
            text = ngettext(
                "%(where)s: %(num)s person works with food, no health certificate was seen",
                "%(where)s: %(num)s people work with food, no health certificates were seen",
                len(unseen),
                where=named(canteen),
            )
            yield Duty(f"{canteen.code}-unseen", ALERT, str(text), url, at, named(canteen), mine=mine)
        yield from (
            _certificate(canteen, one, one.certificate.until, url, mine)
            for one in found
            if one.certificate and one.state != VALID
        )


def _certificate(canteen: Canteen, one: Worker, until: date, url: str, mine: bool) -> Duty:
    words = {"name": one.person.name, "day": day_words(until, "date")}
    return Duty(
        f"{canteen.code}-{one.person.number}",
        WARN if one.state == SOON else ALERT,
        _("%(name)s works with food; the health certificate ended on %(day)s", **words)
        if one.state == ENDED
        else _("%(name)s: the health certificate ends on %(day)s", **words),
        url,
        Place(canteen=canteen.code),
        named(canteen),
        due=datetime.combine(until, time.max, school.zone()),
        mine=mine,
    )


def goods(who: Actor) -> Iterator[Duty]:
    """Papers of goods that ended or soon will."""
    if on_since(queries.GOODS_CERTIFICATES) is None:
        return
    today = school.today()
    post = {one.number for canteen in counters.canteens() for one in queries.people(GOODS, canteen.id, today)}
    named_post = any(queries.answering(GOODS, canteen.id, today) for canteen in counters.canteens())
    for one in queries.goods_ending(today):
        words = {"item": one.item, "paper": PAPERS[one.paper], "day": day_words(one.until, "date")}
        is_over = one.until < today
        yield Duty(
            str(one.id),
            ALERT if is_over else WARN,
            _("%(item)s: the %(paper)s ended on %(day)s", **words)
            if is_over
            else _("%(item)s: the %(paper)s ends on %(day)s", **words),
            url_for("office.goods.index"),
            detail=one.supplier,
            due=datetime.combine(one.until, time.max, school.zone()),
            mine=who.person in post if named_post else is_work_of(who, NOTE_GOODS),
        )


DUTIES = (
    Duties("food-samples", KEEP_SAMPLES, samples),
    Duties("daily-control", CONTROL_DAILY, control),
    Duties("weekly-look", SIGN_WEEK, weekly),
    Duties("monthly-meeting", SIGN_MONTH, monthly),
    Duties("morning-check", CHECK_HEALTH, morning),
    Duties("health-certificate", CHECK_HEALTH, certificates),
    Duties("goods-certificate", NOTE_GOODS, goods),
)

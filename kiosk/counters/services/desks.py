"""Writes of canteens, counters, reasons and duty."""

import re
from datetime import date
from itertools import count, pairwise
from typing import Any

from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.counters import queries
from kiosk.counters.models import (
    CODE,
    DUTY_REMOVED,
    KIND,
    NAME,
    NAME_EN,
    SIGN,
    WORD,
    WORD_EN,
    Canteen,
    Counter,
    Duty,
    Reason,
)
from kiosk.school import queries as school
from kiosk.staff import queries as staff

DEFAULT_REASONS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "canteen": (
        ("queue", "排队", "Queue"),
        ("attitude", "态度", "Attitude"),
        ("taste", "口味", "Taste"),
        ("portion", "份量", "Portion"),
        ("price", "价格", "Price"),
        ("hygiene", "卫生", "Hygiene"),
    ),
    "hot_water": (
        ("temperature", "水温", "Temperature"),
        ("order", "秩序", "Order"),
        ("hygiene", "卫生", "Hygiene"),
        ("hours", "开放时间", "Opening times"),
        ("attitude", "态度", "Attitude"),
        ("queue", "排队", "Queue"),
    ),
    "shop": (
        ("price", "价格", "Price"),
        ("choice", "品种", "Choice"),
        ("freshness", "新鲜", "Freshness"),
        ("attitude", "态度", "Attitude"),
        ("queue", "排队", "Queue"),
        ("hygiene", "卫生", "Hygiene"),
    ),
    "repair": (
        ("speed", "速度", "Speed"),
        ("quality", "质量", "Quality"),
        ("attitude", "态度", "Attitude"),
        ("notice", "告知", "Being told"),
        ("tidiness", "整洁", "Tidiness"),
    ),
}
"""The words a new school starts with; every other kind gets the essay's own dimensions of attitude."""

ATTITUDE_REASONS = (
    ("civil", "文明", "Civil"),
    ("warm", "热情", "Warm"),
    ("thoughtful", "周到", "Thoughtful"),
    ("ahead", "超前", "Ahead of need"),
    ("quick", "勤快", "Quick"),
    ("speed", "快慢", "Speed"),
)


def add_canteen(*, by: Actor, code: str, name: str, name_en: str = "") -> Canteen:
    """Add a canteen. Raises Conflict for a taken code."""
    code, name, name_en = CODE.read(code), NAME.read(name), NAME_EN.read(name_en)
    if session.query(Canteen).filter_by(code=code).first():
        raise Conflict(lazy("The code %(code)s is taken."), field="code", code=code)
    canteen = Canteen(
        code=code,
        name=name,
        name_en=name_en,
        position=session.query(Canteen).count(),
        created_at=clock.now(),
        closings=[],
    )
    session.add(canteen)
    session.flush()
    record("canteen.added", f"canteen:{code}", by=by, after={"name": canteen.name})
    return canteen


def change_canteen(*, by: Actor, canteen: Canteen, name: str, name_en: str, active: bool) -> None:
    """Rename a canteen, close it, or open it again: nothing is due of a canteen while it is closed."""
    name, name_en = NAME.read(name), NAME_EN.read(name_en)
    if active != canteen.active:
        today = school.today().isoformat()
        closings = canteen.closings or []
        reopened = active and closings
        canteen.closings = [*closings[:-1], [*closings[-1][:1], today]] if reopened else [*closings, [today]]
    before = {"name": canteen.name, "name_en": canteen.name_en, "active": canteen.active}
    canteen.name, canteen.name_en, canteen.active = name, name_en, active
    after = {"name": name, "name_en": name_en, "active": active}
    record("canteen.changed", f"canteen:{canteen.code}", by=by, before=before, after=after)


def check_hours(hours: list[list[str]]) -> list[list[str]]:
    """Opening hours in order, each from before until; Invalid otherwise."""
    try:
        spans = sorted((school.parse_time(a), school.parse_time(b)) for a, b in hours)
    except ValueError as error:
        raise Invalid(lazy("Opening hours look like 11:30-12:40."), field="hours") from error
    if any(a >= b for a, b in spans) or any(earlier[1] > later[0] for earlier, later in pairwise(spans)):
        raise Invalid(
            lazy("Opening hours must not overlap, and each must end after it begins."), field="hours"
        )
    return [[f"{a:%H:%M}", f"{b:%H:%M}"] for a, b in spans]


def _seed_reasons(kind: str) -> None:
    if session.query(Reason).filter_by(kind=kind).first():
        return
    for position, (code, name, name_en) in enumerate(DEFAULT_REASONS.get(kind, ATTITUDE_REASONS)):
        session.add(Reason(kind=kind, code=code, name=name, name_en=name_en, position=position))


def _canteen_for(kind: str, canteen: Canteen | None) -> Canteen | None:
    if canteen is None and kind == "canteen":
        everything = queries.canteens()
        if len(everything) > 1:
            message = lazy("A canteen window belongs to a canteen. There are several here; please say which.")
            raise Invalid(message, field="canteen")
        return everything[0] if everything else None
    return canteen


def add_counter(
    *,
    by: Actor,
    code: str,
    name: str,
    kind: str,
    name_en: str = "",
    sign: str = "",
    canteen: Canteen | None = None,
    hours: list[list[str]] | None = None,
    school_days_only: bool = False,
) -> Counter:
    """Add a counter; the first of its kind brings the kind's reasons along.

    A canteen window belongs to `canteen`, or to the only canteen there is; Invalid where there are several
    and none is named. Raises Conflict for a taken code.
    """
    code, kind = CODE.read(code), KIND.read(kind)
    name, name_en, sign = NAME.read(name), NAME_EN.read(name_en), SIGN.read(sign)
    if queries.find_counter(code):
        raise Conflict(lazy("The code %(code)s is taken."), field="code", code=code)
    counter = Counter(
        code=code,
        name=name,
        name_en=name_en,
        sign=sign or name[:1],
        kind=kind,
        canteen=_canteen_for(kind, canteen),
        hours=check_hours(hours or []),
        school_days_only=school_days_only,
        position=session.query(Counter).count(),
        created_at=clock.now(),
    )
    session.add(counter)
    _seed_reasons(kind)
    session.flush()
    record("counter.added", f"counter:{code}", by=by, after=_state(counter))
    return counter


def _state(counter: Counter) -> dict[str, Any]:
    return {
        "name": counter.name,
        "name_en": counter.name_en,
        "sign": counter.sign,
        "kind": counter.kind,
        "canteen": counter.canteen.code if counter.canteen else None,
        "hours": counter.hours,
        "school_days_only": counter.school_days_only,
        "active": counter.active,
        "post": counter.post_id,
    }


def change_counter(
    *,
    by: Actor,
    counter: Counter,
    name: str,
    name_en: str,
    sign: str,
    canteen: Canteen | None,
    hours: list[list[str]],
    school_days_only: bool,
    active: bool,
    post_id: int | None = None,
) -> None:
    """Change what a counter is called, where it belongs, when it is open and which post is responsible.

    Its code and kind stay.
    """
    name, name_en, sign, hours = NAME.read(name), NAME_EN.read(name_en), SIGN.read(sign), check_hours(hours)
    if post_id is not None:
        staff.post(post_id)
    before = _state(counter)
    counter.name, counter.name_en, counter.sign = name, name_en, sign or name[:1]
    counter.canteen, counter.hours, counter.post_id = canteen, hours, post_id
    counter.school_days_only, counter.active = school_days_only, active
    record("counter.changed", f"counter:{counter.code}", by=by, before=before, after=_state(counter))


def add_reason(*, by: Actor, kind: str, name: str, name_en: str = "") -> Reason:
    """Add a reason to a kind of counter, after those in use."""
    kind = KIND.read(kind)
    reasons = queries.all_reasons(kind)
    codes = {reason.code for reason in reasons}
    word = "-".join(re.findall(r"[a-z0-9]+", name_en.lower()))[:18] or "word"
    code = next(c for n in count(1) if (c := word if n == 1 else f"{word[:15]}-{n}") not in codes)
    last = max((reason.position for reason in reasons), default=-1)
    reason = Reason(kind=kind, code=code, position=last + 1)
    _name_reason(reason, name, name_en, active=True)
    session.add(reason)
    session.flush()
    record("reason.saved", f"reason:{kind}/{code}", by=by, after=_reason_state(reason))
    return reason


def change_reason(*, by: Actor, reason: Reason, name: str, name_en: str, active: bool) -> None:
    """Change a reason's words, or take it out of use; its code stays with the ratings that name it."""
    before = _reason_state(reason)
    _name_reason(reason, name, name_en, active=active)
    session.flush()
    subject = f"reason:{reason.kind}/{reason.code}"
    record("reason.saved", subject, by=by, before=before, after=_reason_state(reason))


def _name_reason(reason: Reason, name: str, name_en: str, *, active: bool) -> None:
    name, name_en = WORD.read(name), WORD_EN.read(name_en)
    in_use = [other for other in queries.all_reasons(reason.kind) if other.active and other.id != reason.id]
    if active and len(in_use) >= queries.MOST_REASONS:
        raise Conflict(
            lazy("Six reasons are already in use; please take one out of use first."),
            field="active" if reason.id else "name",
        )
    if active and any(other.name == name for other in in_use):
        raise Conflict(lazy("This reason is already there."), field="name")
    reason.name, reason.name_en, reason.active = name, name_en, active


def _reason_state(reason: Reason) -> dict[str, Any]:
    return {"name": reason.name, "name_en": reason.name_en, "active": reason.active}


def raise_reason(*, by: Actor, reason: Reason) -> None:
    """Move a reason one place up among those in use."""
    order = [word for word in queries.all_reasons(reason.kind) if word.active]
    place = next((number for number, word in enumerate(order) if word.id == reason.id), 0)
    if place == 0:
        return
    before = [word.name for word in order]
    order[place - 1], order[place] = order[place], order[place - 1]
    for position, word in enumerate(order):
        word.position = position
    after = [word.name for word in order]
    record("reason.moved", f"reason:{reason.kind}/{reason.code}", by=by, before=before, after=after)


def add_duty(
    *,
    by: Actor,
    counter: Counter,
    staff_id: int,
    weekday: int | None = None,
    meal: str | None = None,
    starts: date | None = None,
    ends: date | None = None,
) -> Duty:
    """Put somebody on a counter's duty roster."""
    if starts and ends and ends < starts:
        raise Invalid(lazy("The last day must not come before the first."), field="ends")
    duty = Duty(
        counter_id=counter.id, staff_id=staff_id, weekday=weekday, meal=meal or None, starts=starts, ends=ends
    )
    session.add(duty)
    session.flush()
    after = {"staff": staff_id, "weekday": weekday, "meal": meal, "starts": starts, "ends": ends}
    record("duty.added", f"counter:{counter.code}", by=by, after=after)
    return duty


def remove_duty(*, by: Actor, duty: Duty) -> None:
    """Take a line off the duty roster."""
    record(DUTY_REMOVED, f"counter:{duty.counter.code}", by=by, before={"staff": duty.staff_id})
    session.delete(duty)

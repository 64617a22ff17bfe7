"""Reads of canteens, counters, reasons, duty and tablets."""

from datetime import date, datetime, time

from sqlalchemy import select

from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.core.security import fingerprint
from kiosk.counters.models import KINDS, Canteen, Counter, Duty, EnrolCode, Reason, Tablet
from kiosk.school import queries as school
from kiosk.staff.models import StaffMember

MOST_REASONS = 6
"""More than six words are not read at a counter."""


def canteens(*, everything: bool = False) -> list[Canteen]:
    """The canteens, in their order; closed ones only with `everything`."""
    query = select(Canteen).order_by(Canteen.position, Canteen.id)
    return list(session.scalars(query if everything else query.where(Canteen.active)))


def canteen(code: str) -> Canteen:
    """The canteen with this code, or NotFound."""
    found = session.scalar(select(Canteen).where(Canteen.code == code))
    if found is None:
        raise NotFound
    return found


def counters(*, everything: bool = False) -> list[Counter]:
    """The counters, in their order; closed ones only with `everything`."""
    query = select(Counter).order_by(Counter.position, Counter.id)
    return list(session.scalars(query if everything else query.where(Counter.active)))


def find_counter(code: str) -> Counter | None:
    """The counter with this code, or None."""
    return session.scalar(select(Counter).where(Counter.code == code))


def counter(code: str) -> Counter:
    """The counter with this code, or NotFound."""
    found = find_counter(code)
    if found is None:
        raise NotFound
    return found


def reasons(kind: str) -> list[Reason]:
    """The reasons offered at counters of a kind, six at most."""
    query = select(Reason).where(Reason.kind == kind, Reason.active).order_by(Reason.position, Reason.id)
    return list(session.scalars(query.limit(MOST_REASONS)))


def all_reasons(kind: str) -> list[Reason]:
    """Every reason of a kind, those in use first, each group in its order."""
    query = select(Reason).where(Reason.kind == kind)
    return list(session.scalars(query.order_by(Reason.active.desc(), Reason.position, Reason.id)))


def reason(reason_id: int) -> Reason:
    """The reason, or NotFound."""
    found = session.get(Reason, reason_id)
    if found is None:
        raise NotFound
    return found


def kinds_in_use() -> list[str]:
    """The kinds that have counters or reasons, in the order of KINDS."""
    used = set(session.scalars(select(Counter.kind).union(select(Reason.kind))))
    return [kind for kind in KINDS if kind in used]


def roster(counter_id: int) -> list[Duty]:
    """The duty roster of a counter, line by line."""
    query = select(Duty).where(Duty.counter_id == counter_id)
    return list(session.scalars(query.order_by(Duty.weekday, Duty.meal, Duty.id)))


def duty(counter_id: int, duty_id: int) -> Duty:
    """A line of a counter's roster, or NotFound."""
    found = session.get(Duty, duty_id)
    if found is None or found.counter_id != counter_id:
        raise NotFound
    return found


def on_duty(counter_id: int, moment: datetime) -> list[StaffMember]:
    """Who serves at the counter at the aware moment, by the duty roster."""
    day, meal = school.local(moment).date(), school.meal_code_at(moment)
    rows = session.scalars(select(Duty).where(Duty.counter_id == counter_id))
    found = {
        duty.staff_id: duty.staff
        for duty in rows
        if duty.staff.active
        and duty.weekday in (None, day.weekday())
        and duty.meal in (None, "", meal)
        and (duty.starts is None or duty.starts <= day)
        and (duty.ends is None or day <= duty.ends)
    }
    return sorted(found.values(), key=lambda person: (person.badge, person.name))


def is_open(counter: Counter, moment: datetime) -> bool:
    """Whether the counter serves at the aware moment."""
    here = school.local(moment)
    if counter.school_days_only and not school.is_school_day(here.date()):
        return False
    if not counter.hours:
        return True
    return any(_within(here.time(), *span) for span in counter.hours)


def _within(at: time, starts: str, ends: str) -> bool:
    return school.parse_time(starts) <= at < school.parse_time(ends)


def opens_next(counter: Counter, day: date, at: time) -> time | None:
    """When the counter opens again later that day, or None."""
    starts = sorted(school.parse_time(span[0]) for span in counter.hours)
    return next((start for start in starts if start > at), None)


def tablets(*, everything: bool = False) -> list[Tablet]:
    """The enrolled tablets, the newest first."""
    query = select(Tablet).order_by(Tablet.enrolled_at.desc(), Tablet.id.desc())
    return list(session.scalars(query if everything else query.where(Tablet.revoked_at.is_(None))))


def tablet(tablet_id: int) -> Tablet:
    """The tablet, or NotFound."""
    found = session.get(Tablet, tablet_id)
    if found is None:
        raise NotFound
    return found


def tablet_with(key: str) -> Tablet | None:
    """The tablet whose device key this is, unless it was revoked."""
    found = session.scalar(select(Tablet).where(Tablet.key_hash == fingerprint(key)))
    return None if found is None or found.revoked_at is not None else found


def enrol_code(code: str) -> EnrolCode | None:
    """The unused, unexpired enrolment that this code opens, or None."""
    found = session.scalar(select(EnrolCode).where(EnrolCode.code_hash == fingerprint(code.strip().upper())))
    if found is None or found.used_at is not None or found.expires_at <= clock.now():
        return None
    return found

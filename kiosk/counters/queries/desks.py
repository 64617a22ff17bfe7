"""Reads of canteens, counters, reasons, duty and posters."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from ipaddress import ip_address
from typing import Any, TypeVar
from urllib.parse import urlsplit

from sqlalchemy import select, true

from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import read_body
from kiosk.core import config
from kiosk.core.actor import SCHOOL, Place
from kiosk.core.db import remembered, session
from kiosk.core.errors import NotFound
from kiosk.core.i18n import named
from kiosk.core.security import derived_key, encode, mac
from kiosk.counters.models import DUTY_REMOVED, KINDS, Canteen, Counter, Duty, Reason
from kiosk.persons.models import Person
from kiosk.school import queries as school

T = TypeVar("T", Canteen, Counter)

MOST_REASONS = 6
"""More than six words are not read at a counter."""

EARLIEST = date(2000, 1, 1)
"""No record is older; the first days of the calendar have no moment in every zone."""


def canteens(*, everything: bool = False) -> list[Canteen]:
    """The canteens, in their order; closed ones only with `everything`."""
    found = remembered("canteens", lambda: _in_order(Canteen))
    return [one for one in found if everything or one.active]


def _in_order(table: type[T]) -> Sequence[T]:
    return session.scalars(select(table).order_by(table.position, table.id)).all()


def began(place: Canteen | Counter) -> date:
    """The local day on which a canteen or counter was entered."""
    return school.local(place.created_at).date()


def owes(canteen: Canteen, day: date) -> bool:
    """Whether a canteen can owe anything for a day: after the day it was entered, and not while closed."""
    closed = any(
        date.fromisoformat(span[0]) < day <= date.fromisoformat(span[1] if len(span) > 1 else "9999-12-31")
        for span in canteen.closings or []
    )
    return day > began(canteen) and not closed


def canteen(code: str) -> Canteen:
    """The canteen with this code, or NotFound."""
    canteen = session.scalar(select(Canteen).where(Canteen.code == code))
    if canteen is None:
        raise NotFound
    return canteen


def counters(*, everything: bool = False) -> list[Counter]:
    """The counters, in their order; closed ones only with `everything`."""
    found = remembered("counters", lambda: _in_order(Counter))
    return [one for one in found if everything or one.active]


def find_counter(code: str) -> Counter | None:
    """The counter with this code, or None."""
    query = select(Counter).where(Counter.code == code)
    return remembered(("counter", code), lambda: session.scalar(query))


def counter(code: str) -> Counter:
    """The counter with this code, or NotFound."""
    counter = find_counter(code)
    if counter is None:
        raise NotFound
    return counter


def counter_numbered(counter_id: int) -> Counter:
    """The counter with this number, or NotFound."""
    counter = session.get(Counter, counter_id)
    if counter is None:
        raise NotFound
    return counter


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
    reason = session.get(Reason, reason_id)
    if reason is None:
        raise NotFound
    return reason


def kinds_in_use() -> list[str]:
    """The kinds that have counters or reasons, in the order of KINDS."""
    used = set(session.scalars(select(Counter.kind).union(select(Reason.kind))))
    return [kind for kind in KINDS if kind in used]


def roster(counter_id: int) -> list[Duty]:
    """The duty roster of a counter, line by line."""
    query = select(Duty).where(Duty.counter_id == counter_id)
    return list(session.scalars(query.order_by(Duty.weekday, Duty.meal, Duty.id)))


def rostered_since(counter: Counter, day: date) -> set[int]:
    """The numbers of those who stand on the counter's roster, or were taken off it on that day or later.

    The record tells who was: a line that is taken off leaves nothing else.
    """
    since = datetime.combine(max(day, EARLIEST), time.min, school.zone())
    gone = select(ChainEntry).where(
        ChainEntry.action == DUTY_REMOVED, ChainEntry.subject == f"counter:{counter.code}"
    )
    entries = session.scalars(gone.where(ChainEntry.at >= since))
    former = {read_body(entry.body)["before"]["staff"] for entry in entries}
    rows = session.scalars(select(Person).where(Person.id.in_(former)))
    return {person.number for person in (*rows, *(line.staff for line in roster(counter.id)))}


def duty(counter_id: int, duty_id: int) -> Duty:
    """A line of a counter's roster, or NotFound."""
    line = session.get(Duty, duty_id)
    if line is None or line.counter_id != counter_id:
        raise NotFound
    return line


def on_duty(counter_id: int, moment: datetime) -> list[Person]:
    """Who serves at the counter at the aware moment, by the duty roster."""
    day, meal = school.local(moment).date(), school.meal_code_at(moment)
    rows = session.scalars(select(Duty).where(Duty.counter_id == counter_id))
    serving = {
        duty.staff.number: duty.staff.current
        for duty in rows
        if duty.staff.current.active
        and duty.weekday in (None, day.weekday())
        and duty.meal in (None, "", meal)
        and (duty.starts is None or duty.starts <= day)
        and (duty.ends is None or day <= duty.ends)
    }
    return sorted(serving.values(), key=lambda person: (person.badge, person.name))


def is_open(counter: Counter, moment: datetime) -> bool:
    """Whether the counter serves at the aware moment."""
    local = school.local(moment)
    if counter.school_days_only and not school.is_school_day(local.date()):
        return False
    if not counter.hours:
        return True
    return any(_within(local.time(), *span) for span in counter.hours)


def _within(at: time, starts: str, ends: str) -> bool:
    return school.parse_time(starts) <= at < school.parse_time(ends)


def opening_spans(
    counter: Counter, moment: datetime, days: int = 8
) -> list[tuple[datetime, datetime]] | None:
    """When the counter serves, from the local day of the moment on, as aware times; None: always."""
    if not counter.hours and not counter.school_days_only:
        return None
    first = school.local(moment).date()
    dates = [first + timedelta(days=number) for number in range(days)]
    if counter.school_days_only:
        open_days = school.school_days(dates[0], dates[-1])
        dates = [day for day in dates if day in open_days]
    zone = school.zone()
    if not counter.hours:
        midnights = [datetime.combine(day, time(), zone) for day in dates]
        return [(start, start + timedelta(days=1)) for start in midnights]
    return [
        (
            datetime.combine(day, school.parse_time(starts), zone),
            datetime.combine(day, school.parse_time(ends), zone),
        )
        for day in dates
        for starts, ends in counter.hours
    ]


def poster_token(counter: Counter) -> str:
    """The token of the counter's printed code (80 bits). It never ends, and it proves no presence."""
    return encode(mac(derived_key("poster"), counter.code, length=10))


def poster_url(counter: Counter) -> str | None:
    """What the counter's printed code opens; None where the server does not know its own address."""
    public = config.current().public_url
    return f"{public}/q/{counter.code}?p={poster_token(counter)}" if public else None


def is_private(address: str) -> bool:
    """Whether an address can be reached only from inside the school's network."""
    host = urlsplit(address).hostname or ""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".local", ".lan", ".test", ".internal", ".home.arpa"))


def duties_left_open() -> list[Duty]:
    """Lines of the roster that still name somebody who left: somebody else has to be named."""
    today = school.today()
    query = select(Duty).join(Counter, Counter.id == Duty.counter_id)
    open_still = Duty.ends.is_(None) | (Duty.ends >= today)
    lines = session.scalars(query.where(Counter.active, open_still).order_by(Duty.id))
    return [line for line in lines if not line.staff.current.active]


def codes_in(subjects: Iterable[str]) -> list[str]:
    """The codes of the counters among subjects of the record."""
    return [text.partition(":")[2] for text in subjects if text.startswith("counter:")]


def place_of(counter: Counter) -> Place:
    """Where a counter is, as rights are asked for it."""
    return Place(counter.canteen.code if counter.canteen else None, counter.code)


def within(places: Collection[Place]) -> Any:
    """As a condition on a Canteen: that it is one of the places, or anywhere where SCHOOL is among them."""
    if SCHOOL in places:
        return true()
    return Canteen.code.in_([place.canteen for place in places if place.canteen and not place.counter])


def places() -> list[tuple[str, Place, str]]:
    """Where a role can be held: `canteen:k1` or `counter:c1`, the place, and what it is called."""
    of_canteens = [(f"canteen:{one.code}", Place(canteen=one.code), named(one)) for one in canteens()]
    return of_canteens + [(f"counter:{one.code}", Place(counter=one.code), named(one)) for one in counters()]

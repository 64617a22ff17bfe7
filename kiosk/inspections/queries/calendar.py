"""Which rounds were made, late, missed: each computed from the plans, the calendar and what was sent."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select

from kiosk.core import clock
from kiosk.core.db import session
from kiosk.core.i18n import LazyString, lazy
from kiosk.inspections.models import Checked, RoundMade, RoundPlan
from kiosk.inspections.queries.plans import Occurrence, current, occurrences, plans, ruling
from kiosk.school import queries as school

DONE, LATE, MISSED, DUE, COMING = "done", "late", "missed", "due", "coming"
BESIDES = "besides"
"""The state of a round that was made although none was due."""
STATES: dict[str, LazyString] = {
    DONE: lazy("made"),
    LATE: lazy("made late"),
    MISSED: lazy("missed"),
    DUE: lazy("due now"),
    COMING: lazy("not due yet"),
}
"""How a round that was planned stands."""


class Entry(NamedTuple):
    """A round that was planned, how it stands, and the one that was made for it."""

    occurrence: Occurrence
    state: str
    made: "Sent | None" = None


class Sent(NamedTuple):
    """A round that was made, by its number: when it was begun, and when it arrived."""

    checked_id: int
    begun_at: datetime
    received_at: datetime
    on_duty: bool = False
    """Whether by somebody on duty there."""


def calendar(wanted: Iterable[RoundPlan], first: date, last: date) -> list[Entry]:
    """Every round of the plans that was due on one of the days, in order of time."""
    found = list(wanted)
    open_days = school.school_days(first, last) if first <= last else set()
    made = _made(found, first, last)
    now = clock.now()
    entries = []
    for plan in found:
        for one in occurrences(plan, first, last, open_days):
            own = made.get((plan.id, *one.key))
            entries.append(Entry(one, state_of(one, own, now), own))
    return sorted(entries, key=lambda entry: (entry.occurrence.day, entry.occurrence.starts))


def state_of(one: Occurrence, made: Sent | None, now: datetime) -> str:
    """How a round stands: in time is what was begun within its time and sent on the same day.

    A clock that runs ahead, or says another day, is not believed: what was begun then was begun when it came.
    """
    if made is None:
        return MISSED if one.ends < now else DUE if one.starts <= now else COMING
    same_day = school.local(made.received_at).date() == one.day
    is_right = made.begun_at.astimezone(one.ends.tzinfo).date() == one.day
    begun_at = min(made.begun_at, made.received_at) if is_right else made.received_at
    return DONE if begun_at <= one.ends and same_day else LATE


Key = tuple[int, date, str]
"""Which round of which plan it is: the plan's number, the day, the time of the day."""


def _made(found: list[RoundPlan], first: date, last: date) -> dict[Key, Sent]:
    """The first round that was sent for each time of each plan."""
    return dict(reversed(_sent(found, first, last)))


def _sent(found: list[RoundPlan], first: date, last: date) -> list[tuple[Key, Sent]]:
    """Every round that was sent, in its order; as bare values, for a year has hundreds."""
    columns = (RoundMade.plan_id, RoundMade.day, RoundMade.slot, Checked.id, Checked.begun_at)
    query = (
        select(*columns, Checked.received_at, RoundMade.on_duty)
        .join(Checked, Checked.id == RoundMade.checked_id)
        .where(RoundMade.plan_id.in_([one.id for one in found]), RoundMade.day.between(first, last))
        .order_by(Checked.received_at, Checked.id)
    )
    return [((one[0], one[1], one[2]), Sent(*one[3:])) for one in session.execute(query)]


def with_besides(first: date, last: date) -> list[Entry]:
    """The calendar of all plans, and what was made besides: a second time, or when nothing was due."""
    found = plans()
    entries = calendar(found, first, last)
    known = {one.made.checked_id for one in entries if one.made}
    by_number = {one.id: one for one in found}
    for (number, day, slot), sent in _sent(found, first, last):
        if sent.checked_id not in known:
            plan = by_number[number]
            version = ruling(plan, day) or current(plan)
            entries.append(Entry(Occurrence(version, day, slot, sent.begun_at, sent.begun_at), BESIDES, sent))
    return sorted(entries, key=lambda one: (one.occurrence.day, one.occurrence.version.plan_id))


def made_for(plan: RoundPlan, day: date, slot: str) -> Sent | None:
    """The first round that was sent for a time of a plan; None while it is to be made."""
    return _made([plan], day, day).get((plan.id, day, slot))


def today_entries() -> list[Entry]:
    """The rounds of today."""
    today = school.today()
    return calendar(plans(), today, today)


def missed(days: int) -> list[Entry]:
    """What was missed on so many days up to today, the oldest first."""
    today = school.today()
    found = calendar(plans(), today - timedelta(days=days), today)
    return [one for one in found if one.state == MISSED]


def counted(entries: Iterable[Entry]) -> dict[str, int]:
    """How many there are of each state, and how many somebody on duty there made (`on_duty`)."""
    found = dict.fromkeys((*STATES, "on_duty"), 0)
    for one in entries:
        found[one.state] += 1
        found["on_duty"] += bool(one.made and one.made.on_duty)
    return found

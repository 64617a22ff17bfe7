"""Reads of plans: who makes which round when, and which are due."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, NamedTuple

from sqlalchemy import select

from kiosk.cases import queries as cases
from kiosk.core.actor import Actor, Place
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.counters import queries as counters
from kiosk.inspections.models import DAYS, SCHOOL_DAYS, RoundPlan, RoundPlanVersion
from kiosk.inspections.permissions import WALK_ANY
from kiosk.persons import queries as persons
from kiosk.school import queries as school
from kiosk.staff import queries as staff

NAME = "inspections"


class Occurrence(NamedTuple):
    """That a round is due: by which version of its plan, on which day, and in which of its times."""

    version: RoundPlanVersion
    day: date
    slot: str
    starts: datetime
    ends: datetime
    """Within these it is made in time."""

    @property
    def key(self) -> tuple[date, str]:
        """Which one of its plan it is."""
        return self.day, self.slot


def plan(number: int) -> RoundPlan:
    """The plan, or NotFound."""
    found = session.get(RoundPlan, number)
    if found is None:
        raise NotFound
    return found


def plans() -> list[RoundPlan]:
    """All plans, those given up included, in their order."""
    return list(session.scalars(select(RoundPlan).order_by(RoundPlan.id)))


def ruling(found: RoundPlan, day: date) -> RoundPlanVersion | None:
    """The version in force on a day; None before the first, and once the plan was given up."""
    version = next((one for one in reversed(found.versions) if one.since <= day), None)
    return version if version and version.stands else None


def current(found: RoundPlan) -> RoundPlanVersion:
    """The version of today, else the first that will be."""
    today = school.today()
    return next((one for one in reversed(found.versions) if one.since <= today), found.versions[0])


def on_since() -> date | None:
    """The day from which rounds are due; None while the school makes none."""
    return school.in_use().get(NAME)


def first_day(found: RoundPlan) -> date:
    """The day from which a plan counts: nothing is from before rounds were switched on."""
    since, first = on_since(), found.versions[0].since
    return max(since, first) if since else first


def occurrences(
    found: RoundPlan, first: date, last: date, open_days: set[date] | None = None
) -> Iterator[Occurrence]:
    """When a plan was or is due on these days. Nothing is from before rounds were switched on, nor from
    before the plan said so. `open_days` are the school days among them, where they are known."""
    if on_since() is None:
        return
    first = max(first, first_day(found))
    if first > last:
        return
    days = school.school_days(first, last) if open_days is None else open_days
    times = _Times()
    for version, day in _days(found, first, last, days):
        for slot in version.slots or [""]:
            starts, ends = times.of(day, slot)
            if ends > version.set_at or version.version > 1:
                yield Occurrence(version, day, slot, starts, ends)


def _days(
    found: RoundPlan, first: date, last: date, days: set[date]
) -> Iterator[tuple[RoundPlanVersion, date]]:
    named = {date.fromisoformat(one) for version in found.versions for one in version.days}
    for day in sorted(one for one in days | named if first <= one <= last):
        version = ruling(found, day)
        if version is not None and _is_due(version, day, days):
            yield version, day


def _is_due(version: RoundPlanVersion, day: date, days: set[date]) -> bool:
    if version.rhythm == DAYS:
        return day.isoformat() in version.days
    return day in days and (version.rhythm == SCHOOL_DAYS or day.weekday() in version.weekdays)


class _Times:
    """From when until when a slot is, looked up once."""

    def __init__(self) -> None:
        self.zone = school.zone()
        self.meals = {one.code: (one.starts, one.ends) for one in school.meals()}

    def of(self, day: date, slot: str) -> tuple[datetime, datetime]:
        """The whole day where nothing else is said, or a meal is none any more."""
        starts, ends = self.meals.get(slot) or _span(slot) or (time.min, time.max)
        return datetime.combine(day, starts, self.zone), datetime.combine(day, ends, self.zone)


def _span(slot: str) -> tuple[time, time] | None:
    first, dash, last = slot.partition("-")
    return (time.fromisoformat(first), time.fromisoformat(last)) if dash else None


def slot_label(slot: str) -> str:
    """A time of the day in words."""
    if not slot:
        return ""
    meal = next((one for one in school.meals() if one.code == slot), None)
    return (meal.name if meal else slot).replace("-", "–")


def place_of_plan(version: RoundPlanVersion) -> Place:
    """Where it is made, as rights are asked for it."""
    found = cases.find_concern(version.subject)
    return found.place if found else Place()


def assignees(version: RoundPlanVersion, day: date) -> list[int]:
    """The numbers of those whose round it is on a day; of a role nobody by name."""
    if version.person_id is not None:
        return [persons.person(version.person_id).number]
    if version.team_id is not None:
        return _of_team(version.team_id, day) or [one.number for one in staff.answerable(None, day)]
    if version.post_id is not None:
        return [one.number for one in staff.answerable(version.post_id, day)]
    return []


def _of_team(number: int, day: date) -> list[int]:
    """Whoever holds a post of the team, as it is in the year of the day, and its leader."""
    named, year = staff.team(number).name, staff.year_in_force(day)
    team = next((one for one in staff.teams(year) if one.name == named), None) if year else None
    if team is None:
        return []
    found = [holder.number for one in team.posts if (holder := staff.holder(one, day))]
    leader = [persons.person(team.leader_id).number] if team.leader_id else []
    return list(dict.fromkeys([*leader, *found]))


def who_label(version: RoundPlanVersion, roles: Any) -> str:
    """Whose round it is, in words; `roles` are the names of roles."""
    if version.person_id is not None:
        return persons.person(version.person_id).name
    if version.team_id is not None:
        return staff.team(version.team_id).name
    if version.post_id is not None:
        return staff.post(version.post_id).name
    return str(roles.get(version.role, version.role))


def subjects_of_counter(code: str) -> set[str]:
    """The places at which one is beyond doubt who stands at a counter."""
    found = counters.find_counter(code)
    if found is None:
        return set()
    canteen = {f"canteen:{found.canteen.code}"} if found.canteen else set()
    return {f"counter:{code}", "school:all", *canteen}


def is_ones_own(who: Actor, version: RoundPlanVersion, day: date) -> bool:
    """Whether it is somebody's round on a day, by the person or by a role."""
    if version.role:
        return who.grants is not None and who.holds({version.role}, place_of_plan(version))
    return bool(cases.numbers(who) & set(assignees(version, day)))


def may_walk(who: Actor, version: RoundPlanVersion, day: date) -> bool:
    """Whether somebody may make the round: one's own, or any."""
    return who.may(WALK_ANY, Place()) or is_ones_own(who, version, day)


def told_plan(version: RoundPlanVersion) -> dict[str, Any]:
    """What the record says of a version of a plan."""
    return {
        "round": version.name,
        "version": version.version,
        "checklist": version.checklist_id,
        "subject": version.subject,
        "post": version.post_id,
        "team": version.team_id,
        "whose": version.person_id,
        "role": version.role,
        "rhythm": version.rhythm,
        "weekdays": version.weekdays,
        "days": version.days,
        "slots": version.slots,
        "since": version.since,
        "stands": version.stands,
        "reason": version.reason,
    }

"""Plans of rounds are made, changed from a day on, given up. What was due before stays due."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, time, timedelta
from typing import Any

from kiosk.auth.models import ROLES
from kiosk.cases import queries as cases
from kiosk.core import clock
from kiosk.core.actor import SCHOOL, Actor
from kiosk.core.db import session
from kiosk.core.errors import Invalid, NotFound
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.inspections import queries
from kiosk.inspections.models import (
    DAYS,
    LIST_REASON,
    PLAN_NAME,
    RHYTHMS,
    WEEKDAYS,
    RoundPlan,
    RoundPlanVersion,
)
from kiosk.inspections.permissions import PLAN_ROUNDS
from kiosk.persons import queries as persons
from kiosk.persons.models import Person
from kiosk.school import queries as school
from kiosk.staff import queries as staff
from kiosk.staff.models import Post, Team

MOST_SLOTS = 6
MOST_DAYS = 40
SPAN = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]")
TODAY_OR_LATER = lazy("Please choose today or a later day.")
TOMORROW_OR_LATER = lazy("Please choose tomorrow or a later day: what is due today stays due.")
SORTS = ("post", "team", "person", "role")


def make_plan(*, by: Actor, since: date | None = None, **given: Any) -> RoundPlan:
    """Plan a round from a day on, today at the earliest; see `read_plan` for what is given."""
    by.needs(PLAN_ROUNDS, SCHOOL)
    content, first = read_plan(**given), _day(since, school.today())
    made = RoundPlan(created_at=clock.now())
    session.add(made)
    session.flush()
    _add(made, by=by, action="round_plan.made", since=first, reason="", stands=True, **content)
    return made


def change_plan(
    *, by: Actor, plan: RoundPlan, since: date | None = None, reason: str = "", **given: Any
) -> RoundPlanVersion:
    """Plan it otherwise from a day on, tomorrow at the earliest: nobody rewrites what is due today."""
    by.needs(PLAN_ROUNDS, SCHOOL)
    content, first = read_plan(**given), _day(since, school.today() + timedelta(days=1))
    last = plan.versions[-1]
    if last.stands and {name: getattr(last, name) for name in content} == content:
        return last
    why = LIST_REASON.read(reason)
    return _add(plan, by=by, action="round_plan.changed", since=first, reason=why, stands=True, **content)


def give_up_plan(*, by: Actor, plan: RoundPlan, reason: str = "") -> None:
    """Make the round no more from tomorrow on."""
    by.needs(PLAN_ROUNDS, SCHOOL)
    last = plan.versions[-1]
    if not last.stands:
        return
    names = (*(f"{sort}_id" for sort in SORTS[:3]), "role", "name", "checklist_id", "subject", "rhythm")
    content = {name: getattr(last, name) for name in (*names, "weekdays", "days", "slots")}
    first = school.today() + timedelta(days=1)
    why = LIST_REASON.read(reason)
    _add(plan, by=by, action="round_plan.given_up", since=first, reason=why, stands=False, **content)


def read_plan(
    *,
    name: str,
    checklist: int,
    subject: str,
    who: str,
    rhythm: str,
    weekdays: Iterable[int] = (),
    days: Iterable[str] = (),
    slots: Iterable[str] = (),
) -> Mapping[str, Any]:
    """A plan as it is kept. `who` is `post:3`, `team:1`, `person:7` or `role:inspector`; Invalid by field."""
    if not queries.checklist(checklist, queries.ROUND).current.stands:
        raise NotFound
    cases.concern(subject)
    if rhythm not in RHYTHMS:
        raise Invalid(lazy("Please choose how often."), field="rhythm")
    chosen = sorted(set(weekdays)) if rhythm == WEEKDAYS else []
    if rhythm == WEEKDAYS and not chosen:
        raise Invalid(lazy("Please choose at least one weekday."), field="weekdays")
    return {
        "name": PLAN_NAME.read(name),
        "checklist_id": checklist,
        "subject": subject,
        **_who(who),
        "rhythm": rhythm,
        "weekdays": chosen,
        "days": _days(days) if rhythm == DAYS else [],
        "slots": _slots(slots),
    }


def _who(text: str) -> dict[str, Any]:
    sort, _colon, code = text.partition(":")
    found: dict[str, Any] = {"post_id": None, "team_id": None, "person_id": None, "role": ""}
    if sort == "role" and code in ROLES:
        return {**found, "role": code}
    number = int(code) if re.fullmatch(r"[0-9]{1,9}", code) else 0
    ask: dict[str, Callable[[int], Post | Team | Person]] = {
        "post": staff.post,
        "team": staff.team,
        "person": persons.person,
    }
    try:
        known = ask[sort](number) if sort in ask else None
    except NotFound:
        known = None
    if known is None:
        raise Invalid(lazy("Please choose whose round it is."), field="who")
    return {**found, f"{sort}_id": known.id}


def _days(given: Iterable[str]) -> list[str]:
    try:
        found = sorted({date.fromisoformat(one.strip()).isoformat() for one in given if one.strip()})
    except ValueError:
        raise Invalid(lazy("Please write each day like 2026-03-04, one a line."), field="days") from None
    if not 0 < len(found) <= MOST_DAYS:
        raise Invalid(lazy("Please enter one to %(n)s days."), field="days", n=MOST_DAYS)
    return found


def _slots(given: Iterable[str]) -> list[str]:
    meals = {one.code for one in school.meals()}
    found = list(dict.fromkeys(one.strip().replace("–", "-") for one in given if one.strip()))
    for one in found:
        if one not in meals and not _is_span(one):
            message = lazy("“%(line)s” is not a span of time; please write it like 11:20-13:00.")
            raise Invalid(message, field="slots", line=one)
    if len(found) > MOST_SLOTS:
        raise Invalid(lazy("At most %(n)s times a day."), field="slots", n=MOST_SLOTS)
    return found


def _is_span(text: str) -> bool:
    if not SPAN.fullmatch(text):
        return False
    starts, _dash, ends = text.partition("-")
    return time.fromisoformat(starts) < time.fromisoformat(ends)


def _day(since: date | None, earliest: date) -> date:
    if since is not None and since < earliest:
        is_new = earliest == school.today()
        raise Invalid(TODAY_OR_LATER if is_new else TOMORROW_OR_LATER, field="since")
    return since or earliest


def _add(plan: RoundPlan, *, by: Actor, action: str, **content: Any) -> RoundPlanVersion:
    before = plan.versions[-1] if plan.versions else None
    made = RoundPlanVersion(version=len(plan.versions) + 1, set_by=str(by), set_at=clock.now(), **content)
    made.chain_seq = record(
        action,
        f"round_plan:{plan.id}",
        by=by,
        before=queries.told_plan(before) if before else None,
        after=queries.told_plan(made),
    )
    plan.versions.append(made)
    session.flush()
    return made

"""Teams and posts of a school year."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.persons import queries as persons
from kiosk.persons.models import Person
from kiosk.school import queries as school
from kiosk.staff import queries
from kiosk.staff.models import NAME, REASON, Post, Team
from kiosk.staff.services.holding import check_day, end_holdings, refuse_past

LONGEST_LINE, MOST_LINES = 200, 40


def add_team(*, by: Actor, year: int, name: str, leader: Person | None = None) -> Team:
    """Add a team to a school year. Conflict for a name that another team has."""
    refuse_past(year)
    team = Team(year=year)
    _set_team(team, name, leader)
    session.add(team)
    session.flush()
    record("team.added", f"team:{team.id}", by=by, after={"year": year, **_team_state(team)})
    return team


def change_team(*, by: Actor, team: Team, name: str, leader: Person | None, reason: str) -> None:
    """Rename a team, or give it another leader, with a reason."""
    refuse_past(team.year)
    reason, before = REASON.read(reason), _team_state(team)
    _set_team(team, name, leader)
    session.flush()
    after = {**_team_state(team), "reason": reason}
    record("team.changed", f"team:{team.id}", by=by, before=before, after=after)


def _set_team(team: Team, name: str, leader: Person | None) -> None:
    name = NAME.read(name)
    taken = session.scalar(select(Team.id).where(Team.year == team.year, Team.name == name))
    if taken is not None and taken != team.id:
        raise Conflict(lazy("There is a team of this name already."), field="name")
    if leader and not leader.active:
        raise Conflict(lazy("Who does not work here any more leads no team."), field="leader")
    team.name, team.leader = name, leader


def _team_state(team: Team) -> dict[str, Any]:
    return {"name": team.name, "leader": team.leader.number if team.leader else None}


def add_post(
    *,
    by: Actor,
    team: Team,
    name: str,
    duties: Sequence[str] = (),
    daily: Sequence[str] = (),
    stand_in: Person | None = None,
) -> Post:
    """Add a post to a team; nobody holds it yet."""
    refuse_past(team.year)
    post = Post(team=team, holdings=[])
    _set_post(post, name, duties, daily, stand_in)
    session.add(post)
    session.flush()
    record("post.added", f"post:{post.id}", by=by, after={"team": team.id, **_post_state(post)})
    return post


def change_post(
    *,
    by: Actor,
    post: Post,
    name: str,
    duties: Sequence[str],
    daily: Sequence[str],
    stand_in: Person | None,
    reason: str,
) -> None:
    """Change a post's name, duties, daily list or stand-in, with a reason.

    Conflict where the stand-in is the holder, or does not work here any more.
    """
    refuse_past(post.team.year)
    reason, before = REASON.read(reason), _post_state(post)
    _set_post(post, name, duties, daily, stand_in)
    session.flush()
    after = {**_post_state(post), "reason": reason}
    record("post.changed", f"post:{post.id}", by=by, before=before, after=after)


def _set_post(
    post: Post, name: str, duties: Sequence[str], daily: Sequence[str], stand_in: Person | None
) -> None:
    name, duties, daily = NAME.read(name), _lines(duties, "duties"), _lines(daily, "daily")
    if stand_in is not None:
        _check_stand_in(post, stand_in)
    post.name, post.duties, post.daily, post.stand_in = name, duties, daily, stand_in


def _check_stand_in(post: Post, stand_in: Person) -> None:
    today = school.today()
    holders = [one.person_id for one in post.holdings if one.until is None or one.until > today]
    if not stand_in.active:
        raise Conflict(lazy("Only somebody who works at the school can stand in."), field="stand_in")
    if persons.is_among(stand_in.number, holders):
        raise Conflict(lazy("Holder and stand-in must be different people."), field="stand_in")


def _lines(texts: Sequence[str], field: str) -> list[str]:
    lines = [text.strip() for text in texts if text.strip()]
    if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
        raise Invalid(
            lazy("%(most)s lines at most, of %(n)s characters each.", most=MOST_LINES, n=LONGEST_LINE),
            field=field,
        )
    return lines


def _post_state(post: Post) -> dict[str, Any]:
    return {
        "name": post.name,
        "duties": post.duties,
        "daily": post.daily,
        "stand_in": post.stand_in.number if post.stand_in else None,
    }


def close_post(*, by: Actor, post: Post, day: date, reason: str) -> None:
    """Give a post up from a day of its school year on, with a reason: nobody holds it then.

    Conflict where that was done.
    """
    refuse_past(post.team.year)
    reason = REASON.read(reason)
    if post.ended is not None:
        raise Conflict(lazy("This post was given up already."))
    check_day(post, day, "day")
    former = queries.holder(post, day)
    end_holdings(post, day)
    post.ended = day
    session.flush()
    before = {"holder": former.id if former else None}
    record("post.closed", f"post:{post.id}", by=by, before=before, after={"ended": day, "reason": reason})

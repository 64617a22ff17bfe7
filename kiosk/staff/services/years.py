"""The yearly re-grouping: the next school year begins as a copy of the last one."""

from datetime import date

from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.persons.models import Person
from kiosk.staff import queries
from kiosk.staff.models import Holding, Post, Team


def begin_year(*, by: Actor, year: int) -> int:
    """Copy the last year's teams and posts, with their holders, into the next school year; how many posts.

    From its first day on the new grouping is in force. Posts that were given up and people who left are not
    copied. Conflict where there is nothing to copy, the year was begun, or one before it was not.
    """
    last = queries.last_year()
    if last is None:
        raise Conflict(lazy("There are no teams yet to copy."))
    if year > last + 1:
        raise Conflict(lazy("Please begin the school year %(year)s first.", year=last + 1))
    if year != last + 1:
        raise Conflict(lazy("The school year %(year)s was begun already.", year=year))
    first = queries.first_day(year)
    pairs = [pair for team in queries.teams(last) for pair in _copy_team(team, year, first)]
    holders = sum(_carry_on(old, new, first) for old, new in pairs)
    session.flush()
    after = {"from_year": last, "posts": len(pairs), "holders": holders}
    record("school-year.begun", f"school-year:{year}", by=by, after=after)
    return len(pairs)


def _copy_team(team: Team, year: int, first: date) -> list[tuple[Post, Post]]:
    """The posts of a team that go on, each with its copy; a team without any does not go on."""
    standing = [post for post in team.posts if queries.stands(post, first)]
    if not standing:
        return []
    copy = Team(year=year, name=team.name, leader=_at_work(team.leader))
    session.add(copy)
    session.flush()
    pairs = [(post, _copy_post(post, copy)) for post in standing]
    session.flush()
    return pairs


def _copy_post(post: Post, team: Team) -> Post:
    copy = Post(
        team=team,
        origin_id=post.origin_id or post.id,
        name=post.name,
        duties=list(post.duties),
        daily=list(post.daily),
        stand_in=_at_work(post.stand_in),
        holdings=[],
    )
    session.add(copy)
    return copy


def _at_work(person: Person | None) -> Person | None:
    return person if person and person.active else None


def _carry_on(old: Post, new: Post, first: date) -> int:
    """Whoever would hold the old post from the first day on holds the new one; how many."""
    later = [one for one in old.holdings if one.until is None or one.until > first]
    for one in later:
        new.holdings.append(Holding(person_id=one.person_id, since=max(one.since, first), until=one.until))
        one.until = max(first, one.since)
    return len(later)

"""Reads of teams and posts: who holds which when, and who answers for what.

The grouping of a school year is in force from the year's first day until the next one is.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from kiosk.auth.models import Account, AccountRole
from kiosk.core.db import remembered, session
from kiosk.core.errors import NotFound
from kiosk.persons import queries as persons
from kiosk.persons.models import Person
from kiosk.school import queries as school
from kiosk.staff.models import Post, Team
from kiosk.staff.settings import YEAR_DAY, YEAR_MONTH


def first_day(year: int) -> date:
    """The first day of the school year that begins in this calendar year."""
    settings = school.settings()
    return date(year, settings[YEAR_MONTH], settings[YEAR_DAY])


def school_year(day: date) -> int:
    """The school year of a day, by the calendar year in which it began."""
    return day.year if day >= first_day(day.year) else day.year - 1


def years() -> list[int]:
    """The school years that have teams, the newest first."""
    return list(session.scalars(select(Team.year).distinct().order_by(Team.year.desc())))


def last_year() -> int | None:
    """The newest school year that has teams, or None."""
    return session.scalar(select(func.max(Team.year)))


def year_in_force(day: date) -> int | None:
    """The school year whose grouping is in force on a day, or None while there is none."""
    year = school_year(day)
    return remembered(("grouping", year), lambda: _newest_grouping(year))


def _newest_grouping(year: int) -> int | None:
    return session.scalar(select(func.max(Team.year)).where(Team.year <= year))


def is_over(year: int) -> bool:
    """Whether another grouping took the place of this year's."""
    return year < (year_in_force(school.today()) or year)


def day_of(year: int) -> date:
    """The day for which a year's grouping is shown: today while it is in force, else its nearest day."""
    today = school.today()
    if year == year_in_force(today):
        return today
    return max(first_day(year), min(today, first_day(year + 1) - timedelta(days=1)))


def teams(year: int) -> list[Team]:
    """The teams of a school year, in their order."""
    return list(session.scalars(select(Team).where(Team.year == year).order_by(Team.id)))


def team(team_id: int) -> Team:
    """The team, or NotFound."""
    found = session.get(Team, team_id)
    if found is None:
        raise NotFound
    return found


def post(post_id: int) -> Post:
    """The post, or NotFound."""
    found = session.get(Post, post_id)
    if found is None:
        raise NotFound
    return found


def stands(found: Post, day: date) -> bool:
    """Whether the post has not been given up by that day."""
    return found.ended is None or day < found.ended


def posts(day: date) -> list[Post]:
    """The posts that there are on a day, team by team."""
    return [one for one in _posts_of_year(year_in_force(day)) if stands(one, day)]


def _posts_of_year(year: int | None) -> list[Post]:
    return remembered(("posts", year), lambda: _read_posts(year))


def _read_posts(year: int | None) -> list[Post]:
    query = select(Post).join(Team).where(Team.year == year).order_by(Team.id, Post.id)
    return list(session.scalars(query.options(selectinload(Post.holdings))))


def holder(found: Post, day: date) -> Person | None:
    """Who holds the post on a day, or None."""
    holding = next((one for one in found.holdings if one.covers(day)), None)
    return persons.person(holding.person_id) if holding else None


def same_post(post_id: int, day: date) -> Post | None:
    """The post as it is on a day: a post goes on from year to year; None where it has been given up."""
    year = year_in_force(day)
    own = next((one for one in _posts_of_year(year) if one.id == post_id), None)
    found = own or _same_post(post_id, year)
    return found if found and stands(found, day) else None


def _same_post(post_id: int, year: int | None) -> Post | None:
    origin = func.coalesce(Post.origin_id, Post.id)
    wanted = select(origin).where(Post.id == post_id).scalar_subquery()
    query = select(Post).join(Team).where(Team.year == year, origin == wanted)
    return remembered(("same post", post_id, year), lambda: session.scalar(query))


def responsible(post_id: int | None, day: date) -> Person | None:
    """Who holds the post that a counter or a kind of posting names, on a day; None where nobody does."""
    found = same_post(post_id, day) if post_id else None
    return holder(found, day) if found else None


def answerable(post_id: int | None, day: date) -> list[Person]:
    """Whose duty it is on a day: the holder's, and without one that of everybody who is head of logistics."""
    found = responsible(post_id, day)
    return [found] if found else _heads()


def _heads() -> list[Person]:
    return list(remembered("heads", _all_heads))


def _all_heads() -> list[Person]:
    whole = AccountRole.canteen.is_(None) & AccountRole.counter.is_(None)
    query = select(Person).join(Account, Account.person_id == Person.id)
    query = query.where(Account.active, Account.roles.any((AccountRole.role == "head") & whole))
    numbers = dict.fromkeys(one.number for one in session.scalars(query.order_by(Account.id)))
    return [persons.person(number) for number in numbers]


def posts_of(person: Person, day: date) -> tuple[list[Post], list[Post]]:
    """The posts that somebody holds on a day, and those in which the person is the stand-in."""
    held, stand_in = remembered(("who holds", day), lambda: _who_holds(day))
    return held.get(person.number, []), stand_in.get(person.number, [])


def _who_holds(day: date) -> tuple[dict[int, list[Post]], dict[int, list[Post]]]:
    """By the number of a person the posts that are held on a day, and those with this stand-in."""
    held: dict[int, list[Post]] = defaultdict(list)
    stand_in: dict[int, list[Post]] = defaultdict(list)
    for one in posts(day):
        if found := holder(one, day):
            held[found.number].append(one)
        if one.stand_in:
            stand_in[one.stand_in.number].append(one)
    return held, stand_in


def vacant(day: date) -> list[Post]:
    """The posts without a holder on a day; who does not work here any more holds none."""
    return [one for one in posts(day) if not ((found := holder(one, day)) and found.active)]


def without_post(numbers: Iterable[int], day: date) -> set[int]:
    """Those of the persons who hold no post on a day and are no stand-in; nobody where there are no posts."""
    standing = posts(day)
    if not standing:
        return set()
    busy = {found.number for one in standing if (found := holder(one, day))}
    busy |= {one.stand_in.number for one in standing if one.stand_in}
    return {number for number in numbers if persons.person(number).number not in busy}

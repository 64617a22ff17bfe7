"""Who holds a post from when until when."""

from datetime import date, timedelta

from sqlalchemy import or_, select

from kiosk.core.actor import Actor
from kiosk.core.db import session
from kiosk.core.errors import Conflict, Invalid
from kiosk.core.i18n import lazy
from kiosk.core.trace import record
from kiosk.persons import queries as persons
from kiosk.persons.models import Person
from kiosk.staff import queries
from kiosk.staff.models import REASON, Holding, Post, Team


def refuse_past(year: int) -> None:
    """Conflict where another grouping took the place of this year's: what was stays as it was."""
    if queries.is_over(year):
        raise Conflict(lazy("This school year is over; its teams and posts stay as they were."))


def appoint(*, by: Actor, post: Post, person: Person | None, since: date, reason: str = "") -> None:
    """Give a post to somebody from a day on, or leave it without a holder (None).

    A reason is needed where somebody held it before. Invalid for a day outside the school year; Conflict for
    who left, who stands in, or where somebody is to hold the post later than that day.
    """
    refuse_past(post.team.year)
    check_day(post, since, "since")
    former = queries.holder(post, since)
    if any(post.holdings):
        reason = REASON.read(reason)
    if any(one.since > since and one.until != one.since for one in post.holdings):
        raise Conflict(lazy("For a later day a holder is named already."), field="since")
    if person is not None:
        _check_person(post, person, former)
    end_holdings(post, since)
    if person is not None:
        post.holdings.append(Holding(person_id=person.number, since=since))
    session.flush()
    record(
        "post.held",
        f"post:{post.id}",
        by=by,
        before={"holder": former.id if former else None},
        after={"holder": person.number if person else None, "since": since, "reason": reason},
    )


def check_day(post: Post, day: date, field: str) -> None:
    """Refuse a day outside the post's school year, and one on which it has been given up."""
    first, after = queries.first_day(post.team.year), queries.first_day(post.team.year + 1)
    if not first <= day < after:
        last = after - timedelta(days=1)
        raise Invalid(
            lazy("Please choose a day from %(first)s to %(last)s.", first=first, last=last), field=field
        )
    if not queries.stands(post, day):
        raise Conflict(lazy("There is no such post any more on this day."), field=field)


def _check_person(post: Post, person: Person, former: Person | None) -> None:
    if not person.active:
        raise Conflict(lazy("Who does not work here any more holds no post."), field="person")
    if former and former.number == person.number:
        raise Conflict(lazy("%(name)s holds this post already.", name=person.name), field="person")
    if post.stand_in_id and persons.is_among(person.number, [post.stand_in_id]):
        raise Conflict(lazy("Holder and stand-in must be different people."), field="person")


def end_holdings(post: Post, day: date) -> None:
    """Nobody holds the post from the day on."""
    for one in post.holdings:
        if one.until is None or one.until > day:
            one.until = max(day, one.since)


def vacate(*, by: Actor, person: Person, day: date) -> list[Post]:
    """Somebody leaves: the person holds no post from the day on, stands in for nobody, and leads no team.

    The posts that are without a holder then.
    """
    own = {row.id for row in persons.rows_of(person.number)}
    open_still = or_(Holding.until.is_(None), Holding.until > day)
    query = select(Post).join(Holding).where(Holding.person_id.in_(own), open_still).order_by(Post.id)
    posts = list(session.scalars(query).unique())
    for post in posts:
        _end_those_of(post, own, day)
        record(
            "post.vacant",
            f"post:{post.id}",
            by=by,
            before={"holder": person.number},
            after={"holder": None, "until": day},
        )
    _forget_stand_ins(by, own)
    return posts


def _end_those_of(post: Post, numbers: set[int], day: date) -> None:
    for one in post.holdings:
        if one.person_id in numbers and (one.until is None or one.until > day):
            one.until = max(day, one.since)
    session.flush()


def _forget_stand_ins(by: Actor, numbers: set[int]) -> None:
    """Whoever left stands in for nobody and leads no team; past years stay as they were."""
    for post in session.scalars(select(Post).where(Post.stand_in_id.in_(numbers))):
        if not queries.is_over(post.team.year):
            before, post.stand_in = {"stand_in": post.stand_in_id}, None
            record("post.changed", f"post:{post.id}", by=by, before=before, after={"stand_in": None})
    for team in session.scalars(select(Team).where(Team.leader_id.in_(numbers))):
        if not queries.is_over(team.year):
            former, team.leader = {"leader": team.leader_id}, None
            record("team.changed", f"team:{team.id}", by=by, before=former, after={"leader": None})
    session.flush()

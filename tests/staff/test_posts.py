"""Teams and posts by school year: who holds a post when, and who answers for what."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask

from kiosk.chain.models import ChainEntry
from kiosk.core import clock
from kiosk.core.actor import Actor
from kiosk.core.db import session, transaction
from kiosk.core.errors import Conflict, Invalid
from kiosk.persons.models import Person
from kiosk.school import queries as school
from kiosk.staff import queries, services
from kiosk.staff.models import Post
from tests.conftest import LUNCH, add_staff

YEAR = 2025
"""The school year of the tests' day in March 2026."""
BY = Actor("lin")


@pytest.fixture(autouse=True)
def in_march() -> Iterator[None]:
    """The day on which everything is done."""
    with clock.moved_to(LUNCH):
        yield


def add_post(name: str = "验收员", team: str = "采购与验收组", year: int = YEAR) -> Post:
    """A post of a team of its own, which nobody holds."""
    added = services.add_team(by=BY, year=year, name=team)
    return services.add_post(by=BY, team=added, name=name, duties=["逐样称重"], daily=["签验收单"])


def appoint(post: Post, person: Person | None, since: date, reason: str = "轮岗") -> None:
    """Name a holder."""
    services.appoint(by=BY, post=post, person=person, since=since, reason=reason)


def leave(person: Person) -> None:
    """Somebody leaves today."""
    services.save_person(by=BY, person=person, name=person.name, active=False)


def last_entry(action: str) -> ChainEntry:
    """The newest entry of the record with this action."""
    query = session.query(ChainEntry).filter_by(action=action)
    return query.order_by(ChainEntry.seq.desc()).first()  # type: ignore[return-value]


def test_a_school_year_begins_on_the_first_of_september(context: Flask) -> None:
    assert queries.school_year(date(2026, 8, 31)) == 2025
    assert queries.school_year(date(2026, 9, 1)) == 2026
    assert queries.first_day(2026) == date(2026, 9, 1)


def test_the_holders_of_a_post_follow_each_other(context: Flask) -> None:
    with transaction():
        post, first, second = add_post(), add_staff("甲"), add_staff("乙")
        appoint(post, first, date(2025, 9, 1))
        appoint(post, second, date(2026, 2, 1))
    held = {
        day: queries.holder(post, day) for day in (date(2025, 8, 31), date(2026, 1, 31), date(2026, 2, 1))
    }
    assert list(held.values()) == [None, first, second]
    assert [(one.since, one.until) for one in post.holdings] == [
        (date(2025, 9, 1), date(2026, 2, 1)),
        (date(2026, 2, 1), None),
    ]
    with pytest.raises(Conflict), transaction():
        appoint(post, first, date(2025, 12, 1))
    with pytest.raises(Conflict), transaction():
        appoint(post, second, date(2026, 3, 1))
    with pytest.raises(Invalid), transaction():
        appoint(post, first, date(2026, 9, 1))
    with pytest.raises(Invalid) as caught, transaction():
        appoint(post, first, date(2026, 3, 1), reason=" ")
    assert caught.value.field == "reason"


def test_whoever_leaves_holds_no_post_stands_in_for_nobody_and_leads_nothing(context: Flask) -> None:
    today = school.today()
    with transaction():
        post, other, person = add_post(), add_post("采购员", "采购组"), add_staff("甲")
        appoint(post, person, date(2025, 9, 1))
        appoint(other, add_staff("乙"), date(2025, 9, 1))
        services.change_team(by=BY, team=post.team, name=post.team.name, leader=person, reason="换届")
        services.change_post(
            by=BY, post=other, name="采购员", duties=[], daily=[], stand_in=person, reason="互为替岗"
        )
        assert queries.vacant(today) == []
        leave(person)
    assert queries.vacant(today) == [post]
    assert queries.holder(post, today - timedelta(days=1)) == person, "what was stays"
    assert (post.team.leader, other.stand_in) == (None, None)
    assert last_entry("post.vacant").subject == f"post:{post.id}"


def test_without_a_holder_the_duty_is_the_heads(context: Flask) -> None:
    today = school.today()
    with transaction():
        post, person = add_post(), add_staff("甲")
    assert queries.responsible(post.id, today) is None
    assert [one.name for one in queries.answerable(post.id, today)] == ["林"]
    assert [one.name for one in queries.answerable(None, today)] == ["林"]
    with transaction():
        appoint(post, person, today)
    assert queries.answerable(post.id, today) == [person]


def test_the_next_year_begins_as_a_copy_and_is_in_force_from_its_first_day(context: Flask) -> None:
    with transaction():
        post, given_up, person = add_post(), add_post("仓管", "仓库组"), add_staff("甲")
        appoint(post, person, date(2025, 10, 1))
        services.close_post(by=BY, post=given_up, day=date(2026, 6, 1), reason="并入采购组")
        assert services.begin_year(by=BY, year=YEAR + 1) == 1
    [team] = queries.teams(YEAR + 1)
    [copy] = team.posts
    assert (copy.name, copy.duties, copy.daily, copy.team.name) == (
        "验收员",
        ["逐样称重"],
        ["签验收单"],
        "采购与验收组",
    )
    assert queries.posts(date(2026, 8, 31)) == [post]
    assert queries.posts(date(2026, 9, 1)) == [copy]
    assert queries.same_post(post.id, date(2026, 9, 1)) == copy
    assert queries.responsible(post.id, date(2026, 9, 1)) == person
    assert queries.holder(post, date(2026, 8, 31)) == person
    assert last_entry("school-year.begun").subject == f"school-year:{YEAR + 1}"
    for year, said in ((YEAR + 1, "已经开始"), (YEAR + 5, "请先开始")):
        with pytest.raises(Conflict, match=said), transaction():
            services.begin_year(by=BY, year=year)
    with transaction():
        leave(person)
    assert queries.responsible(post.id, date(2026, 9, 1)) is None, "nor in the year that was prepared"


def test_sheet_people_without_a_post_are_named_once_there_are_posts(context: Flask) -> None:
    today = school.today()
    with transaction():
        holder, stand_in, nobody = (add_staff(name) for name in "甲乙丙")
        numbers = [holder.id, stand_in.id, nobody.id]
        assert queries.without_post(numbers, today) == set()
        post = add_post()
        appoint(post, holder, today)
        services.change_post(
            by=BY, post=post, name="验收员", duties=[], daily=[], stand_in=stand_in, reason="替岗"
        )
    assert queries.without_post(numbers, today) == {nobody.id}
    assert queries.without_post(numbers, date(2025, 8, 1)) == set()


def test_what_cannot_be_is_refused(context: Flask) -> None:
    with transaction():
        post, person = add_post(), add_staff("甲")
        appoint(post, person, date(2025, 9, 1))
    same = {"by": BY, "post": post, "name": "验收员", "daily": [], "reason": "改"}
    with pytest.raises(Conflict) as caught, transaction():
        services.change_post(duties=[], stand_in=person, **same)  # type: ignore[arg-type]
    assert caught.value.field == "stand_in"
    with pytest.raises(Invalid) as wrong, transaction():
        services.change_post(duties=["长" * 201], stand_in=None, **same)  # type: ignore[arg-type]
    assert wrong.value.field == "duties"
    with pytest.raises(Conflict), transaction():
        services.add_team(by=BY, year=YEAR, name="采购与验收组")
    with pytest.raises(Invalid), transaction():
        services.close_post(by=BY, post=post, day=date(2020, 1, 1), reason="并入")
    assert queries.holder(post, date(2025, 9, 1)) == person


def test_employment_and_skills_are_kept(context: Flask) -> None:
    with transaction():
        person = services.save_person(
            by=BY, name="甲", employment="temporary", skills=["电焊", " 水电 ", "电焊"]
        )
    assert (person.employment, person.skills) == ("temporary", ["电焊", "水电"])
    with pytest.raises(Invalid), transaction():
        services.save_person(by=BY, name="乙", employment="else")
    with pytest.raises(Invalid), transaction():
        services.save_person(by=BY, name="乙", skills=["长" * 21])

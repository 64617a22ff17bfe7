"""The office's pages of teams and posts, and what other pages say of them."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.core.actor import Actor
from kiosk.core.db import session, transaction
from kiosk.counters.models import Counter
from kiosk.persons import queries as persons
from kiosk.school import queries as school
from kiosk.staff import queries, services
from tests.conftest import add_staff, counter, csrf
from tests.purchasing.test_services import PEOPLE, TOMATO
from tests.purchasing.test_services import post as post_sheet

Browser = Callable[[str], FlaskClient]
BY = Actor("lin")


def send(browser: FlaskClient, page: str, address: str | None = None, **fields: object) -> str:
    """Send a form as a page does; what is shown then."""
    data = {**fields, "csrf_token": csrf(browser, page)}
    return browser.post(address or page, data=data, follow_redirects=True).text


@pytest.fixture
def held(app: Flask) -> int:
    """A post that somebody holds since this school year began; its number."""
    with app.app_context(), transaction():
        year = queries.school_year(school.today())
        team = services.add_team(by=BY, year=year, name="采购与验收组")
        post = services.add_post(by=BY, team=team, name="验收员", duties=["逐样称重"])
        person = add_staff("周", "003")
        services.appoint(by=BY, post=post, person=person, since=queries.first_day(year))
        return post.id


def test_a_team_a_post_and_its_holder_are_entered(app: Flask, signed_in: Browser) -> None:
    lin = signed_in("lin")
    with app.app_context(), transaction():
        person = add_staff("周", "003").id
    assert "还没有班组" in lin.get("/office/posts/").text
    assert "采购与验收组" in send(lin, "/office/posts/teams/new", name="采购与验收组", leader=person)
    fields = {"name": "验收员", "duties": "逐样称重\n\n当面交接", "daily": "校秤", "stand_in": ""}
    shown = send(lin, "/office/posts/teams/1/new", **fields)
    assert "<li>当面交接</li>" in shown
    assert "空缺" in shown
    with app.app_context():
        today = school.today().isoformat()
    shown = send(lin, "/office/posts/1", "/office/posts/1/appoint", person=person, since=today)
    assert "003 周" in shown
    changed = send(lin, "/office/posts/1/edit", **fields, reason="")
    assert "请写明变更原因" in changed
    assert "逐样称重" in lin.get("/office/posts/poster").text
    assert "验收员" in lin.get(f"/office/staff/{person}").text


def test_the_next_year_is_begun_with_one_press(signed_in: Browser, held: int) -> None:
    lin = signed_in("lin")
    year = re.search(r'name="year" value="(\d+)"', lin.get("/office/posts/").text)
    assert year
    shown = send(lin, "/office/posts/", "/office/posts/begin", year=year[1])
    assert "验收员" in shown
    assert "003 周" in shown


def test_who_is_replaced_from_the_first_day_on_stays_on_the_page(
    app: Flask, signed_in: Browser, held: int
) -> None:
    with app.app_context(), transaction():
        other, since = add_staff("吴").id, queries.post(held).holdings[0].since
    lin, page = signed_in("lin"), f"/office/posts/{held}"
    shown = send(lin, page, f"{page}/appoint", person=other, since=since.isoformat(), reason="录错了")
    assert "<s>003 周</s>" in shown
    assert "自首日起已变更" in shown


def test_only_head_and_administrator_may(signed_in: Browser, held: int) -> None:
    for who, status in (("lin", 200), ("admin", 200), ("chen", 403), ("wu", 403)):
        assert signed_in(who).get(f"/office/posts/{held}").status_code == status


def test_when_a_person_leaves_the_open_post_comes_up_for_the_head(
    app: Flask, signed_in: Browser, held: int
) -> None:
    lin, said = signed_in("lin"), "采购与验收组的岗位“验收员”空缺"
    assert said not in lin.get("/office/").text
    with app.app_context():
        person = persons.called("周")[0].id
    send(lin, f"/office/staff/{person}", name="周", kind="staff", employment="")
    for who, comes_up in (("lin", True), ("admin", True), ("chen", False)):
        page = signed_in(who).get("/office/").text
        assert (said in page, f'href="/office/posts/{held}"' in page) == (comes_up, comes_up)


def test_a_counter_names_the_post_that_answers_for_it(app: Flask, signed_in: Browser, held: int) -> None:
    lin = signed_in("lin")
    with app.app_context():
        code, name = counter().code, counter().name
    send(lin, f"/office/counters/{code}/edit", name=name, active="y", post_id=held)
    page = lin.get(f"/office/counters/{code}/edit").text
    assert f'<option selected value="{held}">' in page
    with app.app_context():
        assert session.query(Counter.post_id).filter_by(code=code).scalar() == held
        assert queries.responsible(held, school.today()) == persons.called("周")[0]


def test_sheet_people_without_a_post_are_said_and_not_refused(
    app: Flask, signed_in: Browser, held: int
) -> None:
    with app.app_context():
        sheet = post_sheet(TOMATO).posting_id
    lin = signed_in("lin")
    assert "采购员 当日未在岗位" in lin.get(f"/office/postings/{sheet}").text
    with app.app_context(), transaction():
        today = school.today()
        for part in PEOPLE.values():
            post = services.add_post(by=BY, team=queries.post(held).team, name=part)
            services.appoint(by=BY, post=post, person=persons.called(part)[0], since=today)
    assert "未在岗位" not in lin.get(f"/office/postings/{sheet}").text


def test_a_school_without_posts_says_nothing_of_them(app: Flask, signed_in: Browser) -> None:
    with app.app_context():
        sheet = post_sheet(TOMATO).posting_id
    assert "未在岗位" not in signed_in("lin").get(f"/office/postings/{sheet}").text


def test_a_post_that_is_unknown_is_not_found(signed_in: Browser, held: int) -> None:
    lin = signed_in("lin")
    for address in ("/office/posts/99", "/office/posts/99/edit", "/office/posts/teams/99"):
        assert lin.get(address).status_code == 404

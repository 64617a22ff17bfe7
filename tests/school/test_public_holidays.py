"""Public holidays are proposed, entered where nothing is entered yet, and mended by hand."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.core.db import session, transaction
from kiosk.school import queries, services
from tests.conftest import actor, csrf

SignedIn = Callable[[str], FlaskClient]
PAGE = "/office/school/days/public"


def test_holidays_on_weekdays_and_weekends_that_are_worked(context: Flask) -> None:
    days = {one.day: one for one in queries.public_days(2026)}
    assert (days[date(2026, 10, 1)].is_school_day, days[date(2026, 10, 1)].note) == (False, "国庆节")
    assert days[date(2026, 9, 20)].is_school_day, "a Sunday that is worked"
    assert date(2026, 10, 3) not in days, "a Saturday is free anyway"
    assert list(days) == sorted(days)
    assert queries.make_up_days(2026)


def test_a_school_that_works_on_saturdays(context: Flask) -> None:
    with transaction():
        services.change_settings(by=actor("lin"), weekdays=[0, 1, 2, 3, 4, 5])
    days = {one.day: one for one in queries.public_days(2026)}
    assert not days[date(2026, 10, 3)].is_school_day
    assert date(2026, 10, 10) not in days, "this Saturday is worked anyway"


def test_what_is_ticked_is_entered_and_nothing_is_overwritten(app: Flask, signed_in: SignedIn) -> None:
    with app.app_context(), transaction():
        services.set_day(by=actor("lin"), day=date(2026, 10, 1), is_school_day=True, note="照常上课")
    lin = signed_in("lin")
    page = lin.get(f"{PAGE}?year=2026").text
    offered = re.findall(r'name="days" value="([\d-]+)" checked', page)
    assert "2026-10-02" in offered
    assert "2026-10-01" not in offered
    assert "学校录入的正好相反" in page
    form = {"days": ["2026-10-02", "2026-09-20"], "csrf_token": csrf(lin, PAGE)}
    assert lin.post(f"{PAGE}?year=2026", data=form).status_code == 302
    with app.app_context():
        entered = {str(one.day): (one.is_school_day, one.note) for one in queries.exceptions()}
        session.remove()
    assert entered == {
        "2026-10-01": (True, "照常上课"),
        "2026-10-02": (False, "国庆节"),
        "2026-09-20": (True, "调休上课"),
    }
    again = {"days": ["2026-10-01", "2026-10-02"], "csrf_token": form["csrf_token"]}
    assert lin.post(f"{PAGE}?year=2026", data=again).status_code == 422, "what is entered is not offered"


def test_nothing_ticked_is_said(signed_in: SignedIn) -> None:
    lin = signed_in("lin")
    answer = lin.post(f"{PAGE}?year=2026", data={"csrf_token": csrf(lin, PAGE)})
    assert answer.status_code == 422
    assert "请至少选择一天" in answer.text


@pytest.mark.parametrize("year", ["1999", "9999", "x", "-1", ""])
def test_odd_years_show_a_usual_one(signed_in: SignedIn, year: str) -> None:
    assert signed_in("lin").get(f"{PAGE}?year={year}").status_code == 200


def test_a_year_without_an_announcement_says_so(signed_in: SignedIn) -> None:
    """Nobody knows the make-up days of the year after next."""
    after_next = date.today().year + 2
    assert "调休安排尚未公布" in signed_in("lin").get(f"{PAGE}?year={after_next}").text


def test_a_due_day_is_counted_on_the_page(signed_in: SignedIn) -> None:
    lin = signed_in("lin")
    page = lin.get("/office/school/days?received=2026-11-27&number=1").text
    assert "截止到 2026年11月30日" in page
    for query in ("received=&number=1", "received=2026-11-27&number=", "received=9999-12-31&number=1"):
        page = lin.get(f"/office/school/days?{query}").text
        assert "field-error" in page
        assert "截止到 " not in page
    assert "field-error" not in lin.get("/office/school/days").text

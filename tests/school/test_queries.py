"""Days, meals and settings as the school sees them."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.core.db import session, transaction
from kiosk.core.errors import Conflict, Invalid
from kiosk.ratings.settings import HIDDEN_BELOW
from kiosk.school import queries, services
from kiosk.school.models import Setting
from tests.conftest import actor


@pytest.mark.parametrize(
    ("utc", "meal"),
    [
        ((4, 5), "lunch"),
        ((3, 19), "between"),
        ((3, 20), "lunch"),
        ((5, 0), "between"),
        ((22, 30), "breakfast"),
    ],
)
def test_a_moment_belongs_to_the_meal_whose_hours_hold_it(
    context: Flask, utc: tuple[int, int], meal: str
) -> None:
    assert queries.meal_code_at(datetime(2026, 3, 4, *utc, tzinfo=UTC)) == meal


def test_a_late_evening_in_utc_is_the_next_day_at_school(context: Flask) -> None:
    assert queries.local(datetime(2026, 3, 4, 17, tzinfo=UTC)).date() == date(2026, 3, 5)


def test_school_days_are_weekdays_in_term_unless_excepted(context: Flask) -> None:
    wednesday, saturday, summer = date(2026, 3, 4), date(2026, 3, 7), date(2026, 7, 29)
    assert queries.is_school_day(summer), "without terms the school is always in term"
    with transaction():
        services.save_term(by=actor("lin"), name="春季学期", starts=date(2026, 2, 23), ends=date(2026, 7, 3))
        services.set_day(by=actor("lin"), day=saturday, is_school_day=True, note="补课")
        services.set_day(by=actor("lin"), day=date(2026, 3, 5), is_school_day=False, note="放假")
    found = [queries.is_school_day(day) for day in (wednesday, saturday, date(2026, 3, 5), summer)]
    assert found == [True, True, False, False]


def test_settings_have_defaults_and_remember_changes(context: Flask) -> None:
    assert queries.settings()[HIDDEN_BELOW] == 5
    with transaction():
        services.change_settings(by=actor("lin"), hidden_below=8)
    session.remove()
    assert queries.settings()[HIDDEN_BELOW] == 8
    assert session.get(Setting, "jump_percent") is None, "what was not changed is not stored"


def test_unknown_settings_are_refused(context: Flask) -> None:
    with pytest.raises(Invalid), transaction():
        services.change_settings(by=actor("lin"), colour="red")


def test_meals_do_not_overlap(context: Flask) -> None:
    with pytest.raises(Conflict), transaction():
        services.save_meal(
            by=actor("lin"), code="tea", name="茶点", name_en="", starts=time(12), ends=time(14)
        )


def test_a_value_out_of_range_is_not_stored(context: Flask) -> None:
    with pytest.raises(Invalid) as refused, transaction():
        services.change_settings(by=actor("lin"), hidden_below=0)
    assert refused.value.field == "hidden_below"


def test_what_cannot_be_used_is_said_and_mended_by_saving(
    app: Flask, signed_in: Callable[[str], FlaskClient]
) -> None:
    with app.app_context(), transaction():
        session.merge(Setting(key="hidden_below", value=0))
        session.merge(Setting(key="timezone", value="Mars/Base"))
        session.merge(Setting(key="person_hidden_below", value=12))
    lin = signed_in("lin")
    health = lin.get("/office/operation/?lang=en").text
    assert "the default is in force: Time zone; Show a counter's score" in unescape(health)
    page = lin.get("/office/school/edit").text
    assert "notice-warn" in page
    form = dict(re.findall(r'<input[^>]*name="([a-z_]+)"[^>]*value="([^"]*)"', page))
    answer = lin.post("/office/school/edit", data={**form, "timezone": "Asia/Shanghai", "weekdays": ["0"]})
    assert answer.status_code == 302
    with app.app_context():
        assert session.get(Setting, "hidden_below") is not None
        assert (queries.settings()[HIDDEN_BELOW], queries.misfits()) == (5, [])

"""Who looked: a page about somebody else is noted, once a day, and told to that person alone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from kiosk.auth.queries import account
from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.operation import retention
from kiosk.persons.models import Look
from tests.conftest import actor

SignIn = Callable[[str], FlaskClient]


def noted(app: Flask) -> list[tuple[str, str, str]]:
    """Who looked at whom on which page, in order."""
    with app.app_context():
        names = {account(name).person_id: name for name in ("lin", "chen", "wu", "admin")}
        return [
            (look.account, names[look.person_id], look.page) for look in session.query(Look).order_by(Look.id)
        ]


def page_of(app: Flask, name: str) -> str:
    with app.app_context():
        return f"/office/staff/{account(name).person.number}"


def test_who_opens_a_page_about_somebody_is_told_to_that_person(app: Flask, signed_in: SignIn) -> None:
    chen, lin, wu = (signed_in(name) for name in ("chen", "lin", "wu"))
    assert "还没有人看过" in wu.get("/office/accounts/").text
    assert chen.get(page_of(app, "wu")).status_code == 200
    assert lin.get("/office/accounts/all/wu").status_code == 200
    assert noted(app) == [("chen", "wu", "office.staff.edit"), ("lin", "wu", "office.auth.edit")]
    page = wu.get("/office/accounts/").text
    shown = page[page.index("谁看过我的信息") :]
    assert shown.index("林") < shown.index("陈"), "the newest first"
    assert "还没有人看过" in lin.get("/office/accounts/").text, "it is for the person alone"


def test_a_photo_is_a_page_of_its_own(app: Flask, signed_in: SignIn) -> None:
    signed_in("chen").get(page_of(app, "wu") + "/photo")
    assert noted(app) == [("chen", "wu", "office.staff.photo")]


def test_it_is_noted_once_a_day_and_page(app: Flask, at_lunch: datetime, signed_in: SignIn) -> None:
    chen, page = signed_in("chen"), page_of(app, "wu")
    for _time in range(3):
        chen.get(page)
    assert len(noted(app)) == 1
    with clock.moved_to(at_lunch + timedelta(days=1)):
        signed_in("chen").get(page)
    assert len(noted(app)) == 2


def test_who_looks_at_oneself_is_not_noted(app: Flask, signed_in: SignIn) -> None:
    signed_in("chen").get(page_of(app, "chen"))
    signed_in("lin").get("/office/accounts/all/lin")
    assert noted(app) == []


def test_who_is_refused_saw_nothing(app: Flask, signed_in: SignIn, client: FlaskClient) -> None:
    assert signed_in("wu").get(page_of(app, "chen")).status_code == 403
    assert client.get(page_of(app, "chen")).status_code == 302
    assert signed_in("chen").get("/office/staff/999999").status_code == 404
    assert signed_in("chen").head(page_of(app, "wu")).status_code == 200
    assert noted(app) == []


def test_what_was_noted_stays_until_its_time_is_over(app: Flask, signed_in: SignIn) -> None:
    signed_in("chen").get(page_of(app, "wu"))
    for statement in ("UPDATE look SET account = 'nobody'", "DELETE FROM look"):
        with (
            app.app_context(),
            pytest.raises(DatabaseError, match="look rows are never changed"),
            transaction(),
        ):
            session.execute(text(statement))
    assert [row[0] for row in noted(app)] == ["chen"]


def test_a_year_later_it_is_forgotten(app: Flask, signed_in: SignIn) -> None:
    with clock.moved_to(datetime(2025, 3, 4, tzinfo=UTC)):
        signed_in("chen").get(page_of(app, "wu"))
    with clock.moved_to(datetime(2026, 3, 3, tzinfo=UTC)), app.app_context():
        assert retention.due()["looks"] == 0
    with (
        clock.moved_to(datetime(2026, 3, 5, tzinfo=UTC)),
        app.app_context(),
        transaction(),
    ):
        assert retention.forget(by=actor("kiosk"))["looks"] == 1
    assert noted(app) == []

"""The page on which the school says who is who."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.auth.queries import account
from kiosk.core.db import session, transaction
from kiosk.persons import queries
from kiosk.persons.models import Namesake
from tests.conftest import add_staff, csrf

PAGE = "/office/persons/"


@pytest.fixture
def pair(app: Flask) -> int:
    """Chen of an older version, whom the migration could not tell from somebody at the counter."""
    with app.app_context(), transaction():
        waiting = Namesake(person_id=account("chen").person.id, other_id=add_staff("陈", "07").id)
        session.add(waiting)
        session.flush()
        return waiting.id


def test_both_are_shown_and_one_press_settles_it(
    app: Flask, pair: int, signed_in: Callable[[str], FlaskClient]
) -> None:
    lin = signed_in("lin")
    assert PAGE in lin.get("/office/school/edit").text, "the settings lead there while something waits"
    page = lin.get(PAGE).text
    assert page.count("陈 <span") == 2
    assert "07" in page
    assert "登录名chen" in page, "what tells the one from the other"
    lin.post(f"{PAGE}{pair}/same", data={"csrf_token": csrf(lin, PAGE)})
    with app.app_context():
        assert queries.questions() == 0
    assert "都已认清" in lin.get(PAGE).text
    assert PAGE not in lin.get("/office/school/edit").text


def test_only_head_and_administrator_say_so(pair: int, signed_in: Callable[[str], FlaskClient]) -> None:
    chen = signed_in("chen")
    assert chen.get(PAGE).status_code == 403
    token = csrf(chen, "/office/accounts/")
    assert chen.post(f"{PAGE}{pair}/same", data={"csrf_token": token}).status_code == 403


def test_nobody_says_it_of_himself(app: Flask, signed_in: Callable[[str], FlaskClient]) -> None:
    with app.app_context(), transaction():
        waiting = Namesake(person_id=account("lin").person.id, other_id=add_staff("林").id)
        session.add(waiting)
        session.flush()
        address = f"{PAGE}{waiting.id}/different"
    lin = signed_in("lin")
    assert lin.post(address, data={"csrf_token": csrf(lin, PAGE)}).status_code == 403

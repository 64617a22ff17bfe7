"""Without a script, too, what was typed outlives a sign-in; and nobody sends what another page made up."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk import create_app
from kiosk.auth.queries import account_named
from kiosk.auth.services import revoke_sign_ins
from kiosk.core.config import Instance, locate
from kiosk.core.db import transaction
from tests.conftest import csrf, sign_in, without_account

SignIn = Callable[[str], FlaskClient]
NEW = "/office/staff/new"


def fields(page: str) -> dict[str, str]:
    """What the last form of a page holds by itself."""
    form = page.rsplit("<form", 1)[1]
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    return dict(found)


def end_sign_ins(app: Flask) -> None:
    with app.app_context(), transaction():
        lin = account_named("lin")
        assert lin
        revoke_sign_ins(account=lin)


def names(app: Flask) -> list[str]:
    with app.app_context():
        return without_account()


def test_a_form_is_sent_once_more_after_signing_in_again(app: Flask, signed_in: SignIn) -> None:
    lin = signed_in("lin")
    sent = {**fields(lin.get(NEW).text), "name": "张 & <师傅>", "active": "y"}
    end_sign_ins(app)
    answer = lin.post(NEW, data=sent)
    assert answer.status_code == 401
    again = fields(answer.text)
    assert again["name"] == "张 &amp; &lt;师傅&gt;"
    again["name"] = sent["name"]
    sign_in(lin, "lin")
    answer = lin.post(NEW, data=again)
    assert answer.status_code == 400, "its token is one of the session that ended"
    assert names(app) == []
    again = {**fields(answer.text), "name": sent["name"]}
    assert lin.post(NEW, data=again).status_code == 302
    assert names(app) == ["张 & <师傅>"]


def test_somebody_else_sees_and_sends_nothing_of_it(app: Flask, signed_in: SignIn) -> None:
    lin = signed_in("lin")
    sent = {**fields(lin.get(NEW).text), "name": "张师傅"}
    lin.post("/sign-out", data={"csrf_token": csrf(lin, NEW)})
    sign_in(lin, "admin")
    answer = lin.post(NEW, data=sent)
    assert answer.status_code == 400
    assert "张师傅" not in answer.text


@pytest.mark.parametrize("mark", ["", "x", "AAAA", None])
def test_a_form_that_another_page_made_is_never_offered_for_sending(
    signed_in: SignIn, mark: str | None
) -> None:
    lin, chen = signed_in("lin"), signed_in("chen")
    mark = fields(chen.get("/office/accounts/").text)["of"] if mark is None else mark
    answer = lin.post(NEW, data={"name": "张师傅", "of": mark})
    assert answer.status_code == 400
    assert f'action="{NEW}"' not in answer.text


def test_with_another_secret_key_the_text_can_be_copied(instance: Instance, signed_in: SignIn) -> None:
    lin = signed_in("lin")
    sent = fields(lin.get(NEW).text)
    grid = {"line_item": ["土豆", "长茄", ""], "line_quantity": ["1", "", ""], "name": "张师傅"}
    file = instance.folder / "config.toml"
    file.write_text(re.sub(r'secret_key = "\w+"', f'secret_key = "{"0f" * 32}"', file.read_text("utf-8")))
    other = create_app(locate(instance.folder)).test_client()
    answer = other.post(NEW, data={**sent, **grid, "password": "Sample-secret-1"})
    assert answer.status_code == 400
    assert "张师傅\n土豆\t1\n长茄\t" in answer.text
    assert "Sample-secret-1" not in answer.text
    assert 'name="of"' not in answer.text


def test_a_password_is_never_carried_on(app: Flask, signed_in: SignIn) -> None:
    lin = signed_in("lin")
    sent = fields(lin.get("/office/accounts/all/new").text)
    end_sign_ins(app)
    sent |= {"username": "zhang", "name": "张", "role": "head", "password": "Sample-secret-1"}
    answer = lin.post("/office/accounts/all/new", data=sent)
    assert answer.status_code == 401
    assert "zhang" in answer.text
    assert "Sample-secret-1" not in answer.text


def test_the_page_after_tells_once_what_arrived(signed_in: SignIn) -> None:
    lin, number = signed_in("lin"), "0123456789abcdef"
    form = {"csrf_token": csrf(lin, NEW), "kept": number}
    assert lin.post(NEW, data=form).status_code == 422
    assert number not in lin.get("/office/staff/").text
    lin.post(NEW, data={**form, "name": "张师傅"})
    lin.post(NEW, data={**form, "name": "李师傅", "kept": "</script>"})
    assert f'"arrived": ["{number}"]' in lin.get("/office/staff/").text
    assert number not in lin.get("/office/staff/").text


def test_scripts_sign_in_with_a_token_and_hear_what_was_wrong(app: Flask, client: FlaskClient) -> None:
    state = client.get("/sign-in/state")
    assert state.json["account"] is None
    assert state.headers["Cache-Control"] == "no-store"
    head = {"Accept": "application/json"}
    form = {"username": "lin", "password": "wrong"}
    assert client.post("/sign-in", data=form, headers=head).json["code"] == "form-expired"
    head["X-CSRFToken"] = state.json["csrf_token"]
    refused = client.post("/sign-in", data=form, headers=head)
    assert (refused.status_code, refused.json["code"]) == (401, "sign-in-refused")
    form["password"] = "Sample-lunch-2026-orchid"
    assert client.post("/sign-in", data=form, headers=head).json == {"step": "done"}
    assert client.get("/sign-in/state").json["account"] == "lin"
    late = client.post("/sign-in", data=form, headers=head)
    assert late.json["code"] == "form-expired", "the token ended with the session it was made for"

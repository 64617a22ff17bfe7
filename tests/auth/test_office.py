"""One's own account, and the second factor from setting up to taking away."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.auth import queries, services
from kiosk.chain import queries as chain
from kiosk.core import clock
from kiosk.core.db import transaction
from kiosk.core.security import new_totp_secret, totp
from kiosk.school.services import change_settings
from tests.conftest import PASSWORD, actor, csrf, sign_in

HOME = "/office/accounts/"
SET_UP = "/office/accounts/second-factor"


def secret_shown(client: FlaskClient) -> str:
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", client.get(SET_UP).text)
    assert found
    return found[1].replace(" ", "")


def now(secret: str) -> str:
    return totp(secret, int(clock.now().timestamp()) // services.TOTP_STEP)


@pytest.fixture
def with_factor(app: Flask) -> None:
    """Wu has a second factor."""
    with app.app_context(), transaction():
        queries.account("wu").totp_secret = new_totp_secret()


def test_setting_up_shows_one_secret_until_a_code_confirms_it(
    app: Flask, signed_in: Callable[[str], FlaskClient]
) -> None:
    client = signed_in("wu")
    secret = secret_shown(client)
    assert secret_shown(client) == secret, "a reload does not change what the phone has scanned"
    wrong = client.post(SET_UP, data={"code": "000000", "csrf_token": csrf(client, SET_UP)})
    assert (wrong.status_code, 'id="code-error"' in wrong.text) == (422, True)
    with app.app_context():
        assert queries.account("wu").totp_secret is None
    right = client.post(SET_UP, data={"code": now(secret), "csrf_token": csrf(client, SET_UP)})
    assert right.location == HOME
    with app.app_context():
        assert queries.account("wu").totp_secret == secret
        entry = chain.entries(limit=1)[0]
        assert entry.action == "account.second_factor_set"
        assert secret not in entry.body, "the record tells that, not what"
    assert client.get(SET_UP).status_code == 302, "the secret is shown no more"


def test_setting_up_without_having_seen_a_secret_is_refused(signed_in: Callable[[str], FlaskClient]) -> None:
    client = signed_in("wu")
    answer = client.post(SET_UP, data={"code": now(""), "csrf_token": csrf(client, HOME)})
    assert answer.status_code == 422


def test_turning_it_off_takes_the_password(app: Flask, signed_in: Callable[[str], FlaskClient]) -> None:
    client = signed_in("wu")
    with app.app_context(), transaction():
        queries.account("wu").totp_secret = new_totp_secret()
    form = {"csrf_token": csrf(client, HOME), "current": "something else"}
    assert client.post(f"{SET_UP}/remove", data=form).status_code == 422
    assert client.post(f"{SET_UP}/remove", data={**form, "current": PASSWORD}).location == HOME
    with app.app_context():
        assert queries.account("wu").totp_secret is None


def test_a_role_that_needs_it_cannot_turn_it_off(app: Flask, signed_in: Callable[[str], FlaskClient]) -> None:
    client = signed_in("wu")
    with app.app_context(), transaction():
        queries.account("wu").totp_secret = new_totp_secret()
        change_settings(by=actor("test"), second_factor_roles=["accountant"])
    form = {"csrf_token": csrf(client, HOME), "current": PASSWORD}
    assert client.post(f"{SET_UP}/remove", data=form).status_code == 409


def test_a_lost_phone_is_helped_by_somebody_else(
    app: Flask, with_factor: None, signed_in: Callable[[str], FlaskClient]
) -> None:
    admin = signed_in("admin")
    form = {"csrf_token": csrf(admin, HOME)}
    assert admin.post("/office/accounts/all/wu/second-factor/remove", data=form).status_code == 302
    assert sign_in(app.test_client(), "wu").get(HOME).status_code == 200


def test_only_ones_own_sign_ins_can_be_ended(app: Flask, signed_in: Callable[[str], FlaskClient]) -> None:
    wu, lin = signed_in("wu"), signed_in("lin")
    with app.app_context():
        theirs = queries.sign_ins(queries.account("lin").id)[0].id
    answer = wu.post(f"{HOME}sign-ins/{theirs}/revoke", data={"csrf_token": csrf(wu, HOME)})
    assert answer.status_code == 404
    assert lin.get(HOME).status_code == 200


def test_a_new_password_signs_out_all_other_browsers(
    app: Flask, signed_in: Callable[[str], FlaskClient]
) -> None:
    here, there = signed_in("wu"), signed_in("wu")
    new = "Another-sample-2026"
    form = {"current": PASSWORD, "password": new, "again": new, "csrf_token": csrf(here, HOME)}
    assert here.post(f"{HOME}password", data=form).location == HOME
    assert (here.get(HOME).status_code, there.get(HOME).status_code) == (200, 302)
    sign_in(app.test_client(), "wu", new)
    with app.app_context():
        assert new not in "".join(entry.body for entry in chain.entries())


def test_closing_oneself_and_the_last_manager_is_refused(
    app: Flask, signed_in: Callable[[str], FlaskClient]
) -> None:
    lin = signed_in("lin")
    token = csrf(lin, HOME)
    own = lin.post("/office/accounts/all/lin", data={"name": "林", "role": "head", "csrf_token": token})
    assert (own.status_code, 'id="active-error"' in own.text) == (422, True)
    gone = lin.post(
        "/office/accounts/all/admin", data={"name": "管理员", "role": "admin", "csrf_token": token}
    )
    assert gone.status_code == 302
    with app.app_context():
        (role,) = queries.account("lin").roles
    last = lin.post(f"/office/accounts/all/lin/roles/{role.id}/take", data={"csrf_token": token})
    assert last.status_code == 409

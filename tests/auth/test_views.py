"""Signing in: the four rules of sign-in, and that each holds."""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.auth import queries, services
from kiosk.auth.models import Account
from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.core.security import new_totp_secret, totp
from kiosk.school.services import change_settings
from tests.conftest import LUNCH, PASSWORD, actor, csrf, sign_in

WRONG = "not-the-password-at-all"


def attempt(client: FlaskClient, username: str, password: str) -> tuple[int, str]:
    """Try to sign in: the status and the text of the refusal, if there is one."""
    form = {"username": username, "password": password, "csrf_token": csrf(client, "/sign-in")}
    answer = client.post("/sign-in", data=form)
    refusal = re.search(r'role="alert">([^<]+)<', answer.text)
    return answer.status_code, refusal[1] if refusal else ""


def session_cookie(client: FlaskClient) -> str:
    cookie = client.get_cookie("session")
    assert cookie
    return cookie.value


@pytest.fixture
def secret(app: Flask) -> str:
    """Lin has a second factor with this secret."""
    secret = new_totp_secret()
    with app.app_context(), transaction():
        lin = session.query(Account).filter_by(username="lin").one()
        lin.totp_secret = secret
    return secret


def code(secret: str, steps: int = 0) -> str:
    return totp(secret, int(clock.now().timestamp()) // services.TOTP_STEP + steps)


# Rule 1: a new session at sign-in, kept on the server, revocable


def test_signing_in_starts_a_new_session(app: Flask) -> None:
    client = app.test_client()
    csrf(client, "/sign-in")
    planted = session_cookie(client)
    sign_in(client, "lin")
    assert session_cookie(client) != planted
    victim_of_fixation = app.test_client()
    victim_of_fixation.set_cookie("session", planted)
    assert victim_of_fixation.get("/office/accounts/").status_code == 302


def test_signing_in_over_a_planted_sign_in_does_not_share_it(
    app: Flask, signed_in: Callable[[str], FlaskClient]
) -> None:
    attacker = signed_in("wu")
    planted, victim = session_cookie(attacker), app.test_client()
    victim.set_cookie("session", planted)
    token = csrf(victim, "/office/accounts/")
    form = {"username": "lin", "password": PASSWORD, "csrf_token": token}
    assert victim.post("/sign-in", data=form).status_code == 302
    assert session_cookie(victim) != planted
    assert victim.get("/office/accounts/all/lin").status_code == 200
    assert attacker.get("/office/accounts/all/lin").status_code == 403


def test_a_copied_cookie_ends_with_the_sign_out(app: Flask, signed_in: Callable[[str], FlaskClient]) -> None:
    client = signed_in("lin")
    copied = session_cookie(client)
    thief = app.test_client()
    thief.set_cookie("session", copied)
    assert thief.get("/office/accounts/").status_code == 200
    client.post("/sign-out", data={"csrf_token": csrf(client, "/office/accounts/")})
    assert thief.get("/office/accounts/").status_code == 302


def test_a_sign_in_ends_by_itself(signed_in: Callable[[str], FlaskClient]) -> None:
    client = signed_in("lin")
    with clock.moved_to(clock.now() + services.SESSION_LIFE + timedelta(seconds=1)):
        assert client.get("/office/accounts/").status_code == 302


# Rule 2: every failure looks the same and costs the same work


def test_every_failure_has_the_same_text(app: Flask, secret: str) -> None:
    with app.app_context(), transaction():
        chen = session.query(Account).filter_by(username="chen").one()
        services.change_account(by=actor("test"), account=chen, name="陈", active=False)
        wu = session.query(Account).filter_by(username="wu").one()
        wu.failures = services.FREE_FAILURES + 9
        wu.wait_until = clock.now() + timedelta(seconds=services.LONGEST_WAIT)
    told = {
        attempt(app.test_client(), "nobody", WRONG),
        attempt(app.test_client(), "admin", WRONG),
        attempt(app.test_client(), "chen", PASSWORD),  # closed
        attempt(app.test_client(), "wu", PASSWORD),  # has to wait
        attempt(app.test_client(), "lin", WRONG),  # has a second factor
    }
    assert len(told) == 1
    assert told.pop()[0] == 401


def test_a_name_nobody_has_costs_the_same_password_work(
    context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, heard = hashlib.scrypt, []

    def listen(password: bytes, **costs: Any) -> bytes:
        heard.append((len(password), len(costs.pop("salt")), costs))
        return real(password, salt=bytes(16), **costs)

    monkeypatch.setattr(hashlib, "scrypt", listen)
    for account in (queries.account_named("lin"), None):
        services.password_fits(account=account, password=WRONG, known_browser=False)
    with_account, without = heard
    assert with_account == without


def test_a_name_nobody_has_costs_the_same_statements(context: Flask) -> None:
    from sqlalchemy import event

    from kiosk.core.db import db

    def statements(username: str) -> list[str]:
        heard: list[str] = []

        def hear(*arguments: object) -> None:
            heard.append(str(arguments[2]).split()[0])

        event.listen(db.engine, "before_cursor_execute", hear)
        with transaction():
            services.note_failure(username=username)
        event.remove(db.engine, "before_cursor_execute", hear)
        return [verb for verb in heard if verb != "PRAGMA"]

    nobody, lin = statements("nobody"), statements("lin")
    assert nobody == lin
    assert lin[1:] == ["SELECT", "UPDATE"], "after the turn to write"
    assert queries.account("lin").failures == 1
    assert sum(one.failures for one in queries.accounts()) == 1, "a name nobody has is counted nowhere"


# Rule 3: a growing delay, never a lock


def test_the_delay_grows_and_ends(app: Flask, at_lunch: datetime) -> None:
    for _turn in range(services.FREE_FAILURES + 1):
        attempt(app.test_client(), "lin", WRONG)
    assert attempt(app.test_client(), "lin", PASSWORD)[0] == 401
    waits = []
    for n in range(12):
        with clock.moved_to(LUNCH + timedelta(hours=n + 1)):
            attempt(app.test_client(), "lin", WRONG)
            with app.app_context():
                lin = queries.account("lin")
                assert lin.wait_until
                waits.append(round((lin.wait_until - clock.now()).total_seconds()))
    assert waits == sorted(waits)
    assert waits[0] < waits[-1] == services.LONGEST_WAIT
    with clock.moved_to(LUNCH + timedelta(hours=12, seconds=services.LONGEST_WAIT + 5)):
        assert attempt(app.test_client(), "lin", PASSWORD)[0] == 302


def test_trying_while_waiting_does_not_prolong_the_wait(app: Flask, at_lunch: datetime) -> None:
    for _turn in range(services.FREE_FAILURES + 1):
        attempt(app.test_client(), "lin", WRONG)
    with app.app_context():
        before = queries.account("lin").wait_until
    attempt(app.test_client(), "lin", WRONG)
    with app.app_context():
        assert queries.account("lin").wait_until == before


def test_a_pupil_cannot_shut_out_the_head(app: Flask, signed_in: Callable[[str], FlaskClient]) -> None:
    own_browser = signed_in("lin")
    own_browser.post("/sign-out", data={"csrf_token": csrf(own_browser, "/office/accounts/")})
    for _turn in range(20):
        attempt(app.test_client(), "lin", WRONG)
    assert attempt(app.test_client(), "lin", PASSWORD)[0] == 401, "an unknown browser has to wait"
    assert attempt(own_browser, "lin", PASSWORD)[0] == 302, "the head's own browser never does"


def test_a_known_browser_is_known_for_its_account_only(
    app: Flask, signed_in: Callable[[str], FlaskClient]
) -> None:
    browser = signed_in("wu")
    browser.post("/sign-out", data={"csrf_token": csrf(browser, "/office/accounts/")})
    for _turn in range(services.FREE_FAILURES + 2):
        attempt(app.test_client(), "lin", WRONG)
    assert attempt(browser, "lin", PASSWORD)[0] == 401


# Rule 4: a second factor


def second_step(client: FlaskClient, digits: str) -> int:
    form = {"code": digits, "csrf_token": csrf(client, "/sign-in/code")}
    return client.post("/sign-in/code", data=form).status_code


def test_the_password_alone_does_not_open(app: Flask, secret: str) -> None:
    client = app.test_client()
    assert attempt(client, "lin", PASSWORD)[0] == 302
    assert client.get("/office/accounts/").status_code == 302
    assert second_step(client, "000000") == 401
    assert client.get("/office/accounts/").status_code == 302


def test_password_and_code_open(app: Flask, secret: str) -> None:
    client = app.test_client()
    form = {"username": "lin", "password": PASSWORD, "csrf_token": csrf(client, "/sign-in")}
    answer = client.post("/sign-in?next=/office/accounts/", data=form)
    assert answer.location == "/sign-in/code?next=/office/accounts/"
    digits = code(secret)
    form = {"code": f"{digits[:3]} {digits[3:]}", "csrf_token": csrf(client, answer.location)}
    answer = client.post(answer.location, data=form)
    assert (answer.status_code, answer.location) == (302, "/office/accounts/")
    assert client.get("/office/accounts/").status_code == 200


def test_a_code_opens_once(app: Flask, secret: str, at_lunch: datetime) -> None:
    digits, first, second = code(secret), app.test_client(), app.test_client()
    attempt(first, "lin", PASSWORD)
    attempt(second, "lin", PASSWORD)
    assert second_step(first, digits) == 302
    assert second_step(second, digits) == 401
    assert second_step(second, code(secret, -1)) == 401, "nor does an older one"
    assert second_step(second, code(secret, 1)) == 302


@pytest.mark.parametrize(("steps", "status"), [(-2, 401), (-1, 302), (0, 302), (1, 302), (2, 401)])
def test_a_phone_may_be_a_step_fast_or_slow(
    app: Flask, secret: str, at_lunch: datetime, steps: int, status: int
) -> None:
    client = app.test_client()
    attempt(client, "lin", PASSWORD)
    assert second_step(client, code(secret, steps)) == status


def test_guessing_codes_is_slowed_even_in_a_known_browser(
    app: Flask, secret: str, at_lunch: datetime
) -> None:
    client = app.test_client()
    attempt(client, "lin", PASSWORD)
    assert second_step(client, code(secret)) == 302
    client.post("/sign-out", data={"csrf_token": csrf(client, "/office/accounts/")})
    attempt(client, "lin", PASSWORD)
    for _turn in range(services.FREE_FAILURES + 1):
        assert second_step(client, "000000") == 401
    assert second_step(client, code(secret, 1)) == 401
    with clock.moved_to(LUNCH + timedelta(seconds=services.LONGEST_WAIT + 5)):
        assert second_step(client, code(secret)) == 302


def test_the_half_way_ends_after_five_minutes_or_with_the_password(
    app: Flask, secret: str, at_lunch: datetime
) -> None:
    client = app.test_client()
    attempt(client, "lin", PASSWORD)
    assert client.get("/sign-in/code").status_code == 200
    with clock.moved_to(LUNCH + timedelta(minutes=6)):
        assert client.get("/sign-in/code").status_code == 302
    with app.app_context(), transaction():
        services.set_password(
            by=actor("admin"), account=queries.account("lin"), password="Another-sample-2026"
        )
    assert client.get("/sign-in/code").status_code == 302


def test_the_codes_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B: the test values for SHA-1, of which six digits are shown."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    known = {59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"}
    assert {moment: totp(secret, moment // 30) for moment in known} == known


def test_a_role_that_needs_a_second_factor_sets_it_up_first(
    app: Flask, signed_in: Callable[[str], FlaskClient]
) -> None:
    with app.app_context(), transaction():
        change_settings(by=actor("test"), second_factor_roles=["head"])
    client = signed_in("lin")
    assert client.get("/office/school/edit").location == "/office/accounts/second-factor"
    token = {"csrf_token": csrf(client, "/office/accounts/second-factor")}
    assert client.post("/office/school/meals/lunch/remove", data=token).status_code == 403
    page = client.get("/office/accounts/second-factor").text
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert found
    digits = code(found[1].replace(" ", ""))
    assert client.post("/office/accounts/second-factor", data={**token, "code": digits}).status_code == 302
    assert client.get("/office/school/edit").status_code == 200
    assert signed_in("wu").get("/office/accounts/").status_code == 200, "other roles go on as before"


# The form itself


@pytest.mark.parametrize("missing", ["username", "password"])
def test_an_empty_field_is_named_and_the_name_stays(client: FlaskClient, missing: str) -> None:
    form = {"username": "lin", "password": PASSWORD, "csrf_token": csrf(client, "/sign-in")} | {missing: ""}
    answer = client.post("/sign-in", data=form)
    assert answer.status_code == 422
    assert f'id="{missing}-error"' in answer.text
    assert ('value="lin"' in answer.text) == (missing != "username")
    assert PASSWORD not in answer.text


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"]
)
def test_signing_in_leads_nowhere_else(client: FlaskClient, target: str) -> None:
    form = {"username": "lin", "password": PASSWORD, "csrf_token": csrf(client, "/sign-in")}
    answer = client.post("/sign-in", query_string={"next": target}, data=form)
    assert answer.location == "/office/"

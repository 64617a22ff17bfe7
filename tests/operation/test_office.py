"""Is everything all right? The page tells what is, and the office is alarmed by what must be mended."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.auth.models import Account
from kiosk.chain import queries as chain
from kiosk.core import clock, config
from kiosk.core.db import session, transaction
from kiosk.core.security import new_totp_secret
from kiosk.operation import backups, notes, signs, ticker
from tests.conftest import csrf

SignIn = Callable[[str], FlaskClient]
PAGE = "/office/operation/"
LATER = datetime(2030, 3, 4, 4, 5, tzinfo=UTC)
"""After whatever the standing instance has in its record."""


@pytest.fixture
def at_work(app: Flask, instance: config.Instance) -> Iterator[config.Instance]:
    """A school whose server has gone through a night."""
    with clock.moved_to(LATER):
        ticker.tick(app)
        notes.write(instance, "check", ok=True, ratings=0, chain_entries=9, problems=[])
        notes.write(instance, "drill", ok=True, ratings=0, seconds=1.2, problems=[])
        yield instance


def states(app: Flask, instance: config.Instance) -> dict[str, str]:
    with app.test_request_context():
        return {sign.code: sign.state for sign in signs.signs(instance)}


def test_a_new_school_is_told_what_is_not_known_yet(app: Flask, instance: config.Instance) -> None:
    found = states(app, instance)
    assert {code for code, state in found.items() if state == "alert"} == set()
    assert {"backup", "check", "drill", "ticker", "chain"} <= {
        code for code, state in found.items() if state == "wait"
    }


def test_after_a_night_it_has_its_ticks(app: Flask, at_work: config.Instance) -> None:
    with app.app_context(), transaction():
        for account in session.query(Account):
            account.totp_secret = new_totp_secret()
    values = {**at_work.values, "KIOSK_PUBLIC_URL": "https://kiosk.school.test"}
    found = states(app, config.Instance(at_work.folder, values))
    assert {code for code, state in found.items() if state != "good"} == {"tablets"}


def damage(app: Flask, instance: config.Instance, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let something go wrong."""
    if name == "disk":
        usage = type("Usage", (), {"total": 100 * 2**30, "free": 9 * 2**30})
        monkeypatch.setattr("shutil.disk_usage", lambda _folder: usage)
    elif name == "backup":
        for _made, path in backups.dated(instance):
            path.rename(path.with_name(f"{LATER - timedelta(hours=4):{backups.NAME}}"))
    elif name in ("check", "drill"):
        notes.write(instance, name, ok=False, problems=["tally: counter 1: <b>7</b> tallied, 0 ratings"])
    elif name == "chain":
        notes.write(instance, "check", ok=False, chain_entries=5, problems=["entry 3: altered"])
    elif name == "ticker":
        with clock.moved_to(LATER - timedelta(minutes=6)):
            notes.beat(instance)


@pytest.mark.parametrize("name", ["disk", "backup", "check", "drill", "chain", "ticker"])
def test_what_goes_wrong_is_told_with_what_to_do(
    app: Flask, at_work: config.Instance, signed_in: SignIn, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage(app, at_work, name, monkeypatch)
    with app.test_request_context():
        (sign,) = [one for one in signs.signs(at_work) if one.code == name]
    assert sign.state == "alert"
    assert sign.advice
    page = signed_in("admin").get(PAGE, query_string={"lang": "en"}).text
    assert "mend this now" in page
    assert "<b>7" not in page
    other = signed_in("admin").get("/office/", query_string={"lang": "en"}).text
    assert "The server needs you: " in other
    assert "The server needs you" not in signed_in("chen").get("/office/", query_string={"lang": "en"}).text


def test_a_clock_that_was_set_back_is_told(app: Flask, at_work: config.Instance) -> None:
    with app.app_context(), clock.moved_to(LATER + timedelta(hours=2)), transaction():
        session.query(Account).first()
        from kiosk.core.trace import record

        record("operation.asked", "operation:check", by="lin")
    assert states(app, at_work)["clock"] == "alert"


def test_a_recount_that_did_not_run_for_days_is_told(app: Flask, at_work: config.Instance) -> None:
    with clock.moved_to(LATER + timedelta(days=4)):
        found = states(app, at_work)
    assert found["check"] == "warn"
    assert found["drill"] == "good"


def test_what_is_asked_for_is_traced_and_done(
    app: Flask, at_work: config.Instance, signed_in: SignIn
) -> None:
    browser = signed_in("admin")
    before = notes.read(at_work, "check")
    answer = browser.post(f"{PAGE}check", data={"csrf_token": csrf(browser, PAGE)})
    assert answer.status_code == 302
    with app.app_context():
        entry = chain.entries(subject="operation:check", limit=1)[0]
        assert (entry.actor, entry.action) == ("admin", "operation.asked")
    ticker.tick(app)
    assert notes.read(at_work, "check") != before
    assert browser.post(f"{PAGE}nonsense", data={"csrf_token": csrf(browser, PAGE)}).status_code == 404

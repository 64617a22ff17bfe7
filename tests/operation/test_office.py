"""Is everything all right? The page tells what is, and the office is alarmed by what must be mended."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.auth.models import Account
from kiosk.chain import queries as chain
from kiosk.core import clock, config
from kiosk.core.db import session, transaction
from kiosk.core.i18n import lazy
from kiosk.core.room import Job
from kiosk.core.security import new_totp_secret
from kiosk.core.web import KioskApp
from kiosk.counters.models import Heartbeat, Tablet
from kiosk.operation import backups, notes, signs, ticker
from kiosk.operation.first_steps import steps
from kiosk.presence.models import MealKey
from kiosk.presence.services import issue_pass, read_pass
from kiosk.purchasing.permissions import POST_PURCHASES
from kiosk.ratings.services import Press, take_press
from kiosk.school import queries as school
from kiosk.school.services import save_term, switch
from tests.conftest import actor, counter, csrf, enrol

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
    assert {code: state for code, state in found.items() if state != "good"} == {
        "tablets": "wait",
        "clock": "wait",
        "elsewhere": "warn",
    }


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
    assert "fix this now" in page
    assert "<b>7" not in page
    other = signed_in("admin").get("/office/", query_string={"lang": "en"}).text
    assert "The server needs you: " in other
    assert "The server needs you" not in signed_in("chen").get("/office/", query_string={"lang": "en"}).text


def test_a_clock_that_was_set_back_is_told(app: Flask, at_work: config.Instance) -> None:
    with app.app_context(), clock.moved_to(LATER + timedelta(hours=2)), transaction():
        session.query(Account).first()
        from kiosk.core.trace import record

        record("operation.asked", "operation:check", by=actor("lin"))
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


def enrol_long_ago(app: Flask, code: str = "c1") -> str:
    """A tablet that should have been heard long since; its key."""
    with clock.moved_to(LATER - timedelta(days=1)):
        return enrol(app, code)


def sign(app: Flask, instance: config.Instance, code: str) -> signs.Sign:
    with app.test_request_context("/?lang=en"):
        (found,) = [one for one in signs.signs(instance) if one.code == code]
        return found


def test_tablets_that_nobody_hears_get_no_tick(app: Flask, at_work: config.Instance) -> None:
    enrol_long_ago(app)
    found = sign(app, at_work, "tablets")
    assert (found.state, "Never heard: Noodles." in found.answer) == ("warn", True)
    with app.app_context(), transaction():
        tablet = session.query(Tablet).one()
        session.add(Heartbeat(tablet_id=tablet.id, seen_at=LATER - timedelta(days=1)))
    with clock.moved_to(LATER.replace(hour=14)):  # ten in the evening
        assert sign(app, at_work, "tablets").state == "wait"
    with clock.moved_to(LATER - timedelta(days=1)):
        assert sign(app, at_work, "tablets").state == "good"


def test_a_meal_that_stays_open_gets_no_tick(app: Flask, at_work: config.Instance) -> None:
    with app.app_context(), transaction():
        opened = LATER - timedelta(hours=2)
        session.add(MealKey(day=LATER.date(), meal="breakfast", key=b"k" * 32, opened_at=opened))
    assert sign(app, at_work, "ticker").state == "alert"


def test_a_rating_of_this_minute_is_no_meal_left_open(app: Flask, at_work: config.Instance) -> None:
    with app.app_context(), transaction():
        slip = read_pass(issue_pass(counter=counter(), channel="slip"))
        take_press(Press(phone_pass=slip, id=uuid4(), level=4))
    assert sign(app, at_work, "ticker").state == "good"


def test_a_record_that_was_verified_long_ago_gets_no_tick(app: Flask, at_work: config.Instance) -> None:
    with clock.moved_to(LATER + timedelta(days=4)):
        assert sign(app, at_work, "chain").state == "warn"


def test_an_address_that_others_cannot_reach_gets_no_tick(app: Flask, at_work: config.Instance) -> None:
    values = {**at_work.values, "KIOSK_PUBLIC_URL": "http://localhost:8000"}
    assert sign(app, config.Instance(at_work.folder, values), "address").state == "warn"


def test_backups_that_another_machine_fetched_are_told(app: Flask, at_work: config.Instance) -> None:
    mark = at_work.folder / "backups" / signs.FETCHED
    mark.touch()
    os.utime(mark, (LATER.timestamp(), LATER.timestamp()))
    assert sign(app, at_work, "elsewhere").state == "good"
    with clock.moved_to(LATER + timedelta(days=2)):
        assert sign(app, at_work, "elsewhere").state == "warn"


def test_nobody_who_may_post_is_told(app: Flask, at_work: config.Instance) -> None:
    assert set(signs.POSTERS) == POST_PURCHASES.roles
    assert sign(app, at_work, "posting").state == "good"
    with app.app_context(), transaction():
        for account in [one for one in session.query(Account) if one.role_names & set(signs.POSTERS)]:
            account.active = False
    assert sign(app, at_work, "posting").state == "warn"


@pytest.mark.parametrize("name", ["disk", "backup", "check", "drill", "chain", "ticker"])
def test_every_advice_leads_to_the_page_where_it_is_done(
    app: Flask, at_work: config.Instance, signed_in: SignIn, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage(app, at_work, name, monkeypatch)
    admin, enrolled = signed_in("admin"), enrol_long_ago(app)
    assert enrolled
    with app.test_request_context():
        ways = [one.way for one in signs.signs(at_work) if one.advice]
    assert ways
    for way in ways:
        assert way is not None
        page, _hash, anchor = way.url.partition("#")
        answer = admin.get(page)
        assert answer.status_code == 200
        assert not anchor or f'id="{anchor}"' in answer.text, way.url


def open_steps(app: Flask, instance: config.Instance) -> list[str]:
    with app.test_request_context():
        return [one.code for one in steps(instance) if not one.is_settled]


def test_a_new_school_is_led_through_its_setting_up(
    app: Flask, instance: config.Instance, signed_in: SignIn
) -> None:
    admin = signed_in("admin")
    assert "Setting up the school" in admin.get("/office/?lang=en").text
    assert "Setting up the school" not in signed_in("chen").get("/office/?lang=en").text
    assert open_steps(app, instance) == [
        "tablets",
        "meals",
        "term",
        "wall",
        "daily",
        "pin",
        "address",
        "elsewhere",
        "https",
    ]
    with app.test_request_context():
        for step in steps(instance):
            assert admin.get(step.url.partition("#")[0]).status_code == 200
    token = csrf(admin, "/office/")
    for code in ("tablets", "meals", "wall", "daily", "pin", "elsewhere", "https"):
        assert admin.post(f"/office/operation/steps/{code}", data={"csrf_token": token}).status_code == 302
    assert admin.post("/office/operation/steps/term", data={"csrf_token": token}).status_code == 404
    assert open_steps(app, instance) == ["term", "address"]
    with app.app_context(), transaction():
        today = school.today()
        save_term(by=actor("admin"), name="春", starts=today, ends=today + timedelta(days=90))
    app.instance = config.Instance(  # type: ignore[attr-defined]
        instance.folder, {**instance.values, "KIOSK_PUBLIC_URL": "http://10.1.1.1:8000"}
    )
    page = admin.get("/office/?lang=en").text
    assert "Setting up the school" not in page
    assert "Running. Still to do: " in page


def test_a_part_switched_on_asks_for_its_first_plan(app: Flask, instance: config.Instance) -> None:
    for name in ("inspections", "dining", "rules"):
        assert name not in open_steps(app, instance), "what is off asks for nothing"
        with app.app_context(), transaction():
            switch(by=actor("admin"), name=name, on=True)
        assert name in open_steps(app, instance)
    assert "daily" not in open_steps(app, instance)


def test_whoever_may_not_is_told_who_may(app: Flask, signed_in: SignIn) -> None:
    page = signed_in("wu").get("/office/counters/?lang=en")
    assert page.status_code == 403
    assert "Manage counters, canteens and the duty roster: this is done by " in page.text
    assert "Head of logistics (林), IT administrator (管理员)" in page.text
    told = signed_in("admin").get("/office/purchasing/?lang=en").text
    assert "Post and correct purchase sheets: this is done by Head of logistics (林), " in told
    assert "Canteen manager (陈)." in told
    assert "Custodian (nobody yet)" in told


def test_a_job_of_any_room_that_failed_is_told(app: KioskApp, signed_in: SignIn) -> None:
    job = Job("dusting", lazy("Old data"), timedelta(days=1), lambda: {"ok": False})
    (first, *others) = app.rooms
    app.rooms = (replace(first, jobs=(*first.jobs, job)), *others)
    lin = signed_in("lin")
    assert "扫帚断了" not in lin.get("/office/operation/").text
    notes.write(app.instance, "dusting", ok=False, problems=["扫帚断了"])
    page = lin.get("/office/operation/").text
    assert "扫帚断了" in page
    assert "会自动重试" in page
    metrics = app.test_client().get("/metrics").text
    assert "kiosk_dusting_ok 0" in metrics
    notes.write(app.instance, "dusting", ok=True)
    assert "扫帚断了" not in lin.get("/office/operation/").text

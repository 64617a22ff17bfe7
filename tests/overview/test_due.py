"""What is due as a calendar: for everybody, and one's own by a key that is stored as its hash alone."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from werkzeug.test import TestResponse

from kiosk.auth.models import CalendarKey
from kiosk.auth.queries import account
from kiosk.auth.services import add_account, make_calendar_key
from kiosk.chain import queries as chain
from kiosk.core import clock
from kiosk.core.actor import Place
from kiosk.core.db import session, transaction
from kiosk.core.security import fingerprint
from kiosk.counters.services import add_canteen
from kiosk.purchasing import services as purchasing
from tests.conftest import PASSWORD, actor, canteen, csrf, everything_stored
from tests.overview.factories import post_sheet

DAY = date(2026, 3, 4)
SignIn = Callable[[str], FlaskClient]


def events(client: FlaskClient, query: str = "?lang=en") -> dict[str, tuple[str, object]]:
    """By UID: the summary and the beginning of each event."""
    answer = client.get(f"/due.ics{query}")
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    found = Calendar.from_ical(answer.data).walk("VEVENT")
    by_name = {str(one["UID"]): (str(one["SUMMARY"]), one["DTSTART"].dt) for one in found}
    assert len(by_name) == len(found), "each has a name of its own"
    return by_name


def key_of(app: Flask, username: str) -> str:
    with app.app_context(), transaction():
        return make_calendar_key(by=account(username).actor, account=account(username))


def test_everybody_reads_what_is_to_be_posted(app: Flask, client: FlaskClient, at_lunch: datetime) -> None:
    post_sheet(app, DAY - timedelta(days=1))
    found = events(client)
    starts = {start: text for text, start in found.values()}
    today = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)
    assert starts[today] == "Late: Canteen One · Purchases · 4 Mar 2026", "it is five past twelve"
    assert starts[today + timedelta(days=1)] == "Canteen One · Purchases · 5 Mar 2026"
    assert today - timedelta(days=1) not in starts, "what is posted is not due"
    assert {start.utcoffset() for start in starts} == {timedelta(hours=8)}  # type: ignore[attr-defined]
    answer = client.get("/due.ics").get_data(as_text=True)
    assert "DTSTART;TZID=Asia/Shanghai:20260304T120000" in answer
    assert "BEGIN:VTIMEZONE" in answer
    assert events(client, "?lang=zh").keys() == found.keys(), "the names are the same in both languages"


def test_what_is_late_stays_until_it_is_done(app: Flask, client: FlaskClient, at_lunch: datetime) -> None:
    today = next(name for name, (_text, start) in events(client).items() if str(start)[:10] == str(DAY))
    with clock.moved_to(at_lunch + timedelta(days=1)):
        assert events(client)[today][0] == "Late: Canteen One · Purchases · 4 Mar 2026"
        post_sheet(app, DAY)
        assert today not in events(client)


def test_a_key_opens_ones_own_inbox_and_nobody_elses(
    app: Flask, client: FlaskClient, at_lunch: datetime
) -> None:
    with app.app_context(), transaction():
        add_canteen(by=actor("test"), code="k2", name="第二食堂", name_en="Canteen Two")
        who = {"username": "hao", "name": "郝", "password": PASSWORD, "role": "canteen_manager"}
        add_account(by=actor("test"), at=Place("k2"), **who)
        purchasing.start_sheet(by=actor("chen"), canteen=canteen(), day=DAY - timedelta(days=30))
    key = key_of(app, "chen")
    assert len(key) * 5 >= 80
    found = [text for text, _start in events(client, f"?lang=en&key={key}").values()]
    assert "Late: Canteen One has not posted its purchases" in found
    assert "Inbox: 2 late, 1 without a date" in found
    with clock.moved_to(at_lunch + timedelta(days=1)):
        other = client.get(f"/due.ics?lang=en&key={key_of(app, 'hao')}").get_data(as_text=True)
    assert "Canteen Two" in other
    assert "Canteen One" not in other
    assert client.get(f"/due.ics?key={key.lower()}").status_code == 200, "typed in small letters"


def test_a_key_that_ended_opens_nothing(app: Flask, client: FlaskClient, signed_in: SignIn) -> None:
    for wrong in ("", "A" * 20, "' OR 1=1", "x" * 5000):
        assert client.get("/due.ics", query_string={"key": wrong}).status_code == 404
    first, second = key_of(app, "chen"), key_of(app, "chen")
    assert client.get(f"/due.ics?key={first}").status_code == 404, "a new one takes its place"
    chen = signed_in("chen")
    form = {"csrf_token": csrf(chen, "/office/accounts/")}
    assert chen.post("/office/accounts/calendar/end", data=form).status_code == 302
    assert client.get(f"/due.ics?key={second}").status_code == 404
    third = key_of(app, "chen")
    with app.app_context(), transaction():
        account("chen").active = False
    assert client.get(f"/due.ics?key={third}").status_code == 404, "the account is closed"


def make(browser: FlaskClient) -> TestResponse:
    form = {"csrf_token": csrf(browser, "/office/accounts/")}
    return browser.post("/office/accounts/calendar?lang=en", data=form)


def test_my_account_makes_it_and_shows_it_once(
    app: Flask, signed_in: SignIn, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_PUBLIC_URL", "https://kiosk.school.test")
    chen = signed_in("chen")
    made = make(chen)
    assert (made.status_code, made.headers["Cache-Control"]) == (200, "no-store")
    (key,) = set(re.findall(r"/due\.ics\?key=([A-Z2-9]{20})", made.text))
    assert f'href="webcal://kiosk.school.test/due.ics?key={key}"' in made.text
    assert made.text.count('class="qr"') == 1
    assert "iPhone" in made.text
    assert app.test_client().get(f"/due.ics?key={key}").status_code == 200
    page = chen.get("/office/accounts/?lang=en").text
    assert key not in page
    assert "End the address" in page
    with app.app_context():
        assert session.query(CalendarKey).one().key_hash == fingerprint(key)
        assert key not in everything_stored()
        assert [one.action for one in chain.entries(limit=1)] == ["account.calendar_made"]
    assert key not in caplog.text


def test_no_code_is_drawn_from_the_address_that_a_browser_claims(
    signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KIOSK_PUBLIC_URL", raising=False)
    page = make(signed_in("chen")).text
    assert "KIOSK_PUBLIC_URL" in page
    assert 'class="qr"' not in page
    assert "localhost" not in page


def test_reading_writes_nothing(app: Flask, client: FlaskClient, at_lunch: datetime) -> None:
    key = key_of(app, "chen")
    with app.app_context():
        before = everything_stored()
    client.get("/due.ics")
    client.get(f"/due.ics?key={key}")
    with app.app_context():
        assert everything_stored() == before

"""The tablet page's news, and the whole way of a phone: code, pass, rating, receipt."""

import gzip
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.core import qr
from kiosk.core.changes import watching
from kiosk.core.clock import moved_to
from kiosk.core.db import db, session, transaction
from kiosk.counters import queries as counters
from kiosk.counters.models import Tablet
from kiosk.counters.services import add_duty, change_counter
from kiosk.presence import services as presence
from kiosk.ratings import queries
from kiosk.ratings.models import Rating, RatingNote
from tests.conftest import LUNCH, actor, add_staff, counter

PUBLIC = "http://kiosk.school.test"
Scan = Callable[..., str]


@pytest.fixture(autouse=True)
def _public(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_PUBLIC_URL", PUBLIC)


@pytest.fixture(autouse=True)
def _noon(at_lunch: Any) -> None:
    """Every test here begins at a Wednesday's lunch."""


@pytest.fixture
def headers(device_key: str) -> dict[str, str]:
    """What c1's tablet sends."""
    return {"Authorization": f"Device {device_key}"}


@pytest.fixture
def scan(app: Flask, client: FlaskClient) -> Scan:
    """A function that scans a counter's code now shown: the address of the phone page."""

    def scanned(code: str = "c1", by: FlaskClient = client) -> str:
        with app.app_context():
            token = presence.qr_token(counter(code)).text
        answer = by.get(f"/q/{code}?t={token}")
        assert answer.status_code == 303
        return answer.headers["Location"]

    return scanned


def stored(app: Flask) -> list[tuple[int, str]]:
    """Level and channel of every rating, in order."""
    with app.app_context():
        found = [(one.level, one.channel) for one in session.query(Rating).order_by(Rating.seq)]
        session.remove()
        return found


# The tablet.


def test_the_tablet_gets_its_code(client: FlaskClient, headers: dict[str, str]) -> None:
    answer = client.get("/c/c1/qr.json", headers={**headers, "Host": "evil.example"})
    assert answer.json
    assert answer.json["url"].startswith(f"{PUBLIC}/q/c1?t=")
    assert 0 < answer.json["expires_in"] <= 30
    assert answer.json["expires_at"].endswith("Z")
    image = client.get("/c/c1/qr.svg", headers=headers)
    assert image.mimetype == "image/svg+xml"
    assert image.text == qr.svg(answer.json["url"])


@pytest.mark.once
@pytest.mark.parametrize("address", ["/c/c1/qr.json", "/c/c1/qr.svg", "/c/c1/state.json"])
def test_a_stranger_gets_neither_code_nor_state(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 401
    assert client.get(address, headers={"Authorization": "Device nonsense"}).status_code == 401


def test_another_counters_tablet_gets_neither(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.get("/c/c2/qr.json", headers=headers).status_code == 401
    assert client.get("/c/nowhere/state.json", headers=headers).status_code == 401


def test_without_an_address_there_is_no_code(
    client: FlaskClient, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KIOSK_PUBLIC_URL")
    assert client.get("/c/c1/qr.json", headers=headers).status_code == 503
    state = client.get("/c/c1/state.json", headers=headers).json
    assert state
    assert state["qr"] is None


def test_the_state_tells_all_the_tablet_needs(
    app: Flask, client: FlaskClient, headers: dict[str, str]
) -> None:
    with app.app_context(), transaction():
        add_duty(by=actor("test"), counter=counter(), staff_id=add_staff("打饭员甲", "07").id)
        for code in ("c1",):
            one = counter(code)
            change_counter(
                by=actor("test"),
                counter=one,
                name=one.name,
                name_en=one.name_en,
                sign=one.sign,
                canteen=one.canteen,
                hours=[["06:30", "08:00"], ["11:30", "12:40"]],
                school_days_only=True,
                active=True,
            )
    state = client.get("/c/c1/state.json", headers=headers).json
    assert state
    assert state["counter"]["name"] == ["面食", "Noodles"]
    assert state["counter"]["canteen"] == ["第一食堂", "Canteen One"]
    assert [code for code, *_ in state["reasons"]] == [
        "queue",
        "attitude",
        "taste",
        "portion",
        "price",
        "hygiene",
    ]
    assert [label for _, label in state["staff"]] == ["07 打饭员甲"]
    assert state["purchases"] == {
        "lines": [],
        "summary": ["今天的采购还没有公示", "Today's purchases are not posted yet."],
    }
    start, end, at, day, english = state["open"][0]
    assert start <= state["now"] < end
    assert (at, day, english) == ("11:30", "3月4日 星期三", "Wed 4 Mar")
    assert [span[2:4] for span in state["open"][1:3]] == [
        ["06:30", "3月5日 星期四"],
        ["11:30", "3月5日 星期四"],
    ]
    assert state["offset"] == 480
    assert state["words"]["zh-Hans"]["levels"]["5"] == "非常满意"
    assert state["words"]["en"]["levels"]["5"] == "Very satisfied"
    assert state["words"]["zh-Hans"].keys() == state["words"]["en"].keys()


def test_a_counter_without_hours_never_sleeps(client: FlaskClient, headers: dict[str, str]) -> None:
    state = client.get("/c/c1/state.json", headers=headers).json
    assert state
    assert state["open"] is None


@pytest.mark.once
@pytest.mark.parametrize(
    ("theme", "hour", "dark"),
    [
        ("light", 23, "light"),
        ("dark", 12, "dark"),
        ("schedule", 12, "light"),
        ("schedule", 20, "dark"),
        ("schedule", 5, "dark"),
    ],
)
def test_the_theme_follows_setting_or_schedule(
    app: Flask, client: FlaskClient, headers: dict[str, str], theme: str, hour: int, dark: str
) -> None:
    with app.app_context(), transaction():
        session.query(Tablet).one().theme = theme
    with moved_to(LUNCH + timedelta(hours=hour - 12)):
        state = client.get("/c/c1/state.json", headers=headers).json
    assert state
    assert state["theme"] == dark
    assert (state["dark"] is None) == (theme != "schedule")


def enrolled(app: Flask, client: FlaskClient) -> FlaskClient:
    """A browser that is c1's tablet."""
    from kiosk.counters.services import open_enrolment

    with app.app_context(), transaction():
        code = open_enrolment(by=actor("test"), counter=counter())
    assert client.post("/api/tablets", json={"code": code}).status_code == 201
    return client


@pytest.mark.once
def test_the_tablets_page_is_small_and_asks_three_times(app: Flask, client: FlaskClient) -> None:
    """At most 15 kB packed in three answers: the page, one style sheet, one script."""
    page = enrolled(app, client).get("/c/c1").text
    addresses = re.findall(r'<(?:link rel="stylesheet" href|script src|img src)="([^"]+)"', page)
    assert len(addresses) == 2
    answers = [page.encode(), *(client.get(address).data for address in addresses)]
    assert sum(len(gzip.compress(one)) for one in answers) <= 15_000, [
        len(gzip.compress(one)) for one in answers
    ]
    assert "style=" not in page
    assert re.findall(r"<script(?! src| type=\"application/json\")", page) == []


@pytest.mark.once
def test_the_tablets_page_is_chinese_whatever_the_cookie(app: Flask, client: FlaskClient) -> None:
    enrolled(app, client).set_cookie("lang", "en")
    page = client.get("/c/c1").text
    assert '<html lang="zh-Hans"' in page


@pytest.mark.once
def test_any_other_browser_sees_the_counter(client: FlaskClient) -> None:
    page = client.get("/c/c1").text
    assert "今天的得分" in page
    assert 'class="qr"' in page
    assert client.get("/c/nowhere").status_code == 404


@pytest.mark.once
def test_the_enrolment_page_only_asks(client: FlaskClient) -> None:
    page = client.get('/c/c1?enrol=ABCD"><b>').text
    assert "配对这台平板" in page
    assert "<b>" not in page.split("<main")[1]


# The phone.


def test_the_way_of_a_phone(app: Flask, client: FlaskClient, scan: Scan) -> None:
    address = scan()
    page = client.get(address).text
    assert re.findall(r'name="level" value="(\d)"', page) == ["5", "4", "3", "2", "1"]
    answer = client.post(address, data={"level": "2"})
    assert (answer.status_code, answer.headers["Location"]) == (303, address)
    thanks = client.get(address).text
    assert "已记录，谢谢" in thanks
    assert 'name="level"' not in thanks
    form = {"reasons": ["taste", "price", "nonsense"], "comment": "有点咸"}
    assert client.post(address, data=form).status_code == 303
    assert "您的留言已和评价一起保存" in client.get(address).text
    (receipt,) = re.findall(r'href="(/receipt/[^"]+)"', thanks)
    shown = client.get(receipt).text
    for text in ("不满意", "口味", "价格", "有点咸", "计入评分"):
        assert text in shown
    assert stored(app) == [(2, "phone")]


def test_a_pass_is_good_for_one_rating(app: Flask, client: FlaskClient, scan: Scan) -> None:
    address = scan()
    for level in ("5", "1", "5"):
        assert client.post(address, data={"level": level}).status_code == 303
    assert stored(app) == [(5, "phone")]


def test_one_phone_has_one_voice_a_meal(app: Flask, client: FlaskClient, scan: Scan) -> None:
    for level in ("1", "5"):
        client.post(scan(), data={"level": level})
    assert stored(app) == [(1, "phone"), (5, "phone")]
    with app.app_context():
        assert queries.counts(counter().id, LUNCH.date(), LUNCH.date()).levels == (0, 0, 0, 0, 1)


def test_two_phones_have_two(app: Flask, scan: Scan) -> None:
    for _ in range(2):
        phone = app.test_client()
        phone.post(scan(by=phone), data={"level": "4"})
    with app.app_context():
        assert queries.counts(counter().id, LUNCH.date(), LUNCH.date()).n4 == 2


def test_a_posters_rating_says_so(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        token = counters.poster_token(counter())
    client.post(client.get(f"/q/c1?p={token}").headers["Location"], data={"level": "3"})
    assert stored(app) == [(3, "poster")]


@pytest.mark.once
@pytest.mark.parametrize("level", ["", "0", "6", "5.0", "５", "abc", "-1", "5 "])
def test_a_bad_level_is_asked_for_again(app: Flask, client: FlaskClient, scan: Scan, level: str) -> None:
    answer = client.post(scan(), data={"level": level})
    assert answer.status_code == 422
    assert "请点五张脸中的一张" in answer.text
    assert stored(app) == []


def test_a_long_comment_is_kept_and_said_to_be_long(app: Flask, client: FlaskClient, scan: Scan) -> None:
    address = scan()
    client.post(address, data={"level": "4"})
    answer = client.post(address, data={"comment": "长" * 501, "reasons": ["queue"]})
    assert answer.status_code == 422
    assert "长" * 501 in answer.text
    assert re.search(r'value="queue" checked', answer.text)
    with app.app_context():
        assert session.query(RatingNote).count() == 0


@pytest.mark.parametrize("comment", ["\x00", "\ud800", "<script>alert(1)</script>", "=1+1", "\u202e"])
def test_an_odd_comment_breaks_nothing(client: FlaskClient, scan: Scan, comment: str) -> None:
    address = scan()
    client.post(address, data={"level": "4"})
    body = b"comment=" + comment.encode("utf-8", "surrogatepass")
    answer = client.post(address, data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == (400 if comment == "\ud800" else 303)  # half a character is no text
    page = client.get(address).text
    assert "<script>" not in page
    (receipt,) = re.findall(r'href="(/receipt/[^"]+)"', page)
    assert client.get(receipt).status_code == 200


def test_an_old_code_is_refused_in_words(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        token = presence.qr_token(counter()).text
    with moved_to(LUNCH + timedelta(seconds=70)):
        answer = client.get(f"/q/c1?t={token}")
    assert answer.status_code == 403
    assert "这个二维码已过期" in answer.text


@pytest.mark.once
@pytest.mark.parametrize("query", ["", "?t=", "?t=x", "?p=x", "?t=%00", "?t=é", "?p=%F0%9F%98%80"])
def test_without_a_token_nothing_opens(client: FlaskClient, query: str) -> None:
    assert client.get(f"/q/c1{query}").status_code == 403


def test_another_counters_code_is_refused(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        token = presence.qr_token(counter("c2")).text
    assert client.get(f"/q/c1?t={token}").status_code == 403


def test_a_pass_is_over_after_ten_minutes(app: Flask, client: FlaskClient, scan: Scan) -> None:
    address = scan()
    with moved_to(LUNCH + timedelta(minutes=11)):
        assert "本页已过期" in client.get(address).text
        answer = client.post(address, data={"level": "5"})
    assert answer.status_code == 403
    assert stored(app) == []


def test_what_was_rated_stays_readable_after_that(client: FlaskClient, scan: Scan) -> None:
    address = scan()
    client.post(address, data={"level": "5"})
    with moved_to(LUNCH + timedelta(minutes=30)):
        assert "已记录，谢谢" in client.get(address).text
        assert client.post(address, data={"comment": "很好"}).status_code == 303


@pytest.mark.once
@pytest.mark.parametrize("forged", ["x", "A" * 60, "%00", "é", "a" * 3000])
def test_a_forged_pass_is_refused_in_words(client: FlaskClient, forged: str) -> None:
    for answer in (client.get(f"/r/{forged}"), client.post(f"/r/{forged}", data={"level": "5"})):
        assert answer.status_code == 403
        assert "这个码无效" in answer.text


def test_the_phones_cookie_is_for_scanning_alone(app: Flask, client: FlaskClient, scan: Scan) -> None:
    with app.app_context():
        token = presence.qr_token(counter()).text
    cookie = client.get(f"/q/c1?t={token}").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/q/" in cookie
    assert "Set-Cookie" not in client.get(f"/q/c1?t={token}").headers or "visitor" in cookie


@pytest.mark.once
def test_the_phones_page_is_small_and_needs_no_script(client: FlaskClient, scan: Scan) -> None:
    page = client.get(scan()).text
    addresses = re.findall(r'(?:rel="stylesheet" href|src)="([^"]+)"', page)
    assert len(addresses) == 1
    assert "<script" not in page
    assert len(gzip.compress(page.encode())) + len(gzip.compress(client.get(addresses[0]).data)) <= 15_000


def test_scanning_writes_nothing(app: Flask, client: FlaskClient, scan: Scan) -> None:
    with app.app_context():
        engine = db.engine
    with watching(engine) as wait:
        client.get(scan())
        assert not wait(0.3)


def test_the_public_page_shows_no_score_of_few(app: Flask, client: FlaskClient, scan: Scan) -> None:
    for _ in range(4):
        phone = app.test_client()
        phone.post(scan(by=phone), data={"level": "1"})
    page = client.get("/c/c1").text
    assert 'class="levelbar"' not in page
    assert parse_qs(urlsplit(scan()).query) == {}

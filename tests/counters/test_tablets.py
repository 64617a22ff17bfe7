"""Tablets from afar: signs of life, silence, what was refused, the PIN."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from hashlib import pbkdf2_hmac
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, inspect

from kiosk.chain import queries as chain
from kiosk.chain.models import ChainEntry
from kiosk.core.clock import moved_to, now
from kiosk.core.db import db, session, transaction
from kiosk.counters import queries, services
from kiosk.counters.models import Heartbeat, RefusedEntry, Tablet
from kiosk.counters.settings import EPOCH
from kiosk.ratings import services as ratings
from kiosk.school.queries import settings
from kiosk.school.services import set_day
from tests.conftest import LUNCH, actor, counter, csrf

RATING = "0192b5a0-0000-7000-8000-000000000001"
REFUSED = {
    "status": 409,
    "code": "other-content",
    "why": "This rating is already stored, with different content.",
    "rating": {"id": RATING, "counter": "c1", "level": 2, "seq": 4, "comment": "打我电话 13800138000"},
}


@pytest.fixture
def beat(client: FlaskClient, device_key: str) -> Callable[..., Any]:
    """A function that sends a sign of life of the tablet at c1, its clock `ahead` seconds ahead."""

    def beat(*, ahead: float = 0, key: str = device_key, **told: Any) -> Any:
        body = {"clock": int((now().timestamp() + ahead) * 1000), **told}
        return client.post("/api/tablets/heartbeat", json=body, headers={"Authorization": f"Device {key}"})

    return beat


@pytest.fixture
def writes(app: Flask) -> Iterator[list[str]]:
    """Every statement that writes, as it is sent to the database."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.split()[0] in ("INSERT", "UPDATE", "DELETE"):
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def test_a_sign_of_life_is_kept_and_answered(
    app: Flask, beat: Callable[..., Any], at_lunch: datetime
) -> None:
    answer = beat(ahead=90, unsent=3, refused=1, version="abc")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json.keys() == {"epoch", "now", "version", "pin", "settled", "shown"}
    assert (answer.json["epoch"], answer.json["pin"], answer.json["settled"]) == ("", None, [])
    assert abs(answer.json["now"] / 1000 - LUNCH.timestamp()) < 5
    assert len(answer.json["version"]) == 12
    with app.app_context():
        kept = session.query(Heartbeat).one()
        assert (kept.unsent, kept.refused, kept.version, kept.ahead) == (3, 1, "abc", 90)
        assert abs(kept.seen_at - LUNCH) < timedelta(seconds=5)


def test_no_address_and_no_browser_is_kept(context: Flask) -> None:
    columns = {one["name"] for one in inspect(db.engine).get_columns("heartbeat")}
    assert columns == {"tablet_id", "seen_at", "unsent", "refused", "version", "ahead"}


def test_it_is_written_once_a_minute_or_with_news(
    app: Flask, beat: Callable[..., Any], writes: list[str]
) -> None:
    def written(seconds: float, **told: Any) -> int:
        writes.clear()
        with moved_to(LUNCH + timedelta(seconds=seconds)):
            assert beat(**told).status_code == 200
        return len(writes)

    assert written(0, version="a") == 2, "what it told, and that it was heard"
    assert written(20, version="a") == 0
    assert written(40, version="a", ahead=1) == 0
    assert written(45, version="a", unsent=1) == 2
    assert written(50, version="a", unsent=1, ahead=60) == 2
    assert written(100, version="a", unsent=1, ahead=60) == 0
    assert written(120, version="a", unsent=1, ahead=60) == 2
    with app.app_context():
        assert session.query(ChainEntry).filter(ChainEntry.action.like("%heartbeat%")).count() == 0


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"unsent": -1}, 422),
        ({"unsent": 1.5}, 422),
        ({"unsent": True}, 422),
        ({"unsent": 2**63}, 422),
        ({"unsent": "1"}, 422),
        ({"version": "x" * 21}, 422),
        ({"version": "a\x00b"}, 422),
        ({"version": ["a"]}, 422),
        ({"clock": 2**54}, 422),
        ({"clock": 0}, 200),
        ({"clock": 2**53}, 200),
        ({"unsent": None, "extra": {}}, 200),
    ],
)
def test_odd_signs_of_life(beat: Callable[..., Any], told: dict[str, Any], status: int) -> None:
    assert beat(**told).status_code == status


def test_only_an_enrolled_tablet_is_heard(app: Flask, client: FlaskClient, beat: Callable[..., Any]) -> None:
    assert beat(key="wrong").status_code == 401
    assert client.post("/api/tablets/heartbeat", json={}).status_code == 401
    assert client.post("/api/tablets/heartbeat", data={}).status_code == 415
    with app.app_context(), transaction():
        services.revoke_tablet(by=actor("test"), tablet=session.query(Tablet).one())
    assert beat().status_code == 401


# Silence.


def silent(minutes: float) -> list[tuple[str, bool, int]]:
    """Who is silent so many minutes after lunch began: counter, whether its tablet, the usual number."""
    found = queries.silences(LUNCH + timedelta(minutes=minutes))
    return [(one.counter.code, one.tablet is not None, one.usual) for one in found]


@pytest.fixture
def heard(app: Flask, context: Flask, device_key: str) -> Tablet:
    """A tablet at c1 that was heard at lunch; the counter is open 11:20–13:00."""
    with moved_to(LUNCH), transaction():
        counter().hours = [["11:20", "13:00"]]
        tablet = session.query(Tablet).one()
        services.note_heartbeat(tablet=tablet, unsent=0, refused=0, version="", ahead=0)
        return tablet


def test_a_tablet_that_is_not_heard_for_ten_minutes_is_silent(heard: Tablet) -> None:
    assert silent(9) == []
    assert silent(11) == [("c1", True, 0)]
    assert silent(54) == [("c1", True, 0)]
    assert silent(56) == []  # 13:01: the counter is closed
    assert silent(24 * 60 - 36) == []  # 11:29 the next day: open for nine minutes only
    assert silent(24 * 60 - 34) == [("c1", True, 0)]


def test_nobody_waits_for_a_tablet_that_is_revoked_or_was_never_heard(heard: Tablet) -> None:
    with transaction():
        services.add_tablet(by=actor("test"), counter=counter("c2"))
    assert silent(30) == [("c1", True, 0)]
    with transaction():
        services.revoke_tablet(by=actor("test"), tablet=queries.tablet(heard.id))
    assert silent(30) == []


def test_a_counter_without_hours_is_expected_at_meals_of_school_days(heard: Tablet) -> None:
    with transaction():
        counter().hours = []
    assert silent(11) == [("c1", True, 0)]
    assert silent(4 * 60) == []  # 16:05, between the meals
    with transaction():
        set_day(by=actor("test"), day=LUNCH.date(), is_school_day=False)
    assert silent(11) == []


def rate(moment: datetime, number: int) -> None:
    """Ratings at c1."""
    for place in range(number):
        with moved_to(moment + timedelta(seconds=10 * place)), transaction():
            ratings.take(id=uuid4(), counter=counter(), level=4, channel="tablet", live=True)


def test_an_hour_without_its_usual_ratings_is_silent(context: Flask) -> None:
    for week in (1, 2, 3, 4):
        rate(LUNCH - timedelta(weeks=week), 5)
    assert silent(20) == []  # 12:25: too early to tell
    assert silent(26) == [("c1", False, 5)]
    assert silent(24 * 60 + 26) == []  # a Thursday usually has none
    rate(LUNCH, 1)
    assert silent(26) == []


def test_fewer_than_five_are_not_usual_and_holidays_are_skipped(context: Flask) -> None:
    with transaction():
        set_day(by=actor("test"), day=(LUNCH - timedelta(weeks=2)).date(), is_school_day=False)
    for week, number in ((1, 5), (2, 40), (3, 5), (4, 5), (5, 4)):
        rate(LUNCH - timedelta(weeks=week), number)
    assert silent(26) == []
    rate(LUNCH - timedelta(weeks=5) + timedelta(minutes=5), 1)
    assert silent(26) == [("c1", False, 5)]
    with transaction():
        set_day(by=actor("test"), day=LUNCH.date(), is_school_day=False)
    assert silent(26) == []


def test_the_live_view_and_the_tablets_page_tell(
    heard: Tablet, signed_in: Callable[[str], FlaskClient]
) -> None:
    with moved_to(LUNCH + timedelta(minutes=12)):
        for name in ("lin", "chen"):
            browser = signed_in(name)
            rows = browser.get("/office/live.json").json["parts"]["attention"]
            assert {"面食：平板自 12:05 起没有消息", "第一食堂今天还没有公示采购"} <= {
                one["text"] for one in rows
            }
            assert "自 12:05 起没有消息" in browser.get("/office/counters/tablets").text


# What was refused.


def test_what_was_refused_comes_to_the_office_once(
    app: Flask, client: FlaskClient, device_key: str, signed_in: Callable[[str], FlaskClient], beat: Any
) -> None:
    headers = {"Authorization": f"Device {device_key}"}
    note = {**REFUSED, "rating": {**REFUSED["rating"], "level": 2}}  # type: ignore[dict-item]
    tap = {**REFUSED, "rating": {"id": RATING, "counter": "c1", "level": 2, "seq": 4, "x-device": "secret"}}
    for body in (note, tap, note, tap):
        assert client.post("/api/tablets/refused", json=body, headers=headers).status_code == 200
    with app.app_context():
        kept = session.query(RefusedEntry).order_by(RefusedEntry.id).all()
        assert [(one.rating_id, one.is_note, one.status) for one in kept] == [
            (UUID(RATING), True, 409),
            (UUID(RATING), False, 409),
        ]
        assert kept[1].content == {"counter": "c1", "level": 2, "seq": 4}
    lin = signed_in("lin")
    page = lin.get("/office/counters/tablets/1").text
    assert "This rating is already stored" in page
    assert "打我电话" in page
    assert "13800138000" not in page
    assert beat().json["settled"] == []
    lin.post("/office/counters/tablets/1/settle", data={"csrf_token": csrf(lin, "/office/accounts/")})
    assert beat().json["settled"] == [RATING]
    with moved_to(now() + timedelta(days=31)):
        assert beat().json["settled"] == []
    with app.app_context():
        assert chain.entries(limit=1)[0].action == "tablet.refused_settled"


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"rating": None}, 422),
        ({"rating": []}, 422),
        ({"rating": {"id": "1"}}, 422),
        ({"rating": {}}, 422),
        ({"status": 1000}, 422),
        ({"why": "x" * 201}, 422),
        ({"code": 5}, 422),
        ({"rating": {"id": RATING, "level": {"a": [1]}, "reasons": "x", "comment": 5}}, 200),
        ({"rating": {"id": RATING, "comment": "x" * 20_000}}, 413),
    ],
)
def test_odd_refusals_are_refused_in_words_and_kept_ones_are_shown(
    client: FlaskClient,
    device_key: str,
    signed_in: Callable[[str], FlaskClient],
    changed: dict[str, Any],
    status: int,
) -> None:
    headers = {"Authorization": f"Device {device_key}"}
    answer = client.post("/api/tablets/refused", json={**REFUSED, **changed}, headers=headers)
    assert answer.status_code == status, answer.text
    assert signed_in("lin").get("/office/counters/tablets/1").status_code == 200


# The PIN, the epoch and the code's page.


def test_the_pin_is_a_hash_that_a_tablet_can_check(context: Flask, beat: Callable[..., Any]) -> None:
    with transaction():
        services.set_pin(by=actor("lin"), pin="2468")
    pin = beat().json["pin"]
    digest = pbkdf2_hmac("sha256", b"2468", bytes.fromhex(pin["salt"]), pin["rounds"])
    assert digest.hex() == pin["hash"]
    session.remove()
    entry = chain.entries(limit=1)[0]
    assert entry.action == "settings.changed"
    assert pin["hash"] not in str(entry.__dict__)
    assert pin["salt"] not in str(entry.__dict__)


def test_an_epoch_is_announced(context: Flask, beat: Callable[..., Any]) -> None:
    with transaction():
        epoch = services.announce_epoch(by=actor("lin"))
    assert settings()[EPOCH] == epoch
    assert beat().json["epoch"] == epoch


def test_the_office_sees_when_a_code_was_used_or_is_over(
    client: FlaskClient, signed_in: Callable[[str], FlaskClient]
) -> None:
    lin = signed_in("lin")
    form = {"counter": "c1", "csrf_token": csrf(lin, "/office/accounts/")}
    with moved_to(LUNCH):
        lin.post("/office/counters/tablets/enrol", data=form)
        page = lin.get("/office/counters/tablets/enrolment").text
        state = lin.get("/office/counters/tablets/enrolment.json").json
        assert state["state"] == "good"
        assert 590 <= state["left"] <= 600
    with moved_to(LUNCH + timedelta(minutes=11)):
        assert lin.get("/office/counters/tablets/enrolment.json").json == {"state": "over", "left": 0}
    with moved_to(LUNCH + timedelta(minutes=1)):
        code = page.split('class="big-code">')[1].split("<")[0]
        assert client.post("/api/tablets", json={"code": code}).status_code == 201
        assert lin.get("/office/counters/tablets/enrolment.json").json["state"] == "used"

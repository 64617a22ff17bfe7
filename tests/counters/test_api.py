"""Enrolment: a code for a device key, once; a cookie that shows the tablet its page and opens nothing."""

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.core.clock import moved_to
from kiosk.core.db import session, transaction
from kiosk.counters import queries, services
from kiosk.counters.models import Tablet
from tests.conftest import LUNCH, actor, counter


@pytest.fixture
def code(app: Flask) -> str:
    """A code that enrols a tablet at c1."""
    with app.app_context(), transaction():
        return services.open_enrolment(by=actor("test"), counter=counter())


def told(answer: Any) -> tuple[int, str]:
    """Status and code of a refusal."""
    assert answer.mimetype == "application/problem+json"
    return answer.status_code, answer.json["code"]


def test_a_code_gives_a_key_once(app: Flask, client: FlaskClient, code: str) -> None:
    answer = client.post("/api/tablets", json={"code": code})
    assert answer.status_code == 201
    assert answer.json
    assert answer.json.keys() == {"key", "counter"}
    assert answer.json["counter"] == "c1"
    assert answer.headers["Cache-Control"] == "no-store"
    assert told(client.post("/api/tablets", json={"code": code})) == (403, "forbidden")
    with app.app_context():
        found = queries.tablet_with(answer.json["key"])
        assert found is not None
        assert answer.json["key"] not in str(session.query(Tablet).one().__dict__)


def test_a_code_may_be_typed_by_a_person(client: FlaskClient, code: str) -> None:
    typed = f" {code[:4].lower()} {code[4:]} "
    assert client.post("/api/tablets", json={"code": typed}).status_code == 201


def test_a_code_is_over_after_ten_minutes(app: Flask, client: FlaskClient) -> None:
    with moved_to(LUNCH), app.app_context(), transaction():
        code = services.open_enrolment(by=actor("test"), counter=counter())
    with moved_to(LUNCH + timedelta(minutes=10, seconds=1)):
        assert told(client.post("/api/tablets", json={"code": code})) == (403, "forbidden")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff", 400),
        (b'{"code": NaN}', 400),
        (b"[" * 5000, 400),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"code": null}', 422),
        (b'{"code": 12345678}', 422),
        (b'{"code": ["ABCDEFGH"]}', 422),
        (b'{"code": ""}', 422),
        (b'{"code": "ABCDEFG"}', 422),
        (b'{"code": "ABCDEFG\\u0000"}', 422),
        (b'{"code": "\\ud800BCDEFGH"}', 422),
        (b'{"code": "ABCDEFG1"}', 422),
        (b'{"code": "ABCDEFGH"}', 403),
        (json.dumps({"code": "A" * 20_000}).encode(), 413),
    ],
)
def test_bad_bodies_are_refused_in_words(client: FlaskClient, body: bytes, status: int) -> None:
    answer = client.post("/api/tablets", data=body, content_type="application/json")
    assert answer.status_code == status
    assert answer.json
    assert answer.json["title"]


def test_a_form_of_another_site_cannot_enrol(client: FlaskClient, code: str) -> None:
    assert told(client.post("/api/tablets", data={"code": code})) == (415, "not-json")


def test_the_cookie_shows_the_page_and_opens_nothing(app: Flask, client: FlaskClient, code: str) -> None:
    answer = client.post("/api/tablets", json={"code": code})
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert answer.json
    assert answer.json["key"] not in cookie
    assert 'id="state"' in client.get("/c/c1").text
    assert 'id="state"' not in client.get("/c/c2").text
    assert client.get("/c/c1/qr.json").status_code == 401
    assert client.get("/c/c1/state.json").status_code == 401
    rating = {"id": "018f0000-0000-7000-8000-000000000001", "counter": "c1", "level": 5}
    assert client.post("/api/ratings", json=rating).status_code == 401


def test_a_tablet_that_kept_its_key_gets_its_page_back(client: FlaskClient, device_key: str) -> None:
    assert 'id="state"' not in client.get("/c/c1").text
    headers = {"Authorization": f"Device {device_key}"}
    assert client.post("/api/tablets/page", headers=headers).status_code == 204
    assert 'id="state"' in client.get("/c/c1").text
    assert told(client.post("/api/tablets/page")) == (401, "no-authority")


def test_a_revoked_tablet_is_any_other_browser(app: Flask, client: FlaskClient, code: str) -> None:
    client.post("/api/tablets", json={"code": code})
    with app.app_context(), transaction():
        services.revoke_tablet(by=actor("test"), tablet=session.query(Tablet).one())
    assert 'id="state"' not in client.get("/c/c1").text

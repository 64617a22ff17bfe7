"""Machines' addresses of ratings: authority, statuses, receipts, and ten thousand odd requests."""

import json
import random
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk.core.db import session, transaction
from kiosk.counters.models import Tablet
from kiosk.counters.services import revoke_tablet
from kiosk.presence import services as presence
from kiosk.ratings import queries, services
from tests.conftest import actor, counter
from tests.ratings.conftest import recounted
from tests.ratings.test_forms import BAD_FIELDS, BAD_JSON

Post = Callable[..., TestResponse]


@pytest.fixture
def post(client: FlaskClient, device_key: str) -> Post:
    """A function that sends a rating from the tablet at c1; other headers replace its authority."""

    def post(headers: dict[str, str] | None = None, **fields: Any) -> TestResponse:
        body = {"id": str(uuid4()), "counter": "c1", "level": 5, **fields}
        return client.post(
            "/api/ratings",
            data=json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Device {device_key}"} if headers is None else headers,
        )

    return post


def code(answer: TestResponse) -> str:
    """The stable code of a refusal."""
    assert answer.content_type == "application/problem+json"
    assert answer.json
    assert answer.json["status"] == answer.status_code
    return str(answer.json["code"])


def test_the_quick_answer_says_what_every_answer_says(post: Post) -> None:
    id = str(uuid4())
    quick, usual = post(id=id), post(id=id)
    assert (quick.status_code, usual.status_code) == (201, 200)

    def said(answer: TestResponse) -> dict[str, str]:
        return {name: text for name, text in answer.headers if name not in ("Content-Length", "Vary")}

    assert said(quick) == said(usual)
    assert "Content-Security-Policy" in said(quick)
    assert quick.json
    assert usual.json
    assert quick.json == {name: usual.json[name] for name in quick.json}


def test_a_rating_is_stored_once_and_has_a_receipt(post: Post, client: FlaskClient) -> None:
    id = str(uuid4())
    first = post(id=id, level=2, comment="太咸", reasons=["taste"], seq=1, live=True)
    assert first.status_code == 201
    assert first.json
    assert (first.json["id"], first.json["counter"], first.json["level"]) == (id, "c1", 2)
    assert first.json["status"] == "counted"
    assert post(id=id, level=2, comment="太咸", reasons=["taste"], seq=1, live=True).status_code == 200
    assert post(id=id.upper(), level=2).status_code == 200
    assert client.get(f"/api/ratings/{id}").json == first.json


def test_a_receipt_tells_the_mark_and_the_seal(post: Post, client: FlaskClient, app: Flask) -> None:
    ids = [str(uuid4()), str(uuid4())]
    for id in ids:
        post(id=id, live=True)
    with app.app_context(), transaction():
        services.close_meals(by=actor("test"), everything=True)
    counted, kept = (client.get(f"/api/ratings/{id}").json for id in ids)
    assert counted
    assert kept
    assert (counted["status"], kept["status"], kept["mark"]) == ("counted", "not_counted", "misuse")
    assert counted["seal"]["digest"] == kept["seal"]["digest"]
    assert (counted["seal"]["number"], len(counted["seal"]["path"])) == (1, 1)


@pytest.mark.parametrize("id", ["x", "01934f3e-0000-7000-8000-000000000000", "0", "%00", "é" * 36])
def test_there_is_no_receipt_for_what_is_not_there(client: FlaskClient, id: str) -> None:
    assert code(client.get(f"/api/ratings/{id}")) == "not-found"


def test_reasons_and_comment_are_added_later(post: Post) -> None:
    id = str(uuid4())
    assert post(id=id).status_code == 201
    assert post(id=id, reasons=["taste"]).status_code == 200
    assert post(id=id, reasons=["taste"], comment="好吃").status_code == 200
    assert code(post(id=id, comment="难吃")) == "other-content"
    assert code(post(id=id, level=1)) == "other-content"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Device nonsense"}, 401),
        ({"Authorization": "Device"}, 401),
        ({"Authorization": "Bearer x"}, 401),
        ({"Authorization": "Device é"}, 401),
        ({"X-Pass": "nonsense"}, 403),
        ({"X-Pass": "A" * 70}, 403),
        ({"Cookie": "session=x; device=y"}, 401),
    ],
)
def test_a_stranger_is_refused(post: Post, context: Flask, headers: dict[str, str], status: int) -> None:
    assert post(headers=headers).status_code == status
    assert queries.stored() == 0


def test_a_sign_in_is_no_authority(signed_in: Callable[[str], FlaskClient], context: Flask) -> None:
    body = {"id": str(uuid4()), "counter": "c1", "level": 5}
    assert signed_in("lin").post("/api/ratings", json=body).status_code == 401
    assert queries.stored() == 0


def test_another_counters_tablet_or_pass_is_refused(post: Post, app: Flask) -> None:
    with app.app_context():
        phone_pass = presence.issue_pass(counter=counter())
    assert code(post(counter="c2")) == "other-counter"
    assert code(post(counter="nowhere")) == "other-counter"
    assert code(post(headers={"X-Pass": phone_pass}, counter="c2")) == "pass-invalid"


def test_a_revoked_tablet_is_refused(post: Post, app: Flask) -> None:
    assert post().status_code == 201
    with app.app_context(), transaction():
        revoke_tablet(by=actor("test"), tablet=session.query(Tablet).one())
    assert code(post()) == "no-authority"


def test_a_pass_carries_one_rating(post: Post, app: Flask) -> None:
    with app.app_context():
        headers = {"X-Pass": presence.issue_pass(counter=counter())}
    id = str(uuid4())
    assert post(headers=headers, id=id).status_code == 201
    assert post(headers=headers, id=id, comment="好").status_code == 200
    assert code(post(headers=headers)) == "spent"


def test_a_pass_that_is_over_is_refused(post: Post, app: Flask, at_lunch: datetime) -> None:
    with app.app_context():
        old = presence.issue_pass(counter=counter(), now=at_lunch.replace(year=2025))
    assert code(post(headers={"X-Pass": old})) == "pass-expired"


def test_other_content_types_and_large_bodies_are_refused(client: FlaskClient, post: Post) -> None:
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "", "multipart/form-data"):
        assert client.post("/api/ratings", data=b"{}", content_type=content_type).status_code == 415
    assert code(post(comment="x" * 17_000)) == "too-large"
    assert code(post(comment="x" * 501)) == "invalid"


@pytest.mark.parametrize("raw", BAD_JSON, ids=range(len(BAD_JSON)))
def test_no_json_is_a_400(client: FlaskClient, device_key: str, raw: bytes) -> None:
    answer = client.post(
        "/api/ratings",
        data=raw,
        content_type="application/json",
        headers={"Authorization": f"Device {device_key}"},
    )
    assert answer.status_code in (400, 413)


def test_a_bad_field_is_a_422_that_names_it(post: Post, context: Flask) -> None:
    for field, value in BAD_FIELDS:
        answer = post(**{field: value})
        assert (answer.status_code, answer.json and answer.json["field"]) == (422, field)
    assert queries.stored() == 0


def test_no_odd_request_is_a_500(client: FlaskClient, device_key: str, context: Flask) -> None:
    chance = random.Random(7)
    odd = [
        None,
        True,
        -1,
        2**64,
        1.5,
        "",
        "x" * 600,
        "\ud800",
        "\x00",
        [],
        {},
        [[]],
        "c1",
        3,
        "2026-03-04T12:00:00Z",
    ]
    names = ["id", "counter", "level", "reasons", "comment", "staff", "seq", "pressed_at", "live", "other"]
    for _ in range(600):
        fields = {"id": str(uuid4()), "counter": "c1", "level": chance.randint(1, 5)}
        fields |= {name: chance.choice(odd) for name in chance.sample(names, chance.randint(0, 4))}
        raw = json.dumps(fields).encode()
        if chance.random() < 0.3:
            place = chance.randrange(len(raw))
            raw = raw[:place] + bytes([chance.randrange(256)]) + raw[place + 1 :]
        answer = client.post(
            "/api/ratings",
            data=raw,
            content_type="application/json",
            headers={"Authorization": f"Device {device_key}"},
        )
        assert answer.status_code in (200, 201, 400, 403, 409, 422)
    assert recounted() == []


def test_a_comment_with_odd_characters_costs_no_rating(
    post: Post, client: FlaskClient, context: Flask
) -> None:
    assert post(comment="a\x00\ud800b\u202e😀").status_code == 201
    assert [row["comment"] for row in queries.export()] == ["ab😀"]

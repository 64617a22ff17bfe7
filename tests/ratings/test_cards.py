"""A campus card at a tablet: one voice a meal, its number nowhere, and no tap refused for it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.core.clock import moved_to
from kiosk.core.config import Instance
from kiosk.core.db import session, transaction
from kiosk.presence import services as presence
from kiosk.ratings import queries, services
from kiosk.ratings.models import RatingVisitor
from kiosk.ratings.queries import Counts
from kiosk.school.services import change_settings
from tests.conftest import LUNCH, actor, counter, enrol
from tests.ratings.conftest import recounted

CARD, OTHER = "0731904582", "0731904583"
DAY = LUNCH.date()
Hold = Callable[..., Any]


@pytest.fixture
def readers(app: Flask, at_lunch: datetime) -> None:
    """A school whose tablets have readers."""
    with app.app_context(), transaction():
        change_settings(by=actor("test"), card_reader=True)


@pytest.fixture
def keys(app: Flask) -> dict[str, str]:
    return {code: enrol(app, code) for code in ("c1", "c2")}


@pytest.fixture
def hold(client: FlaskClient, keys: dict[str, str]) -> Hold:
    """A function that holds a card to a counter's reader."""

    def hold(card: object, code: str = "c1") -> Any:
        headers = {"Authorization": f"Device {keys[code]}"}
        return client.post("/api/visitors", json={"card": card}, headers=headers)

    return hold


def tap(client: FlaskClient, key: str, level: int, token: str | None, code: str = "c1") -> int:
    body = {"id": str(uuid4()), "counter": code, "level": level, "visitor": token}
    answer = client.post("/api/ratings", json=body, headers={"Authorization": f"Device {key}"})
    return answer.status_code


def test_a_card_has_one_voice_a_counter_and_meal(
    readers: None, app: Flask, client: FlaskClient, keys: dict[str, str], hold: Hold
) -> None:
    for card, code, level in ((CARD, "c1", 1), (OTHER, "c1", 4), (CARD, "c1", 5), (CARD, "c2", 3)):
        answer = hold(card, code)
        assert answer.status_code == 201
        assert tap(client, keys[code], level, answer.json["visitor"], code) == 201
    with app.app_context():
        assert queries.counts(counter("c1").id, DAY, DAY) == Counts(n4=1, n5=1)
        assert queries.counts(counter("c2").id, DAY, DAY) == Counts(n3=1)
        assert queries.marked_counts(DAY, DAY) == {counter("c1").id: {"superseded": 1}}
        assert recounted() == []
    with moved_to(LUNCH + timedelta(hours=6)):
        assert tap(client, keys["c1"], 2, hold(CARD).json["visitor"]) == 201
    with app.app_context():
        assert queries.counts(counter("c1").id, DAY, DAY) == Counts(n2=1, n4=1, n5=1), "dinner is another"


def test_the_number_is_in_no_file_and_no_token(
    readers: None, app: Flask, instance: Instance, client: FlaskClient, keys: dict[str, str], hold: Hold
) -> None:
    token = hold(CARD).json["visitor"]
    assert CARD not in token
    assert hold(CARD).json["visitor"] == token, "one card, one visitor"
    tap(client, keys["c1"], 4, token)
    with app.app_context():
        assert session.query(RatingVisitor).count() == 1
    for file in instance.folder.rglob("*"):
        assert not file.is_file() or CARD.encode() not in file.read_bytes(), file.name
    with app.app_context(), transaction():
        services.close_meals(by=actor("kiosk"), everything=True)
    with app.app_context():
        assert session.query(RatingVisitor).count() == 0
    assert hold(CARD).json["visitor"] != token, "nothing joins two meals"


def test_a_token_that_is_no_good_costs_no_tap(
    readers: None, app: Flask, client: FlaskClient, keys: dict[str, str], hold: Hold
) -> None:
    token = hold(CARD).json["visitor"]
    assert tap(client, keys["c1"], 5, token[:-1] + "x") == 201
    assert tap(client, keys["c2"], 5, token, "c2") == 201, "another counter's"
    assert tap(client, keys["c1"], 5, "é" * 50) == 201
    with moved_to(LUNCH + services_life()):
        assert tap(client, keys["c1"], 5, token) == 201, "one that lay in a queue"
    assert tap(client, keys["c1"], 5, None) == 201
    with app.app_context():
        assert session.query(RatingVisitor).count() == 0
        assert queries.counts(counter("c1").id, DAY, DAY).total == 4


def services_life() -> timedelta:
    from kiosk.presence.services.cards import TOKEN_LIFE

    return TOKEN_LIFE


def test_a_phone_cannot_borrow_a_card(readers: None, app: Flask, client: FlaskClient, hold: Hold) -> None:
    token = hold(CARD).json["visitor"]
    for _turn in range(2):
        with app.app_context():
            one = presence.issue_pass(counter=counter("c1"), channel="slip")
        body = {"id": str(uuid4()), "counter": "c1", "level": 1, "visitor": token}
        assert client.post("/api/ratings", json=body, headers={"X-Pass": one}).status_code == 201
    with app.app_context():
        assert queries.counts(counter("c1").id, DAY, DAY) == Counts(n1=2)


@pytest.mark.parametrize(
    "card", ["", "123", "x" * 41, "１２３４５６", "12 34", "'; --", None, 731904582, ["1234"]]
)
def test_what_no_reader_types_is_refused(readers: None, hold: Hold, card: object) -> None:
    answer = hold(card)
    assert (answer.status_code, answer.json["field"]) == (422, "card")


def test_readers_are_off_until_the_school_has_some(
    at_lunch: datetime, client: FlaskClient, hold: Hold, keys: dict[str, str]
) -> None:
    assert hold(CARD).status_code == 404
    assert client.post("/api/visitors", json={"card": CARD}).status_code == 401
    headers = {"Authorization": f"Device {keys['c1']}"}
    answer = client.post("/api/visitors", data={"card": CARD}, headers=headers)
    assert answer.status_code == 415
    assert client.get("/c/c1/state.json", headers=headers).json["card"] is False

"""Open data of purchases and ratings."""

import csv
import io
import re
import tracemalloc
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from werkzeug.test import TestResponse

from kiosk.core import clock, config
from kiosk.core.db import db, session, transaction
from kiosk.core.open_data import MOST_IN_MEMORY
from kiosk.purchasing.models import Line
from kiosk.ratings.services import take
from tests.conftest import LUNCH, counter, unguarded
from tests.purchasing.test_services import CABBAGE, TOMATO, post


@pytest.fixture
def data(context: Flask, at_lunch: object) -> FlaskClient:
    """A day with one posted sheet."""
    post(CABBAGE, {**TOMATO, "item": "=1+1"})
    return context.test_client()


def test_csv_opens_in_excel(data: FlaskClient) -> None:
    answer = data.get("/data/purchases.csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [(row["品名"], row["数量"], row["单价"], row["金额"]) for row in rows] == [
        ("大白菜", "50", "2.50", "125.00"),
        ("'=1+1", "40", "5.00", "200.00"),
    ]
    assert re.fullmatch(r"2026-03-04T12:0\d:\d\d\+08:00", rows[0]["公示时间"]), (
        "as the school's clocks show it"
    )


def test_json_tells_the_same(data: FlaskClient) -> None:
    found = data.get("/data/purchases.json?from=2026-03-04&to=2026-03-04").json
    assert (found["from"], found["to"]) == ("2026-03-04", "2026-03-04")
    assert found["purchases"][0]["amount"] == "125.00"
    assert found["purchases"][1]["item"] == "=1+1"
    assert data.get("/data/purchases.json?from=2026-03-05&to=2026-03-05").json["purchases"] == []


@pytest.mark.parametrize(
    "query",
    ["from=x", "to=2026-13-01", "from=2026-03-05&to=2026-03-04", "from=２０２６-03-04"],
)
def test_a_bad_span_is_said(data: FlaskClient, query: str) -> None:
    for address in ("/data/purchases.csv", "/data/purchases.json", "/data/ratings.csv", "/data/ratings.json"):
        answer = data.get(f"{address}?{query}")
        assert answer.status_code == 400
        assert answer.json["code"] == "bad-span"


def test_in_wechat_a_page_says_how_to_get_the_file(data: FlaskClient) -> None:
    agent = {"User-Agent": "Mozilla/5.0 (Linux; Android 9) MicroMessenger/8.0"}
    assert "在浏览器打开" in data.get("/data/purchases.csv", headers=agent).text


def test_tallies_of_few_are_not_told(context: Flask, at_lunch: object) -> None:
    def rate(code: str, levels: list[int]) -> None:
        with transaction():
            for level in levels:
                take(id=uuid4(), counter=counter(code), level=level, channel="tablet")

    rate("c1", [1, 5, 5, 4])
    rate("c2", [1, 5, 5, 4, 3])
    with clock.moved_to(LUNCH + timedelta(hours=1)):
        rows = context.test_client().get("/data/ratings.json?from=2026-03-04&to=2026-03-04").json["ratings"]
    assert [(row["counter"], row["ratings"], row["n5"], row["n1"]) for row in rows] == [
        ("c1", None, None, None),
        ("c2", 5, 2, 1),
    ]


@pytest.fixture
def years(context: Flask, at_lunch: object) -> FlaskClient:
    """A sheet with 20,000 lines, as three years of a school hold them."""
    return school_with(context, 20_000)


@pytest.fixture
def long_answers(context: Flask, at_lunch: object) -> FlaskClient:
    """A sheet whose file is just too long to be held in memory."""
    return school_with(context, 8_000)


def school_with(context: Flask, lines: int) -> FlaskClient:
    """Nobody's browser at a school with one sheet of so many lines."""
    post(CABBAGE)
    (line,) = session.execute(select(Line.__table__)).mappings().all()
    session.remove()
    with unguarded(config.current()) as connection:
        many = [{**line, "id": line["id"] + n, "position": n} for n in range(1, lines)]
        connection.execute(insert(Line), many)
    return context.test_client()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "json"])
def test_all_years_come_as_one_file_in_bounded_memory(years: FlaskClient, kind: str) -> None:
    address = f"/data/purchases.{kind}?from=2024-01-01&to=2026-11-30"
    tracemalloc.start()
    answer = years.get(address, buffered=False)
    assert answer.status_code == 200
    assert db.engine.pool.checkedout() == 0, "a slow client holds no connection"
    sizes = [len(piece) for piece in answer.iter_encoded()]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sum(sizes) == answer.content_length > 2 * 2**20
    assert max(sizes) <= 2**20
    assert peak < 8 * 2**20
    answer.close()
    assert years.get("/data/ratings.csv?from=2016-01-01").status_code == 200


@pytest.mark.slow
def test_whoever_goes_away_leaves_nothing_open(long_answers: FlaskClient) -> None:
    opened = len([*Path("/proc/self/fd").iterdir()])
    for _ in range(3):
        answer = long_answers.get("/data/purchases.csv?from=2024-01-01", buffered=False)
        assert MOST_IN_MEMORY < (answer.content_length or 0) < 2 * MOST_IN_MEMORY
        assert len(next(iter(answer.iter_encoded()))) > 1000
        answer.close()
    assert db.engine.pool.checkedout() == 0
    assert len([*Path("/proc/self/fd").iterdir()]) <= opened + 2


@pytest.mark.slow
def test_many_who_fetch_slowly_are_asked_to_come_again(long_answers: FlaskClient) -> None:
    def fetch(address: str) -> TestResponse:
        return long_answers.get(address, buffered=False)

    slow = [fetch("/data/purchases.csv?from=2024-01-01") for _ in range(20)]
    held = [answer for answer in slow if answer.status_code == 200]
    refused = [answer for answer in slow if answer.status_code == 503]
    assert 5 < len(held) < 15, "a process has 96 threads, and most are for those who rate"
    assert len(held) + len(refused) == 20
    assert all(int(answer.headers["Retry-After"]) > 1 for answer in refused)
    for answer in slow:
        answer.close()
    assert long_answers.get("/data/purchases.csv").status_code == 200


def test_what_has_not_changed_is_not_sent_again(data: FlaskClient) -> None:
    for address in ("/data/purchases.csv", "/data/purchases.json", "/data/ratings.json"):
        tag = data.get(address).headers["ETag"]
        assert data.get(address, headers={"If-None-Match": tag}).status_code == 304

"""The running server: it answers for its health, refuses bad bodies, and comes back after kill -9."""

import http.client
import json
import os
import re
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text as sql

from kiosk.core import clock, config
from kiosk.core.db import session, transaction
from kiosk.core.errors import Invalid
from kiosk.counters import queries as counters
from kiosk.operation import ticker
from kiosk.presence.models import MealKey
from kiosk.presence.services import issue_pass, read_pass
from kiosk.ratings.services import Press, take_press
from kiosk.school.services import change_settings
from kiosk.setup import serving, welcome
from kiosk.setup.serving import lan_address, own_address
from tests.conftest import LUNCH, OwnProgram, Server, actor, counter


def get(url: str, **headers: str) -> tuple[int, str]:
    try:
        with urlopen(Request(url, headers=headers), timeout=10) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def test_it_answers_for_its_health(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ready"}


def test_it_is_not_ready_without_its_tables(app: Flask, client: FlaskClient) -> None:

    with app.app_context(), transaction():
        session.execute(sql("ALTER TABLE setting RENAME TO gone"))
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json
    assert answer.json["code"] == "not-ready"


def test_it_counts_how_ratings_are_answered(app: Flask, client: FlaskClient, device_key: str) -> None:
    """Also those that take the quick lane."""

    def answers(status: int) -> int:
        figure = f'kiosk_rating_answers_total{{status="{status}"}} '
        return int(client.get("/metrics").text.split(figure)[1].split()[0])

    before = {status: answers(status) for status in (201, 401, 415)}
    body = json.dumps({"id": str(uuid4()), "counter": "c1", "level": 5})
    for key in (device_key, "wrong"):
        client.post(
            "/api/ratings",
            data=body,
            content_type="application/json",
            headers={"Authorization": f"Device {key}"},
        )
    client.post("/api/ratings", data=body)
    assert {status: answers(status) - number for status, number in before.items()} == {201: 1, 401: 1, 415: 1}
    text = client.get("/metrics").text
    total = int(re.search(r"^kiosk_rating_seconds_count (\d+)$", text, re.M)[1])  # type: ignore[index]
    assert f'kiosk_rating_seconds_bucket{{le="+Inf"}} {total}\n' in text
    names = set(re.findall(r"^# TYPE (\w+) ", text, re.M))
    assert names == set(re.findall(r"^# HELP (\w+) ", text, re.M))
    lines = {re.split(r"[ {]", line)[0] for line in text.splitlines() if not line.startswith("#")}
    assert {re.sub(r"_(bucket|sum|count)$", "", name) for name in lines} == names


@pytest.mark.once
@pytest.mark.parametrize("name", ["X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "X-Real-IP", "Via"])
def test_figures_are_for_this_machine_alone(client: FlaskClient, name: str) -> None:
    text = client.get("/metrics").text
    assert re.search(r"^kiosk_ratings_counted 0$", text, re.M)
    assert re.search(r"^kiosk_disk_free_bytes \d+$", text, re.M)
    assert client.get("/metrics", headers={name: "127.0.0.1"}).status_code == 404
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 404


@pytest.mark.once
def test_figures_may_be_asked_for_with_a_token(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_METRICS_TOKEN", "a-long-token")
    far = {"REMOTE_ADDR": "192.0.2.7"}
    right = {"Authorization": "Bearer a-long-token"}
    assert client.get("/metrics", headers=right, environ_base=far).status_code == 200
    wrong = {"Authorization": "Bearer another"}
    assert client.get("/metrics", headers=wrong, environ_base=far).status_code == 404


BODIES = {
    "a chunk without a size": b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "a chunk without an end": b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}xx\r\n0\r\n\r\n",
    "two kinds of length": b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "an unknown coding": b"Transfer-Encoding: cheese\r\n\r\n{}",
    "a lone surrogate": b'Content-Length: 16\r\n\r\n{"id": "\\ud800"}',
    "a number too large": b'Content-Length: 33\r\n\r\n{"level": 99999999999999999999999}',
    "no JSON": b"Content-Length: 3\r\n\r\n{,}",
    "no UTF-8": b"Content-Length: 4\r\n\r\n\xff\xfe{}",
}


@pytest.mark.once
def test_bad_bodies_are_refused_and_never_a_failure(server: Server) -> None:
    for name, rest in BODIES.items():
        with socket.create_connection(("127.0.0.1", server.port), 10) as connection:
            head = b"POST /api/ratings HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            connection.sendall(head + b"Authorization: Device none\r\n" + rest)
            connection.settimeout(10)
            status = int(connection.recv(4000).split()[1])
        assert 400 <= status < 500, (name, status)
    assert get(server.url + "/healthz")[0] == 200


@pytest.mark.slow
def test_it_comes_back_after_kill_9(instance: config.Instance) -> None:
    first = OwnProgram(instance.folder)
    until = time.monotonic() + 20
    while len(pids := [first.process.pid, *children(first.process.pid)]) < 3:
        assert time.monotonic() < until
        time.sleep(0.05)
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    first.process.wait(10)
    began = time.monotonic()
    second = OwnProgram(instance.folder)
    try:
        assert time.monotonic() - began < 10
        assert get(second.url + "/readyz")[0] == 200
    finally:
        second.stop()


def children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(one) for one in text.split()]


@pytest.mark.slow
@pytest.mark.sqlite
def test_a_damaged_database_ends_the_server_at_once(instance: config.Instance) -> None:
    instance.database.write_bytes(b"hello\n" * 2000)
    with pytest.raises(AssertionError, match="kiosk restore"):
        OwnProgram(instance.folder)


def test_it_closes_meals_by_itself(app: Flask, at_lunch: object) -> None:
    with app.app_context(), transaction():
        text = issue_pass(counter=counter())
        take_press(Press(phone_pass=read_pass(text), id=uuid4(), level=5))
    with app.app_context():
        assert session.query(MealKey).one().key is not None
    with clock.moved_to(LUNCH.replace(hour=6)):
        ticker.tick(app)
    with app.app_context():
        assert session.query(MealKey).one().key is None


def test_its_address_is_one_that_others_can_reach() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+\.\d+", lan_address())
    assert own_address("0.0.0.0", 8000) == f"http://{lan_address()}:8000"
    assert own_address("10.0.0.7", 80) == "http://10.0.0.7:80"
    assert own_address("::1", 80) == "http://[::1]:80"


@pytest.fixture
def greeting(
    app: Flask, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[[], str]:
    """A function that gives what the server says at its start."""
    monkeypatch.setenv("KIOSK_PUBLIC_URL", "http://10.0.0.7:8000")

    def greet() -> str:
        welcome.greet(app, everything=True)
        return capsys.readouterr().out

    return greet


def test_the_greeting_has_every_address(greeting: Callable[[], str], client: FlaskClient, app: Flask) -> None:
    said = greeting()
    for start in ("/ ", "/office/", "/c/c1?enrol=", "/r/"):
        assert f"http://10.0.0.7:8000{start}".strip() in said
    code = re.search(r"enrol=(\w+)", said)
    assert code
    with app.app_context():
        found = counters.enrol_code(code[1])
        assert found is not None
        assert found.counter.code == "c1"
    address = re.search(r"http://10.0.0.7:8000(/r/\S+)", said)
    assert address
    assert client.get(address[1]).status_code == 200
    assert "█" in said


def test_only_a_sample_school_tells_its_sign_ins(greeting: Callable[[], str], app: Flask) -> None:
    assert "Sample-lunch" not in greeting()
    with app.app_context(), transaction():
        change_settings(by=actor("test"), sample=True)
    said = greeting()
    assert "Sample-lunch-2026-orchid" in said
    assert all(f"  {name} (" in said for name in ("lin", "chen", "wu", "admin"))


@pytest.mark.once
@pytest.mark.parametrize(("value", "trusted"), [("", []), ("192.168.1.2", ["192.168.1.2"])])
def test_only_a_named_proxy_is_believed(
    monkeypatch: pytest.MonkeyPatch, value: str, trusted: list[str]
) -> None:
    monkeypatch.setenv("KIOSK_TRUSTED_PROXY", value)
    assert serving.trusted_proxies() == trusted
    told = serving.settings(host="127.0.0.1", port=1, workers=1, threads=1)["forwarded_allow_ips"]
    assert told.split(",") == ["127.0.0.1", "::1", *trusted]


def test_a_proxy_that_is_no_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_TRUSTED_PROXY", "*")
    with pytest.raises(Invalid):
        serving.trusted_proxies()


@pytest.mark.once
@pytest.mark.parametrize(("proxy", "believed"), [("127.0.0.1", True), ("127.0.0.2", False)])
def test_https_is_believed_from_the_proxy_alone(server: Server, proxy: str, believed: bool) -> None:
    line = http.client.HTTPConnection("127.0.0.1", server.port, 10, source_address=(proxy, 0))
    line.request("GET", "/?lang=en", headers={"X-Forwarded-Proto": "https"})
    answer = line.getresponse()
    assert ("Secure" in answer.headers["Set-Cookie"]) is believed
    assert ("Strict-Transport-Security" in answer.headers) is believed

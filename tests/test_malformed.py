"""Whatever is sent, the answer is never a failure of ours: malformed requests found by a long random walk."""

import json
import re
import socket
import threading
from collections import Counter as Tallier
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter

from kiosk import manifests
from kiosk.core import config
from kiosk.operation import audit
from tests.conftest import PASSWORD, Server, csrf, make_app
from tests.purchasing.test_imports import ledger
from tests.storm import LONGEST, MOST_MEMORY, NOT_TRIED, RAW, Storm, answered, forms, memory

SignIn = Callable[[str], FlaskClient]


@pytest.mark.once
@pytest.mark.parametrize("host", [".", "a..b", "x" * 64 + ".cn", "[::1", "evil.example:99999", "a b", ""])
def test_a_host_that_is_no_name_is_refused_with_a_page(standing: Flask, host: str) -> None:
    answer = standing.test_client().get("/nowhere", headers={"Host": host})
    assert answer.status_code in (400, 404)
    assert "<html" in answer.text


@pytest.mark.once
def test_a_redirect_never_names_the_host_that_was_sent(client: FlaskClient) -> None:
    for address in ("/office", "/data", "//evil.example/data", "/data?x=1"):
        answer = client.get(address, headers={"Host": "evil.example"})
        location = answer.headers.get("Location", "/")
        assert location.startswith("/"), (address, location)
        assert not location.startswith("//"), (address, location)
    assert client.get("/data?x=1").location == "/data/?x=1"


@pytest.mark.parametrize("number", ["9223372036854775808", "9" * 400, "１", "-1", "1_0", "0x1", "٣"])
@pytest.mark.parametrize("address", ["/sheets/{}", "/items/{}", "/office/staff/{}"])
def test_odd_numbers_in_an_address_lead_nowhere(onlooker: SignIn, address: str, number: str) -> None:
    assert onlooker("lin").get(address.format(quote(number))).status_code == 404


@pytest.mark.once
@pytest.mark.parametrize("body", [1, "x", [1], {"name": 5, "badge": {}}, None, [["name", 1]]])
def test_json_is_no_form(onlooker: SignIn, body: object) -> None:
    client = onlooker("lin")
    headers = {"X-CSRFToken": csrf(client, "/office/staff/new")}
    answer = client.post(
        "/office/staff/new", data=json.dumps(body), content_type="application/json", headers=headers
    )
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "address",
    [
        "/office/ratings/counters/c1?day=0001-01-01",
        "/office/ratings/counters/c1?before=9223372036854775808",
        f"/office/ratings/counters/c1?before={'9' * 5000}",
        "/office/ratings/marks?day=0001-01-01",
        "/?day=0001-01-01",
        "/?day=9999-12-31",
        "/print/day?day=0001-01-01",
        "/print/day?day=9999-12-31&canteen=%00",
        "/data/ratings.json?from=0001-01-01&to=0001-01-02",
        "/data/purchases.csv?to=0001-01-01",
        "/data/purchases.json?from=9999-12-31&to=9999-12-31",
        "/office/school/days?month=0001-01",
        "/office/school/days?month=9999-12",
        "/office/purchasing/sheets/new?day=0001-01-01",
    ],
)
def test_the_ends_of_the_calendar_and_of_numbers_are_no_failure(onlooker: SignIn, address: str) -> None:
    assert onlooker("lin").get(address).status_code < 500


@pytest.mark.once
def test_behind_https_every_cookie_is_for_https_alone(
    instance: config.Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the proxy stands on another machine and its word is not believed."""
    monkeypatch.setenv("KIOSK_PUBLIC_URL", "https://kiosk.school.test")
    app = make_app(config.locate(instance.folder))
    client, https = app.test_client(), "https://kiosk.school.test"
    form = {"username": "lin", "password": PASSWORD}
    answers = [
        client.get("/sign-in?lang=en", base_url=https),
        client.get("/?lang=en"),
    ]
    page = client.get("/sign-in", base_url=https).text
    form["csrf_token"] = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    environ = {"wsgi.url_scheme": "http"}
    answers.append(client.post("/sign-in", data=form, base_url=https, environ_overrides=environ))
    assert answers[-1].status_code == 302
    cookies = [cookie for answer in answers for cookie in answer.headers.getlist("Set-Cookie")]
    assert {cookie.split("=")[0] for cookie in cookies} == {"__Host-session", "known", "lang"}
    for cookie in cookies:
        assert "Secure" in cookie, cookie
        assert "HttpOnly" in cookie, cookie
        assert "SameSite=Lax" in cookie, cookie
    assert all("Strict-Transport-Security" in answer.headers for answer in answers)
    page = client.get("/sign-in", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in page.headers  # its length could tell the form's token


def test_what_is_hardly_http_is_answered_too(server: Server) -> None:
    for name, sent in RAW.items():
        with socket.create_connection(("127.0.0.1", server.port), 10) as connection:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            answer = connection.recv(4000)
        assert 200 <= int(answer.split()[1]) < 500, (name, answer)
    with urlopen(server.url + "/healthz", timeout=5) as healthy:
        assert healthy.status == 200


ODD = ("", "9" * 5000, "0001-01-01", "9999-12-31", "a\0b", "１２", "1e309", "NaN", "x" * 9000, "24:00")


@pytest.mark.slow
def test_no_form_fails_on_an_odd_value(app: Flask, signed_in: SignIn) -> None:
    """Every form of the map with the same odd text in every field that its rooms know."""
    app.config["WTF_CSRF_ENABLED"] = False
    fields = sorted(set(re.findall(r"^    (\w+) = \w*[Ff]ield\(", forms(), re.MULTILINE)))
    fields += [one.name for room in manifests() for one in room.settings]
    assert len(fields) > 60
    client = signed_in("lin")
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.endpoint in NOT_TRIED:
            continue
        values: dict[str, str | int] = {"code": "c1", "username": "wu", "day": "2026-03-04", "pass_text": "x"}
        values |= {"state": "on", "verdict": "same"}
        values |= {name: 1 for name in rule.arguments if name not in values}
        values |= {
            name: min(one.items)
            for name, one in rule._converters.items()
            if isinstance(one, AnyConverter) and values.get(name) not in one.items
        }
        with app.test_request_context():
            address = url_for(rule.endpoint, **{name: values[name] for name in rule.arguments})
        for odd in ODD:
            data = dict.fromkeys((*fields, "table", "begin", "reasons", "line_item", "line_quantity"), odd)
            assert client.post(address, data=data).status_code < 500, (address, odd[:20])


@pytest.mark.slow
@pytest.mark.once
def test_ten_thousand_malformed_requests_do_no_harm(
    app: Flask, device_key: str, signed_in: SignIn, instance: config.Instance
) -> None:
    """No answer of 500 or above, none after eight seconds; memory stays, and health is green throughout."""
    browser = signed_in("lin")
    token = csrf(browser, "/office/purchasing/import")
    cookie = browser.get_cookie("session")
    assert cookie
    storm = Storm(app, 10_000, key=device_key, cookie=cookie.value, token=token, ledger=ledger())
    server, statuses, bad = Server(instance.folder), Tallier[int](), []
    health = threading.Event()
    sick: list[str] = []
    watcher = threading.Thread(target=watch, args=(server, health, sick))
    watcher.start()
    try:
        with ThreadPoolExecutor(8) as senders:
            requests = list(storm)
            answers = senders.map(lambda sent: answered(server.port, sent), requests)
            for sent, (status, seconds) in zip(requests, answers, strict=True):
                statuses[status] += 1
                if status >= 500 or seconds > LONGEST:
                    bad.append((status, round(seconds, 1), sent[:300]))
        held = memory(server)
    finally:
        health.set()
        watcher.join()
        server.stop()
    assert not bad, (len(bad), bad[:3], "".join(server.output)[-3000:])
    assert not sick
    assert held < MOST_MEMORY, held
    assert statuses.total() == 10_000
    assert min(statuses[status] for status in (200, 201, 400, 401, 404, 405, 422)) > 5, statuses
    assert browser.get("/office/").status_code == 200  # the storm was signed in to its end
    with app.app_context():
        assert audit.check().problems == []


def watch(server: Server, over: threading.Event, sick: list[str]) -> None:
    """Ask for the server's health until it is over."""
    while not over.wait(0.3):
        try:
            with urlopen(server.url + "/healthz", timeout=LONGEST) as answer:
                if answer.status != 200:
                    sick.append(str(answer.status))
        except OSError as error:
            sick.append(str(error))

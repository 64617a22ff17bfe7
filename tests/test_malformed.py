"""Whatever is sent, the answer is never a failure of ours: malformed requests found by a long random walk."""

import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from kiosk import create_app
from kiosk.core import config
from tests.conftest import PASSWORD, csrf

SignIn = Callable[[str], FlaskClient]


@pytest.mark.parametrize("host", [".", "a..b", "x" * 64 + ".cn", "[::1", "evil.example:99999", "a b", ""])
def test_a_host_that_is_no_name_is_refused_with_a_page(client: FlaskClient, host: str) -> None:
    answer = client.get("/nowhere", headers={"Host": host})
    assert answer.status_code in (400, 404)
    assert "<html" in answer.text


def test_a_redirect_never_names_the_host_that_was_sent(client: FlaskClient) -> None:
    for address in ("/office", "/data", "//evil.example/data", "/data?x=1"):
        answer = client.get(address, headers={"Host": "evil.example"})
        location = answer.headers.get("Location", "/")
        assert location.startswith("/"), (address, location)
        assert not location.startswith("//"), (address, location)
    assert client.get("/data?x=1").location == "/data/?x=1"


@pytest.mark.parametrize("number", ["9223372036854775808", "9" * 400, "１", "-1", "1_0", "0x1", "٣"])
@pytest.mark.parametrize("address", ["/sheets/{}", "/items/{}", "/office/staff/{}"])
def test_odd_numbers_in_an_address_lead_nowhere(signed_in: SignIn, address: str, number: str) -> None:
    assert signed_in("lin").get(address.format(quote(number))).status_code == 404


@pytest.mark.parametrize("body", [1, "x", [1], {"name": 5, "badge": {}}, None, [["name", 1]]])
def test_json_is_no_form(signed_in: SignIn, body: object) -> None:
    client = signed_in("lin")
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
def test_the_ends_of_the_calendar_and_of_numbers_are_no_failure(signed_in: SignIn, address: str) -> None:
    assert signed_in("lin").get(address).status_code < 500


def test_behind_https_every_cookie_is_for_https_alone(
    instance: config.Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the proxy stands on another machine and its word is not believed."""
    monkeypatch.setenv("KIOSK_PUBLIC_URL", "https://kiosk.school.test")
    app = create_app(config.locate(instance.folder))
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

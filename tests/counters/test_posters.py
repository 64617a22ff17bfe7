"""Posters: every counter's printed code, decodable, with its address in text."""

import re
from collections.abc import Callable

import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient

from kiosk.counters import queries
from tests.conftest import counter
from tests.core.test_qr import draw

SignedIn = Callable[[str], FlaskClient]
PUBLIC = "http://192.168.1.10:8000"


@pytest.fixture(autouse=True)
def _public(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_PUBLIC_URL", PUBLIC)


def codes(page: str) -> list[str]:
    """What a phone reads from the page's codes."""
    return [
        zxingcpp.read_barcodes(draw(one, 4))[0].text
        for one in re.findall(r'<svg[^>]*class="qr".*?</svg>', page)
    ]


def test_all_posters_in_one_print(signed_in: SignedIn, app: Flask) -> None:
    page = signed_in("lin").get("/office/counters/posters").text
    with app.app_context():
        wanted = [queries.poster_url(one) for one in queries.counters()]
    assert codes(page) == wanted
    assert page.count("请先连接校园网络") == 3
    assert f"{PUBLIC}/c/water" in page


def test_a_posters_code_opens_the_phone_page(signed_in: SignedIn, client: FlaskClient) -> None:
    (address,) = codes(signed_in("chen").get("/office/counters/c1/poster?size=a3").text)
    answer = client.get(address.removeprefix(PUBLIC))
    assert answer.status_code == 303
    assert client.get(answer.headers["Location"]).status_code == 200


def test_a_poster_of_one_counter_is_refused_by_another(client: FlaskClient, context: Flask) -> None:
    token = queries.poster_token(counter("c1"))
    assert client.get(f"/q/c1?p={token}").status_code == 303
    assert client.get(f"/q/c2?p={token}").status_code == 403


def test_strangers_and_other_roles_print_none(client: FlaskClient, signed_in: SignedIn) -> None:
    for address in ("/office/counters/posters", "/office/counters/c1/poster"):
        assert client.get(address).status_code == 302
        assert signed_in("wu").get(address).status_code == 403


def test_without_an_address_the_poster_says_so(signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KIOSK_PUBLIC_URL")
    page = (
        signed_in("lin").get("/office/counters/c1/poster", headers={"X-Forwarded-Host": "evil.example"}).text
    )
    assert codes(page) == []
    assert "KIOSK_PUBLIC_URL" in page
    assert "evil.example" not in page
    assert "localhost" not in page


@pytest.mark.parametrize(
    ("address", "private"),
    [
        ("http://192.168.1.10:8000", True),
        ("http://10.0.0.1", True),
        ("http://[fd00::1]:8000", True),
        ("http://kiosk", True),
        ("http://kiosk.local", True),
        ("http://kiosk.school.test", True),
        ("https://kiosk.school.example.cn", False),
        ("http://8.8.8.8", False),
    ],
)
def test_private_addresses_are_told(address: str, private: bool) -> None:
    assert queries.is_private(address) is private

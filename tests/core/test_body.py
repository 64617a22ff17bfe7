"""Bodies of forms, broken in every way: 400 before any view, and never a failure of ours."""

import json
import random
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.presence.services import issue_pass
from kiosk.ratings.queries import stored
from tests.conftest import counter, csrf, enrol

SignIn = Callable[[str], FlaskClient]
FORMS = (
    "/sign-in",
    "/theme",
    "/office/staff/new",
    "/office/purchasing/import",
    "/office/purchasing/sheets/new",
)
"""A stranger's forms and the office's, one of them with a file."""
MULTIPART = "multipart/form-data; boundary=x"
URLENCODED = "application/x-www-form-urlencoded"


def part(disposition: str | bytes, value: bytes = b"1", more: bytes = b"") -> bytes:
    """One part of a multipart body."""
    head = disposition.encode() if isinstance(disposition, str) else disposition
    return b"--x\r\nContent-Disposition: " + head + b"\r\n" + more + b"\r\n" + value + b"\r\n"


END = b"--x--\r\n"
GOOD = part('form-data; name="name"')
REFUSED: dict[str, tuple[str, bytes]] = {
    "a part without a name": (MULTIPART, part("form-data") + END),
    "a file without a name": (MULTIPART, part('form-data; filename="a.csv"') + END),
    "a nameless part among good ones": (MULTIPART, GOOD + part("form-data; nam=e") + GOOD + END),
    "a part without a disposition": (MULTIPART, b"--x\r\nX: 1\r\n\r\n1\r\n" + END),
    "a part's head that is no UTF-8": (MULTIPART, part(b'form-data; name="\xff\xfe"') + END),
    "no end": (MULTIPART, GOOD),
    "an end in the middle of a head": (MULTIPART, GOOD + b"--x\r\nContent-Dispos"),
    "nothing at all between boundaries": (MULTIPART, b"--x\r\n--x\r\n" + END),
    "another boundary": (MULTIPART, GOOD.replace(b"--x", b"--y") + b"--y--\r\n"),
    "a multipart body without a boundary": ("multipart/form-data", GOOD + END),
    "bytes that are no UTF-8": (URLENCODED, b"name=\xff\xfe"),
}
NAMED, FILE = 'form-data; name="name"', 'form-data; name="f"; filename="a"'
READ: dict[str, tuple[str, bytes]] = {
    "an odd charset": (MULTIPART, part(NAMED, b"\xff", b"Content-Type: text/plain; charset=x\r\n") + END),
    "a part in UTF-16": (
        MULTIPART,
        part(NAMED, b"\xff\xfe1\0", b"Content-Type: a/b; charset=utf-16\r\n") + END,
    ),
    "a lying length of a part": (MULTIPART, part(FILE, b"1", b"Content-Length: 99999999999\r\n") + END),
    "a length that is no number": (MULTIPART, part(FILE, b"1", b"Content-Length: x\r\n") + END),
    "a form within a form": (
        MULTIPART,
        part(NAMED, b"--y\r\n\r\n1\r\n--y--", b"Content-Type: multipart/mixed; boundary=y\r\n") + END,
    ),
    "a name of NUL": (MULTIPART, part('form-data; name="\0"') + END),
    "an empty name": (MULTIPART, part('form-data; name=""') + END),
    "a name in another charset": (MULTIPART, part("form-data; name*=utf-16''%00%ff") + END),
    "a surrogate in a name": (MULTIPART, part("form-data; name*=utf-8''%ed%a0%80; name=a") + END),
    "a prefix before the token's name": (MULTIPART, part('form-data; name="x-csrf_token"') + END),
    "garbage of percent signs": (URLENCODED, b"name=%&%zz=%u1234&%=%%%&&&===;"),
    "half a character": (URLENCODED, b"name=%ed%a0%80&%ff=%fe&csrf_token=%ed%bf%bf"),
    "NULs": (URLENCODED, b"\0=\0&name=\0%00"),
    "an odd charset of the whole": (f"{URLENCODED}; charset=utf-7", b"name=+AGE-"),
    "a type that is none": ("multipart/form-data; boundary*=x''%00; charset=\xff", GOOD + END),
    "no type": ("", b"name=1"),
}
MANY: dict[str, tuple[str, bytes]] = {
    "20,001 parts": (MULTIPART, part('form-data; name="a"') * 20_001 + END),
    "a head of a megabyte": (MULTIPART, part('form-data; name="' + "a" * 2**20 + '"') + END),
    "a boundary of nothing": ("multipart/form-data; boundary=", GOOD + END),
}


@pytest.fixture(scope="module")
def browsers(standing: Flask, onlooker: SignIn) -> dict[str, tuple[FlaskClient, str]]:
    """Nobody's browser and one that is signed in, each with a good token."""
    client, lin = standing.test_client(), onlooker("lin")
    return {"nobody": (client, csrf(client, "/sign-in")), "lin": (lin, csrf(lin, "/office/staff/new"))}


def statuses(
    browsers: dict[str, tuple[FlaskClient, str]], kind: str, body: bytes
) -> Iterator[tuple[str, int]]:
    """What every form answers to a body, with a good token in the head and without."""
    for who, (client, token) in browsers.items():
        for address in FORMS:
            for headers in ({}, {"X-CSRFToken": token}):
                answer = client.post(address, data=body, content_type=kind, headers=headers)
                yield f"{who} {address} {[*headers]}", answer.status_code


@pytest.mark.parametrize("name", REFUSED)
def test_a_broken_body_is_refused_before_any_view(
    browsers: dict[str, tuple[FlaskClient, str]], name: str
) -> None:
    for place, status in statuses(browsers, *REFUSED[name]):
        assert status == 400, place


@pytest.mark.parametrize("name", [*READ, *(pytest.param(name, marks=pytest.mark.slow) for name in MANY)])
def test_an_odd_body_is_no_failure_of_ours(browsers: dict[str, tuple[FlaskClient, str]], name: str) -> None:
    for place, status in statuses(browsers, *(READ | MANY)[name]):
        assert 200 <= status < 500, place


@pytest.mark.slow
def test_a_body_changed_by_chance_is_no_failure_of_ours(browsers: dict[str, tuple[FlaskClient, str]]) -> None:
    """Three hundred bodies, always the same: bytes changed, cut, doubled or put in, at every form in turn."""
    dice = random.Random(3)
    seeds = [*REFUSED.values(), *READ.values(), (MULTIPART, GOOD * 3 + END)]
    for number in range(300):
        kind, body = dice.choice(seeds)
        raw = bytearray(body)
        for _ in range(dice.randint(1, 6)):
            at = dice.randrange(len(raw) + 1)
            change = dice.random()
            if change < 0.6:
                raw[at : at + 1] = dice.choice((b"\r\n", b"\0", b"--x", b'"', b";", b"=", b"\xff", b"%", b""))
            elif change < 0.8:
                del raw[at : at + dice.randint(1, 30)]
            else:
                raw[at:at] = raw[: dice.randint(1, 60)]
        client, token = browsers[dice.choice(("nobody", "lin"))]
        address = FORMS[number % len(FORMS)]
        answer = client.post(
            address, data=bytes(raw), content_type=kind, headers={"X-CSRFToken": token} if number % 2 else {}
        )
        assert 200 <= answer.status_code < 500, (address, kind, bytes(raw))


BROKEN_JSON = (
    b"", b"\0", b"\xff", b"{", b'{"a":"\\ud800"}', b"[" * 4000, b'{"level":1e999}', b'{"id":NaN}', b'"' * 99,
    json.dumps({"id": str(UUID(int=4)), "counter": "c1\ud800", "level": 4}).encode(), GOOD + END, b"1" * 5000,
)  # fmt: skip


@pytest.fixture(scope="module")
def authority(standing: Flask) -> dict[str, str]:
    """The head of a tablet's requests."""
    return {"Authorization": f"Device {enrol(standing, 'c1')}"}


@pytest.mark.parametrize("body", BROKEN_JSON)
def test_machines_get_the_same(standing: Flask, authority: dict[str, str], body: bytes) -> None:
    client = standing.test_client()
    posts = [rule for rule in standing.url_map.iter_rules() if rule.rule.startswith("/api/")]
    addresses = [rule.rule for rule in posts if "POST" in (rule.methods or ()) and not rule.arguments]
    assert "/api/ratings" in addresses
    for address in addresses:
        for kind in ("application/json", "application/json; charset=utf-16", MULTIPART, URLENCODED):
            for headers in ({}, authority):
                answer = client.post(address, data=body, content_type=kind, headers=headers)
                assert answer.status_code < 500, (address, kind)


def test_a_phone_with_a_broken_form_is_told_so(context: Flask, client: FlaskClient) -> None:
    """Its form needs no token: what breaks off is no rating."""
    address = f"/r/{issue_pass(counter=counter(), channel='slip')}"
    for kind, body in REFUSED.values():
        level = part('form-data; name="level"', b"1") if kind == MULTIPART else b"level=1&"
        assert client.post(address, data=level + body, content_type=kind).status_code == 400
    assert stored() == 0

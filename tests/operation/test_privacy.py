"""After a thousand ratings the instance holds nothing of who gave them: every byte of it is looked at."""

import http.client
import json
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from kiosk.core import clock, config
from kiosk.core.db import session, transaction
from kiosk.core.security import decode
from kiosk.operation import backups, ticker
from kiosk.presence.models import MealKey
from kiosk.presence.services import issue_pass, qr_token
from kiosk.ratings.models import RatingVisitor
from kiosk.ratings.queries import stored
from kiosk.ratings.services import close_meals
from tests.conftest import PASSWORD, Server, actor, counter

SOURCE = "127.77.66.55"
AGENT = "Zyxwvut-Browser"
SPIED = {
    "User-Agent": f"Mozilla/5.0 ({AGENT}; Telefon 12) MicroMessenger/8.0 NetType/WIFI",
    "X-Forwarded-For": "203.0.113.77, 198.51.100.23",
    "X-Real-IP": "203.0.113.77",
    "Forwarded": 'for="[2001:db8:cafe::17]:4711"',
    "Via": "1.1 gateway.zyxwvut.example",
    "Referer": "http://zyxwvut.example/from",
    "Cookie": "tracking=zyxwvut-tracking-cookie",
    "X-Device-Id": "zyxwvut-device",
}
NEEDLES = {
    "the address": SOURCE.encode(),
    "a forwarded address": b"203.0.113.77",
    "another one": b"198.51.100.23",
    "one of version 6": b"2001:db8:cafe",
    "the agent, the cookie or the device": AGENT.split("-")[0].lower().encode(),
    "the messenger": b"micromessenger",
}


class Person:
    """A client from an address of its own that sends whatever could betray it."""

    def __init__(self, server: Server) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", server.port, 30, source_address=(SOURCE, 0))

    def ask(
        self, method: str, path: str, body: str = "", **headers: str
    ) -> tuple[int, http.client.HTTPMessage, str]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if "Cookie" in named:
            named["Cookie"] += "; " + SPIED["Cookie"]
        self.line.request(method, path, body.encode(), SPIED | named)
        answer = self.line.getresponse()
        return answer.status, answer.headers, answer.read().decode("utf-8", "replace")

    def rate(self, authority: dict[str, str], **content: Any) -> None:
        body = json.dumps({"id": str(uuid4()), "counter": "c1", "level": 4, **content})
        status, _headers, text = self.ask(
            "POST", "/api/ratings", body, Content_Type="application/json", **authority
        )
        assert status == 201, text


def phone(person: Person, token: str, cookie: str = "") -> tuple[str, str]:
    """Scan, rate by the page's form; the visitor's cookie and the pass."""
    given = {"Cookie": cookie} if cookie else {}
    status, headers, _text = person.ask("GET", f"/q/c1?t={token}", **given)
    assert status == 303
    made = next(one for one in headers.get_all("Set-Cookie", []) if one.startswith("visitor="))
    cookie, page = made.split(";")[0], headers["Location"]
    form = urlencode({"level": "2"})
    status, _headers, text = person.ask(
        "POST", page, form, Content_Type="application/x-www-form-urlencoded", Cookie=cookie
    )
    assert status in (200, 303), text
    return cookie.partition("=")[2], page.rsplit("/", 1)[1]


@pytest.fixture
def thousand(app: Flask, instance: config.Instance, device_key: str) -> dict[str, bytes]:
    """A thousand ratings by tablet, slip and phone on the running product; what may be found nowhere now."""
    needles = dict(NEEDLES)
    with app.app_context():
        slips = [issue_pass(counter=counter(), channel="slip") for _ in range(250)]
    server = Server(instance.folder)
    try:
        person = Person(server)
        for number in range(600):
            person.rate({"Authorization": f"Device {device_key}"}, seq=number, comment=f"很香{number}")
        for number, slip in enumerate(slips):
            person.rate({"X_Pass": slip})
            needles[f"slip {number}"] = slip.encode()
        for number in range(150):
            with app.app_context():
                token = qr_token(counter()).text
            cookie, used = phone(person, token)
            needles |= {
                f"cookie {number}": cookie.encode(),
                f"cookie {number}, its random part": decode(cookie)[:16],
                f"pass {number}": used.encode(),
            }
        strange(person)
    finally:
        server.stop()
    (instance.folder / "server.log").write_text("".join(server.output))
    needles["the tablet's key"] = device_key.encode()
    return needles


def strange(person: Person) -> None:
    """What ends in a refusal, and may end in a log."""
    person.ask("GET", "/nowhere")
    person.ask("POST", "/api/ratings", "{", Content_Type="application/json", Authorization="Device x")
    person.ask("GET", "/c/c1", Cookie="tablet=zyxwvut")
    form = urlencode({"username": "lin", "password": "zyxwvut-" + PASSWORD})
    person.ask("POST", "/sign-in", form, Content_Type="application/x-www-form-urlencoded")
    with closing(http.client.HTTPConnection("127.0.0.1", person.line.port, 10)) as line:
        line.request("POST", "/api/ratings", b"zz", {"Transfer-Encoding": "chunked", **SPIED})
        line.getresponse()


def finds(folder: Path, needles: dict[str, bytes]) -> list[str]:
    """Where any of it stands, whatever its case."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            raw = path.read_bytes()
            lower = raw.lower()
            found += [
                f"{name} in {path.name}"
                for name, needle in needles.items()
                if needle in raw or needle in lower
            ]
    return found


@pytest.mark.slow
@pytest.mark.sqlite
def test_nothing_in_the_instance_leads_to_who_rated(
    app: Flask, instance: config.Instance, thousand: dict[str, bytes]
) -> None:
    with app.app_context():
        assert stored() == 1000
        assert session.query(RatingVisitor).count() == 400  # phones and slips
        visitors = {f"visitor {row.rating_seq}": row.visitor for row in session.query(RatingVisitor)}
        visitors |= {"the meal's key": session.query(MealKey.key).scalar()}
        session.remove()
    assert finds(instance.folder, {"a comment": "很香599".encode()})  # it would be seen
    assert finds(instance.folder, thousand) == []
    backups.make(instance)
    with app.app_context():
        with transaction():
            close_meals(by=actor("kiosk"), everything=True)
        session.remove()
    with clock.moved_to(clock.now() + timedelta(hours=2)):  # the server may have been stopped in a backup
        ticker.tick(app)
    names = {path.name for path in instance.folder.rglob("*") if path.is_file()}
    assert {"kiosk.sqlite3", "kiosk.sqlite3-wal", "server.log"} <= names
    assert backups.dated(instance)
    assert finds(instance.folder, {**thousand, **visitors}) == []


@pytest.mark.sqlite
def test_a_leak_would_be_found(app: Flask, instance: config.Instance) -> None:
    from kiosk.school.models import Setting

    for name, value in {"the agent": AGENT, "the address": SOURCE}.items():
        with app.app_context(), transaction():
            session.add(Setting(key=name, value={"seen": value}))
        assert finds(instance.folder, {name: value.lower().encode()}), name


def test_a_failed_statement_logs_no_values(context: Flask) -> None:
    with pytest.raises(DatabaseError) as failure:
        session.execute(text("SELECT 1 FROM nowhere WHERE comment = :comment"), {"comment": "13800000000"})
    assert "13800000000" not in str(failure.value)

"""A chat group's robot on the loopback that answers as WeCom's and DingTalk's do."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.messages.services import drain, send
from tests.mailbox import Mailbox

NOON = datetime(2026, 3, 4, 4, 10, tzinfo=UTC)
"""A Wednesday, 12:10 in Shanghai."""
KEY = "633a31f6-7f9c-4bc4-97a0-0ec1eefa5898"
SECRET = "SEC240d7bb4c0bafc62"
OK = {"errcode": 0, "errmsg": "ok"}
TOO_FAST = {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"}


class _Exchange(BaseHTTPRequestHandler):
    """One request to a robot."""

    server: "Robots"

    def do_POST(self) -> None:
        """Judge the request as the maker does; keep what was taken."""
        address, robots = urlsplit(self.path), self.server
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        robots.asked.append((self.path, json.loads(raw)))
        if robots.way == "cut":
            self.connection.close()
            return
        if robots.way == "silent":
            robots.patience.wait(30)
            return
        answer = robots.answer or self._judge(address.path, query, json.loads(raw))
        status = 302 if robots.way == "elsewhere" else robots.status
        body = robots.body or json.dumps(answer, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _judge(self, path: str, query: dict[str, str], sent: dict[str, Any]) -> dict[str, Any]:
        wecom = path == "/cgi-bin/webhook/send"
        if query.get("key" if wecom else "access_token") != KEY:
            return {"errcode": 93000 if wecom else 300001, "errmsg": f"invalid webhook url {KEY}"}
        if sent["msgtype"] != "text" or (wecom and len(sent["text"]["content"].encode()) > 2048):
            return {"errcode": 40058, "errmsg": "content exceed max length"}
        if not wecom and self.server.secret and query.get("sign") != self._sign(query.get("timestamp", "")):
            return {"errcode": 310000, "errmsg": "sign not match"}
        if not wecom and self.server.keyword not in sent["text"]["content"]:
            return {"errcode": 310000, "errmsg": "keywords not in content"}
        self.server.said.append(sent["text"]["content"])
        return OK

    def _sign(self, timestamp: str) -> str:
        """The signature as DingTalk's page explains it."""
        secret = self.server.secret
        digest = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256).digest()
        return base64.b64encode(digest).decode()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Robots(ThreadingHTTPServer):
    """Both makers' robots: what they were asked, what they said in the group."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Exchange)
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.said: list[str] = []
        self.way, self.status, self.body = "", 200, b""
        self.answer: dict[str, Any] | None = None
        self.secret, self.keyword = "", ""
        self.patience = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def wecom(self) -> str:
        """The address of the WeCom robot."""
        return f"http://127.0.0.1:{self.server_address[1]}/cgi-bin/webhook/send?key={KEY}"

    @property
    def dingtalk(self) -> str:
        """The address of the DingTalk robot."""
        return f"http://127.0.0.1:{self.server_address[1]}/robot/send?access_token={KEY}"


@pytest.fixture
def robots(monkeypatch: pytest.MonkeyPatch) -> Iterator[Robots]:
    """The robots; the configuration allows the loopback, and names the WeCom one."""
    with Robots() as server:
        monkeypatch.setenv("KIOSK_MESSAGES_HOSTS", "127.0.0.1")
        monkeypatch.setenv("KIOSK_MESSAGES_WECOM", server.wecom)
        monkeypatch.setenv("KIOSK_PUBLIC_URL", "https://counter.school.example")
        yield server
        server.patience.set()
        server.shutdown()


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """A mail server that the configuration names."""
    with Mailbox() as server:
        monkeypatch.setenv("KIOSK_SMTP_URL", f"smtp://127.0.0.1:{server.server_address[1]}")
        yield server
        server.shutdown()


@pytest.fixture
def school(app: Flask) -> Iterator[Flask]:
    """The school at ten past twelve."""
    with clock.moved_to(NOON), app.app_context():
        yield app
        session.remove()


def say(number: int = 12, to: str = "head", text: str = "一号窗口 · 评价") -> bool:
    """What a room would say of a case."""
    with transaction():
        return send(
            key=f"case:{number}:safety",
            to=to,
            title=f"安全问题：第 {number} 号",
            text=text,
            path=f"/office/cases/{number}",
        )


def at(moment: datetime) -> None:
    """A round of the ticker at a time."""
    with clock.moved_to(moment):
        drain()

"""Requests with something wrong in them: a few by name, and ten thousand by chance, always the same ones."""

import json
import os
import random
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask

from tests.conftest import ROOT, Server

LONGEST = 8.0
"""Seconds after which an answer counts as a hang."""
MOST_MEMORY = 640 * 2**20
"""Bytes that the server's processes may hold together at the end; pages that they share count for each."""

NOT_TRIED = {"auth.sign_out", "office.auth.revoke", "office.auth.password"}

RAW = {
    "a path of nothing but slashes": b"GET //////// HTTP/1.1\r\nHost: x\r\n\r\n",
    "an absolute address": b"GET http://evil.example/healthz HTTP/1.1\r\nHost: x\r\n\r\n",
    "NUL in the path": b"GET /c/%00 HTTP/1.1\r\nHost: x\r\n\r\n",
    "bytes that are no UTF-8": b"GET /c/%ff?q=%ff HTTP/1.1\r\nHost: x\r\nCookie: lang=\xff\r\n\r\n",
    "a line that is too long": b"GET /" + b"x" * 5000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "too many headers": b"GET / HTTP/1.1\r\n" + b"X-A: 1\r\n" * 100 + b"\r\n",
    "a header in two lines": b"GET / HTTP/1.1\r\nHost: x\r\nX-A: 1\r\n 2\r\n\r\n",
    "no version": b"GET /\r\n\r\n",
    "another version": b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
    "a method nobody knows": b"FOO / HTTP/1.1\r\nHost: x\r\n\r\n",
    "a host of dots": b"GET / HTTP/1.1\r\nHost: ...\r\n\r\n",
    "a range of nonsense": b"GET /static/css/base.css HTTP/1.1\r\nHost: x\r\nRange: bytes=9-1\r\n\r\n",
    "an expectation": b"POST /theme HTTP/1.1\r\nHost: x\r\nExpect: cheese\r\n\r\n",
    "a length below nothing": b"POST /theme HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
    "a body that breaks off": b"POST /theme HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\na=1",
    "a chunk that never ends": b"POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\nffffffffffffffff\r\na=1",
    "a form without an end": b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 40\r\n"
    b'Content-Type: multipart/form-data; boundary="\r\n\r\n' + b"-" * 40,
    "brackets without an end": b"POST /api/ratings HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n"
    b"Content-Type: application/json\r\nAuthorization: Device x\r\n\r\n" + b"[" * 9000,
}


def forms() -> str:
    """The text of every room's forms."""
    return "\n".join(file.read_text("utf-8") for file in sorted((ROOT / "kiosk").glob("*/forms.py")))


VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 6, 2**63, 2**64, -(2**63), 1e309, 0.5, "", "5", "x" * 5000, "a\0b", "\ud800",
    "１２", "NaN", [], {}, [[]], {"a": {}}, ["taste"] * 2000, "c1", "../../etc/passwd", "'; DROP TABLE x; --",
    "=1+1", "2026-03-04T12:00:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+23:59",
    "<script>alert(1)</script>",
)  # fmt: skip
TEXTS = (
    "0", "-1", "9" * 400, "%00", "%ff%fe", "%ed%a0%80", "..%2f..%2f", "c1", "x" * 3000, "%F0%9F%98%80", "１",
    "null", "2026-13-45", "a%0d%0aSet-Cookie:x=1", "%2e%2e", "*", "lunch", "*/*;q=x",
)  # fmt: skip


class Storm:
    """Malformed requests, always the same ones: each is the bytes of one connection."""

    def __init__(self, app: Flask, number: int, *, key: str, cookie: str, token: str, ledger: bytes) -> None:
        self.dice, self.number = random.Random(7), number
        self.key, self.cookie, self.token, self.ledger = key, cookie, token, ledger
        self.rules = [rule.rule for rule in app.url_map.iter_rules() if "live" not in rule.rule]
        self.forms = [
            rule.rule
            for rule in app.url_map.iter_rules()
            if "POST" in (rule.methods or ()) and rule.endpoint not in NOT_TRIED
        ]
        self.fields = sorted(set(re.findall(r"^    (\w+) = \w*Field\(", forms(), re.MULTILINE)))
        self.machines = [rule for rule in self.forms if rule.startswith("/api/")]

    def __iter__(self) -> Iterator[bytes]:
        kinds = (self.rating, self.rating, self.rating, self.page, self.form, self.noise, self.noise)
        for number in range(self.number):
            yield self.file() if number % 40 == 0 else self.dice.choice(kinds)()

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
        head = {
            "Host": "kiosk.school.test",
            "Connection": "close",
            "Content-Length": str(len(body)),
            **headers,
        }
        lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in head.items())
        return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode("utf-8", "replace") + body

    def rating(self) -> bytes:
        """A rating, or what else machines send, with something wrong in it."""
        sent: Any = {
            "id": str(UUID(int=self.dice.getrandbits(128), version=4)),
            "counter": "c1",
            "level": 4,
            "seq": 1,
            "comment": "好",
            "reasons": ["taste"],
        }
        for _ in range(self.dice.randint(1, 3)):
            name = self.dice.choice(
                [*sent, "pressed_at", "live", "staff", "unsent", "code", "entries", "odd"]
            )
            sent[name] = self.dice.choice(VALUES)
        sent = self.dice.choice((sent, sent, sent, [sent], self.dice.choice(VALUES)))
        body = json.dumps(sent).encode("utf-8", "surrogatepass")
        cut = self.dice.random()
        if cut < 0.1:
            body = body[: self.dice.randrange(len(body))]
        elif cut < 0.2:
            body = self.dice.choice(
                (b"\xef\xbb\xbf" + body, body.decode().encode("utf-16"), b"[" * 3000, b"\xff" * 99)
            )
        authority = self.dice.choice((self.key, self.key, self.key, "x", "é", "x" * 500))
        path = self.dice.choice(("/api/ratings", self.dice.choice(self.machines)))
        kind = self.dice.choice(
            ("application/json",) * 9 + ("text/plain", "application/json; charset=utf-16")
        )
        return self.send("POST", path, body, Content_Type=kind, Authorization=f"Device {authority}")

    def page(self) -> bytes:
        """A page of the map with odd values in its address and headers, by somebody who is signed in."""
        path = re.sub(r"<[^>]+>", lambda _found: self.dice.choice(TEXTS), self.dice.choice(self.rules))
        query = "&".join(
            f"{self.dice.choice(('day', 'from', 'to', 'before', 'lang', 'next', 'canteen', 'q', 'span'))}="
            f"{self.dice.choice(TEXTS)}"
            for _ in range(self.dice.randint(0, 3))
        )
        method = self.dice.choice(("GET", "GET", "GET", "HEAD", "OPTIONS", "DELETE", "PUT"))
        odd = {
            self.dice.choice(("Accept", "Range", "If_None_Match", "Accept_Language")): self.dice.choice(TEXTS)
        }
        return self.send(method, f"{path}?{query}", Cookie=f"session={self.cookie}", **odd)

    def form(self) -> bytes:
        """A form of the map with its right token and odd values, or broken at its edges."""
        path = re.sub(
            r"<[^>]+>", lambda _found: self.dice.choice((*TEXTS, "1", "c1")), self.dice.choice(self.forms)
        )
        names = self.dice.choices(self.fields, k=self.dice.randint(1, 12))
        fields = "&".join(f"{name}={self.dice.choice(TEXTS)}" for name in names)
        cookie = f"session={self.cookie}"
        if self.dice.random() < 0.7:
            body, kind = f"csrf_token={self.token}&{fields}".encode(), "application/x-www-form-urlencoded"
        else:
            named = f'name="{self.dice.choice(names)}"; filename="{"é" * 9}"'
            part = f"--x\r\nContent-Disposition: form-data; {named}\r\n"
            body, kind = (
                (part + "\r\n" + fields).encode(),
                self.dice.choice(("multipart/form-data; boundary=x", "multipart/form-data")),
            )
        return self.send("POST", path, body, Content_Type=kind, Cookie=cookie, X_CSRFToken=self.token)

    def file(self) -> bytes:
        """A ledger for the import with some of its bytes changed, cut or doubled."""
        raw = bytearray(self.ledger)
        for _ in range(self.dice.choice((1, 20, 400))):
            raw[self.dice.randrange(len(raw))] = self.dice.randrange(256)
        cut = self.dice.randrange(1, len(raw))
        content = self.dice.choice(
            (bytes(raw), bytes(raw[:cut]), bytes(raw[cut:]), bytes(raw) * 3, raw.hex().encode())
        )
        name = self.dice.choice(("a.xlsx", "a.xls", "a.csv", "a.tsv", "a.exe", "../a.xlsx", "a"))
        fields = {"csrf_token": self.token, "canteen": "k1"}
        parts = "".join(
            f'--x\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in fields.items()
        )
        parts += f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = parts.encode() + content + b"\r\n--x--\r\n"
        kind = "multipart/form-data; boundary=x"
        return self.send(
            "POST", "/office/purchasing/import", body, Content_Type=kind, Cookie=f"session={self.cookie}"
        )

    def noise(self) -> bytes:
        """What is hardly HTTP."""
        raw = bytearray(
            self.dice.choice((self.rating, self.page, self.form, lambda: self.dice.choice([*RAW.values()])))()
        )
        for _ in range(self.dice.randint(1, 8)):
            raw[self.dice.randrange(min(len(raw), 400))] = self.dice.choice(b"\r\n\0 :/%\xff;=aZ0")
        return bytes(raw)


def answered(port: int, sent: bytes) -> tuple[int, float]:
    """The status of the answer (0: the connection was closed without one), and the seconds it took."""
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), LONGEST) as line:
        try:
            line.sendall(sent)
            line.shutdown(socket.SHUT_WR)
            answer = line.recv(4000)
            while answer and line.recv(65536):
                pass
        except (ConnectionError, TimeoutError):
            answer = b""
    return int(answer.split()[1]) if answer[:5] == b"HTTP/" else 0, time.monotonic() - begun


def memory(server: Server) -> int:
    """Bytes that the server's processes hold together."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    pages = [
        int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in (server.process.pid, *children)
    ]
    return sum(pages) * os.sysconf("SC_PAGE_SIZE")

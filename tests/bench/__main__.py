"""`make bench`: prints one table of what was measured on this machine, beside what is wanted."""

import gzip
import json
import os
import random
import re
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen
from uuid import UUID

from flask import Flask

from kiosk import bench, create_app, demo
from kiosk.core import clock, config
from kiosk.core.db import db, session, transaction
from kiosk.counters import queries as counters
from kiosk.counters.services import add_tablet, open_enrolment
from kiosk.ratings.services import issue_pass
from tests.bench import load
from tests.conftest import SHARED_DATA, Server, free_port

ROUNDS, SECONDS, CONNECTIONS = 3, 4.0, 64
FEW, MANY = 10_000, int(os.environ.get("BENCH_MANY", "1000000"))
ASSET = re.compile(r"""(?:src|href)="(/(?:static|bundle)/[^"]+)\"""")

Line = tuple[str, str, str]


def main() -> None:
    """Measure everything and print the table, line by line as it is known."""
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        place = Path(folder) / "instance"
        app = demo.make(place)
        print(f"{'measured':<44}{'value':>26}   wanted")
        for source in (sizes, import_preview, posts, live_view):
            for what, value, wanted in source(app, place):
                print(f"{what:<44}{value:>26}   {wanted}", flush=True)


def sizes(app: Flask, place: Path) -> Iterator[Line]:
    """What a page costs on the line: itself and everything it names, compressed."""
    with serving(place) as server:
        with app.app_context():
            with transaction():
                code = open_enrolment(by="bench", counter=counters.counter("c1"))
            phone = issue_pass(counter=counters.counter("c1"))
        with urlopen(_json(server.url + "/api/tablets", {"code": code})) as answer:
            cookie = str(answer.headers["Set-Cookie"]).split(";")[0]
        for what, url, kept, wanted in (
            ("tablet page", "/c/c1", cookie, "≤ 15 kB, ≤ 3 requests"),
            ("phone page", f"/r/{phone}", "", "≤ 15 kB, ≤ 3 requests"),
            ("board", "/", "", "≤ 60 kB"),
        ):
            size, requests = weight(server.url, url, kept)
            yield what + ", gzip", f"{size / 1000:.1f} kB, {requests} requests", wanted


def weight(base: str, url: str, cookie: str) -> tuple[int, int]:
    """Compressed bytes and number of requests of a page with all it names."""

    def fetch(address: str) -> bytes:
        with urlopen(Request(base + address, headers={"Cookie": cookie})) as answer:
            return bytes(answer.read())

    page = fetch(url)
    assets = [found.replace("&amp;", "&") for found in sorted(set(ASSET.findall(page.decode())))]
    assets = [one for one in assets if not re.search(r"\.(png|webmanifest|ico)", one)]
    return sum(len(gzip.compress(one)) for one in (page, *map(fetch, assets))), 1 + len(assets)


def import_preview(_app: Flask, _place: Path) -> Iterator[Line]:
    """The preview of a real ledger."""
    what, wanted = "import preview of the real ledger", "≤ 1 s"
    file = SHARED_DATA / "school_ledger_2024-01.xlsx"
    if not file.exists():
        yield what, "skipped: no real data here", wanted
        return
    from kiosk.purchasing import imports

    content, times = file.read_bytes(), []
    with _app.app_context():
        for _ in range(3):
            began = time.perf_counter()
            found = imports.preview(content, file.name)
            times.append(time.perf_counter() - began)
    lines = sum(len(sheet.lines) for sheet in found.sheets)
    yield what, f"{statistics.median(times):.2f} s, {lines} lines", wanted


def posts(app: Flask, place: Path) -> Iterator[Line]:
    """A rating's POST beside one that does nothing, in alternating rounds."""
    with app.app_context(), transaction():
        keys = {c.code: add_tablet(by="bench", counter=c) for c in counters.counters()}
    codes = list(keys)
    run = random.getrandbits(40)

    def rating(number: int) -> bytes:
        code = codes[number % len(codes)]
        body = {
            "id": str(_uuid7()),
            "counter": code,
            "level": 1 + number % 5,
            "seq": run + number,
            "live": False,
        }
        return _post(json.dumps(body).encode(), keys[code])

    found: dict[str, list[float]] = {"rating": [], "no-op": []}
    times: list[float] = []
    odd: list[int] = []
    with serving(place) as server, noop() as port:
        for _ in range(ROUNDS):
            rate, took, bad = load.run(server.port, rating, connections=CONNECTIONS, seconds=SECONDS)
            found["rating"].append(rate)
            times += took
            odd += bad
            rate, _, bad = load.run(port, rating, connections=CONNECTIONS, seconds=SECONDS)
            found["no-op"].append(rate)
    rates = {name: statistics.median(values) for name, values in found.items()}
    ordered = sorted(times)
    yield "rating POST, 64 connections", f"{rates['rating']:.0f}/s, {len(odd)} refused", "0 refused"
    yield "… its 99th percentile", f"{ordered[int(len(ordered) * 0.99)] * 1000:.0f} ms", ""
    yield "Flask no-op POST, the same", f"{rates['no-op']:.0f}/s", ""
    yield "rating ÷ no-op", f"{rates['rating'] / rates['no-op']:.2f}", "≥ 0.5 (next issue)"


def _uuid7() -> UUID:
    noise = secrets.randbits(74)
    return UUID(
        int=int(time.time() * 1000) << 80 | 7 << 76 | (noise >> 62) << 64 | 2 << 62 | noise & (1 << 62) - 1
    )


def _post(body: bytes, key: str) -> bytes:
    return (
        b"POST /api/ratings HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        b"Authorization: Device " + key.encode() + b"\r\nContent-Length: %d\r\n\r\n" % len(body)
    ) + body


def _json(url: str, body: dict[str, Any]) -> Request:
    return Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})


@contextmanager
def serving(place: Path) -> Iterator[Server]:
    server = Server(place)
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def noop() -> Iterator[int]:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.noop", str(port)])
    try:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                urlopen(_json(f"http://127.0.0.1:{port}/api/ratings", {})).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def live_view(_app: Flask, place: Path) -> Iterator[Line]:
    """The live view's snapshot with few and with many ratings."""
    took = {}
    for number in (FEW, MANY):
        app = create_app(config.locate(place))
        with app.app_context():
            from kiosk.ratings.queries import stored

            missing = number - stored()
            began = time.perf_counter()
            if missing > 0:
                bench.fill(missing)
            seconds = time.perf_counter() - began
            if missing > 50_000:
                yield f"filling with {missing:,} ratings", f"{missing / seconds:,.0f}/s", ""
            session.remove()
        took[number] = snapshot(app)
        with app.app_context():
            db.engine.dispose()
        yield f"live snapshot with {number:,} ratings", f"{took[number] * 1000:.1f} ms", ""
    yield "… ratio", f"{took[MANY] / took[FEW]:.2f}", "≤ 1.3"


def snapshot(app: Flask) -> float:
    """Seconds for one snapshot, the median of many."""
    from kiosk.overview.office import parts
    from kiosk.overview.queries import live

    times = []
    for _ in range(60):
        with app.test_request_context("/office/"):
            began = time.perf_counter()
            parts(live(clock.now()))
            times.append(time.perf_counter() - began)
            session.remove()
    return statistics.median(times[10:])


if __name__ == "__main__":
    main()

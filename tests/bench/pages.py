"""What pages weigh on the line, and how long a real ledger takes to be read."""

import gzip
import re
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

from flask import Flask

from kiosk.core.db import transaction
from kiosk.counters import queries as counters
from kiosk.counters.services import open_enrolment
from kiosk.presence.services import issue_pass
from kiosk.purchasing import imports
from tests.bench.ratings import Line
from tests.bench.servers import ask, serving
from tests.conftest import SHARED_DATA, actor

ASSET = re.compile(r"""(?:src|href)="(/(?:static|bundle)/[^"]+)\"""")


def sizes(app: Flask, place: Path) -> Iterator[Line]:
    """What a page costs on the line: itself and everything it names, compressed."""
    with serving(place) as server:
        base = f"http://127.0.0.1:{server.port}"
        with app.app_context():
            with transaction():
                code = open_enrolment(by=actor("bench"), counter=counters.counter("c1"))
            phone = issue_pass(counter=counters.counter("c1"))
        with ask(base + "/api/tablets", {"code": code}) as answer:
            cookie = str(answer.headers["Set-Cookie"]).split(";")[0]
        for what, url, kept, wanted in (
            ("tablet page", "/c/c1", cookie, "≤ 15 kB, ≤ 3 requests"),
            ("phone page", f"/r/{phone}", "", "≤ 15 kB, ≤ 3 requests"),
            ("board", "/", "", "≤ 60 kB"),
            ("postings", "/postings/", "", "≤ 60 kB"),
            ("search", "/search?q=xhs", "", "≤ 60 kB"),
        ):
            size, requests = weight(base, url, kept)
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
    content, times = file.read_bytes(), []
    with _app.app_context():
        for _ in range(3):
            began = time.perf_counter()
            found = imports.preview(content, file.name)
            times.append(time.perf_counter() - began)
    lines = sum(len(sheet.lines) for sheet in found.sheets)
    yield what, f"{statistics.median(times):.2f} s, {lines} lines", wanted

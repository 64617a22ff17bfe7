"""What pages cost when something was written since they were asked for: nothing that was kept helps."""

import gzip
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from flask import Flask

from kiosk.cases import queries, services
from kiosk.core.actor import KIOSK
from kiosk.core.db import transaction
from kiosk.sample import filler
from tests.bench.ratings import Line
from tests.conftest import sign_in

DAYS = int(os.environ.get("BENCH_DAYS", "780"))
"""Three years of weekdays, each with a sheet of every canteen."""
RATINGS = 60_000
ROUNDS = 7
PAGES = {
    "/": "≤ 50 ms, ≤ 60 kB",
    "/postings/": "≤ 50 ms, ≤ 60 kB",
    "/search?q=白菜": "≤ 100 ms",
    "/cases/": "≤ 60 kB",
    "/c/c1": "",
    "/office/": "",
    "/office/inbox": "≤ 50 ms",
}


def years(app: Flask, _place: Path) -> Iterator[Line]:
    """Pages of a school that has posted every day for three years."""
    with app.app_context():
        filler.fill(RATINGS, posted=DAYS)
    yield from cold(app, PAGES, f"{DAYS} days")


def cold(app: Flask, pages: Mapping[str, str], what: str) -> Iterator[Line]:
    """Processor time of each page right after a write, the least of the rounds, and what it weighs."""
    anybody, office = app.test_client(), sign_in(app.test_client(), "lin")
    least, sizes = dict.fromkeys(pages, float("inf")), {}
    for turn in range(ROUNDS):
        for address in pages:
            with app.app_context(), transaction():
                services.note(by=KIOSK, case=queries.case(1), text=f"{turn} {address}")
            client = office if address.startswith("/office") else anybody
            began = time.process_time()
            body = client.get(address).get_data()
            least[address] = min(least[address], (time.process_time() - began) * 1000)
            sizes[address] = len(gzip.compress(body)) / 1000
    for address, wanted in pages.items():
        yield f"{address}, {what}", f"{least[address]:.0f} ms, {sizes[address]:.1f} kB gzip", wanted

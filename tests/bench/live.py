"""How quickly a rating is seen: by hundreds who watch, and in a snapshot over millions."""

import os
import re
import selectors
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

from flask import Flask

from kiosk import create_app
from kiosk.auth.services import add_account
from kiosk.core import clock, config
from kiosk.core.db import db, session, transaction
from kiosk.counters import queries as counters
from kiosk.ratings import queries as ratings
from kiosk.sample import filler
from tests.bench import load
from tests.bench.ratings import Line, requests
from tests.bench.servers import Place, serving
from tests.conftest import actor

FEW, MANY = 10_000, int(os.environ.get("BENCH_MANY", "1000000"))
WATCHERS = ((200, 60), (1000, 250))
"""How many watch, and within how many milliseconds they see a rating."""
TAPS, EVERY = 25, 0.4
WHO, PASSWORD = "bench-head", "Sample-lunch-2026-orchid"
TOTAL = re.compile(rb'"total":(\d+),"total_text"')


def seen(app: Flask, folder: Path) -> Iterator[Line]:
    """From a tap's request to the event on every watcher's line."""
    rating = requests(app)
    with app.app_context(), transaction():
        add_account(by=actor("bench"), username=WHO, password=PASSWORD, role="head", name="")
    with serving(folder, KIOSK_STREAMS="1000") as place:
        cookie = sign_in(f"http://127.0.0.1:{place.port}")
        load.run(place.port, rating, connections=8, seconds=1)  # a process's first rating is slow
        for number, wanted in WATCHERS:
            crowd = Crowd(place, cookie, number)
            delays, missed = crowd.watch(rating)
            p50, p99 = (sorted(delays)[int(len(delays) * share)] * 1e3 for share in (0.5, 0.99))
            text = f"{p99:.0f} ms (median {p50:.0f}), {missed} missed"
            yield f"rating → seen by {number}, 99th percentile", text, f"≤ {wanted} ms, 0 missed"


def sign_in(base: str) -> str:
    """The cookies of a browser that is signed in."""
    jar = CookieJar()
    browser = build_opener(HTTPCookieProcessor(jar))
    page = browser.open(f"{base}/sign-in").read().decode()
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    form = {"username": WHO, "password": PASSWORD, "csrf_token": found[1]}
    browser.open(f"{base}/sign-in", urlencode(form).encode()).close()
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


class Crowd:
    """Many watchers in one thread; each notes when it saw which total."""

    def __init__(self, place: Place, cookie: str, number: int) -> None:
        self.place = place
        self.totals = dict.fromkeys(range(number), 0)
        self.seen: dict[int, dict[int, float]] = {one: {} for one in range(number)}
        self.selector = selectors.DefaultSelector()
        request = f"GET /office/live HTTP/1.1\r\nHost: bench\r\nCookie: {cookie}\r\n\r\n".encode()
        for one in range(number):
            line = socket.create_connection(("127.0.0.1", place.port), 10)
            line.sendall(request)
            self.selector.register(line, selectors.EVENT_READ, [one, b""])
        self.listen(lambda: all(self.totals.values()), 60)

    def listen(self, enough: object, seconds: float) -> None:
        """Read every line until it is enough or the time is over."""
        until = time.perf_counter() + seconds
        while time.perf_counter() < until and not enough():  # type: ignore[operator]
            for key, _events in self.selector.select(0.1):
                now = time.perf_counter()
                one, before = key.data
                data = before + key.fileobj.recv(1 << 18)  # type: ignore[union-attr]
                found = TOTAL.findall(data)
                key.data[1] = data[-200:] if not found else b""
                if found:
                    self.totals[one] = int(found[-1])
                    self.seen[one].setdefault(self.totals[one], now)

    def watch(self, rating: object) -> tuple[list[float], int]:
        """Tap some times; every delay in seconds, and how many were never seen."""
        first, sent = max(self.totals.values()), {}

        def tap() -> None:
            with socket.create_connection(("127.0.0.1", self.place.port), 10) as line:
                for number in range(1, TAPS + 1):
                    sent[first + number] = time.perf_counter()
                    line.sendall(rating(number))  # type: ignore[operator]
                    line.recv(65536)
                    time.sleep(EVERY)

        thread = threading.Thread(target=tap)
        thread.start()
        last = first + TAPS
        self.listen(lambda: all(total >= last for total in self.totals.values()), TAPS * EVERY + 20)
        thread.join()
        delays, missed = [], 0
        for one in self.seen:
            for total, at in sent.items():
                later = [moment for shown, moment in self.seen[one].items() if shown >= total]
                missed += not later
                delays += [min(later) - at] if later else []
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
        return delays, missed


def snapshots(_app: Flask, folder: Path) -> Iterator[Line]:
    """The live view's snapshot, and a counter's whole history, with few and with many ratings."""
    took: dict[int, float] = {}
    for number in (FEW, MANY):
        app = create_app(config.locate(folder))
        with app.app_context():
            missing, began = number - ratings.stored(), time.perf_counter()
            for start in range(0, max(missing, 0), filler.MOST):
                filler.fill(min(filler.MOST, missing - start))
            seconds = time.perf_counter() - began
            session.remove()
        if missing > 50_000:
            yield f"filling with {missing:,} ratings", f"{missing / seconds:,.0f}/s", ""
        took[number] = snapshot(app)
        yield f"live snapshot with {number:,} ratings", f"{took[number] * 1e3:.1f} ms", ""
    yield "… ratio", f"{took[MANY] / took[FEW]:.2f}", "≤ 1.2"
    yield f"a counter's whole history in {MANY:,}", f"{history(app) * 1e3:.1f} ms", "≤ 20 ms"
    with app.app_context():
        db.engine.dispose()


def snapshot(app: Flask) -> float:
    """Seconds for one snapshot, the median of many."""
    from kiosk.core.actor import Actor, Grant
    from kiosk.overview.parts import parts
    from kiosk.overview.queries import live

    times, head = [], Actor("lin", grants=(Grant("head"),))
    for _ in range(60):
        with app.test_request_context("/office/"):
            began = time.perf_counter()
            parts(live(clock.now()), head)
            times.append(time.perf_counter() - began)
            session.remove()
    return statistics.median(times[10:])


def history(app: Flask) -> float:
    """Seconds for everything a counter's page says of all time, the median of many."""
    first, last = clock.now().date().replace(year=2000), clock.now().date()
    times = []
    for _ in range(30):
        with app.app_context():
            here = counters.counters()[0].id
            began = time.perf_counter()
            ratings.counts(here, first, last)
            ratings.counts_by_day(here, first, last)
            ratings.reason_counts(here, first, last)
            times.append(time.perf_counter() - began)
            session.remove()
    return statistics.median(times[5:])

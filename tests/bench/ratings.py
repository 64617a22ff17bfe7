"""How quickly ratings are taken: as ratios to a POST that does nothing, in alternating rounds of one run."""

import random
import secrets
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID

from flask import Flask

from kiosk.core.db import transaction
from kiosk.counters import queries as counters
from kiosk.counters.models import Counter
from kiosk.counters.services import add_counter, add_tablet
from tests.bench import load
from tests.bench.servers import Place, idle, one_by_one, post, serving, slow_disk
from tests.conftest import actor

ROUNDS, SECONDS, CONNECTIONS = 5, 3.0, 64
COUNTERS = 12
LEVELS = (5,) * 42 + (4,) * 31 + (3,) * 15 + (2,) * 8 + (1,) * 4
"""What a school answers, by the hundred."""
STEADY = 300
"""Ratings per second of a very busy school, with room."""

Line = tuple[str, str, str]
Request = Callable[[int], bytes]


def requests(app: Flask) -> Request:
    """A function that gives the request of the n-th rating, as a queue being drained sends it."""
    with app.app_context(), transaction():
        mine = [counters.find_counter(f"b{n}") or _open_always(f"b{n}") for n in range(COUNTERS)]
        keys = [(one.code, add_tablet(by=actor("bench"), counter=one)) for one in mine]
    dice = random.Random(run := random.getrandbits(40))

    def rating(number: int) -> bytes:
        code, key = keys[number % len(keys)]
        body = {"id": str(_uuid7()), "counter": code, "level": dice.choice(LEVELS), "seq": run + number}
        return post("/api/ratings", {**body, "live": False}, Authorization=f"Device {key}")

    return rating


def _open_always(code: str) -> Counter:
    """A counter without hours: at any time of day its ratings count."""
    return add_counter(by=actor("bench"), code=code, name=code, kind="hot_water")


def _uuid7() -> UUID:
    noise = secrets.randbits(74)
    return UUID(
        int=int(time.time() * 1000) << 80 | 7 << 76 | (noise >> 62) << 64 | 2 << 62 | noise & (1 << 62) - 1
    )


class Round:
    """One round against a server, and the processor time of it with its client, in seconds a request."""

    def __init__(
        self, place: Place, rating: Request, *, seconds: float = SECONDS, steady: bool = False
    ) -> None:
        before = place.cpu() + time.process_time()
        rate = STEADY if steady else None
        self.result = load.run(place.port, rating, connections=CONNECTIONS, seconds=seconds, per_second=rate)
        self.cpu = (place.cpu() + time.process_time() - before) / len(self.result.times)


def median(values: Iterator[float]) -> float:
    """The middle one."""
    return statistics.median(list(values))


def throughput(app: Flask, folder: Path) -> Iterator[Line]:
    """Rating and no-op at 64 connections, and at a steady 300 per second."""
    rating = requests(app)
    with serving(folder) as ours, idle() as noop:
        for place in (ours, noop):
            Round(place, rating, seconds=1)
        pairs = [(Round(ours, rating), Round(noop, rating)) for _ in range(ROUNDS)]
        calm = [(Round(ours, rating, steady=True), Round(noop, rating, steady=True)) for _ in range(ROUNDS)]
    odd = sum(len(mine.result.odd) for mine, _ in (*pairs, *calm))
    rate, other = (median(pair[side].result.rate for pair in pairs) for side in (0, 1))
    yield "rating POST, 64 connections", f"{rate:.0f}/s, {odd} refused", "0 refused"
    yield "Flask no-op POST, the same", f"{other:.0f}/s", ""
    yield "rating ÷ no-op", f"{median(a.result.rate / b.result.rate for a, b in pairs):.2f}", "≥ 0.50"
    yield "… processor time, client included", f"{median(a.cpu / b.cpu for a, b in pairs):.2f}", "≤ 2.0"
    spread = median(a.result.percentile(0.99) / a.result.percentile(0.5) for a, _ in pairs)
    noop_spread = median(b.result.percentile(0.99) / b.result.percentile(0.5) for _, b in pairs)
    yield "… 99th percentile ÷ median", f"{spread:.1f} (no-op {noop_spread:.1f})", "≤ 4"
    slow, plain = (median(pair[side].result.percentile(0.99) for pair in calm) for side in (0, 1))
    yield f"99th percentile at {STEADY}/s", f"{slow * 1e3:.1f} ms, no-op {plain * 1e3:.1f} ms", ""
    ratio = median(a.result.percentile(0.99) / b.result.percentile(0.99) for a, b in calm)
    yield "… ratio", f"{ratio:.1f}", "≤ 3"


def four_processes(app: Flask, folder: Path) -> Iterator[Line]:
    """Two servers of two processes each on one database, side by side."""
    rating, found = requests(app), {}
    with ExitStack() as stack:
        places = [stack.enter_context(serving(folder)) for _ in range(2)]

        def one(place: Place) -> None:
            found[place] = load.run(place.port, rating, connections=32, seconds=SECONDS)

        threads = [threading.Thread(target=one, args=(place,)) for place in places]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    odd = sum(len(result.odd) for result in found.values())
    slowest = max(max(result.times) for result in found.values())
    rate = sum(result.rate for result in found.values())
    yield "four processes writing", f"{rate:.0f}/s, {odd} refused, {slowest:.2f} s at most", "0 refused"


def slow_fsync(app: Flask, folder: Path) -> Iterator[Line]:
    """On a disk that needs 5 ms more for each fsync: in groups, and one commit a request."""
    what, wanted = "fsync of 5 ms: groups ÷ one by one", "≥ 8"
    library = slow_disk(folder)
    if library is None:
        yield what, "no compiler here", wanted
        return
    rating = requests(app)
    with serving(folder, LD_PRELOAD=library) as ours, one_by_one(folder, LD_PRELOAD=library) as single:
        for place in (ours, single):
            Round(place, rating, seconds=1)
        pairs = [
            (Round(ours, rating).result.rate, Round(single, rating).result.rate) for _ in range(ROUNDS - 2)
        ]
    yield what, f"{median(a / b for a, b in pairs):.1f} ({median(a for a, _ in pairs):.0f}/s)", wanted

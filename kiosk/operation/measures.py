"""How the ratings were answered, and how fast: counted by all workers of this machine in shared memory.

Each worker adds in a row of its own, so that none waits for another, nor for one that was killed.
"""

import mmap
import threading
from bisect import bisect_left

STATUSES = (200, 201, 400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 503, 507)
"""What POST /api/ratings answers; anything else is counted as the last one."""
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Upper bounds of the histogram's buckets, in seconds."""
ROWS = 64
_WIDTH = len(STATUSES) + len(BOUNDS) + 3
_MICROSECONDS = _WIDTH - 1

_cells = memoryview(mmap.mmap(-1, ROWS * _WIDTH * 8)).cast("Q")
_lock = threading.Lock()
_row = 0


def use_row(number: int) -> None:
    """This process is the worker with that number."""
    global _row
    _row = number % ROWS


def count(status: int, seconds: float) -> None:
    """A rating was answered so, after so many seconds."""
    place = STATUSES.index(status) if status in STATUSES else len(STATUSES)
    bucket = len(STATUSES) + 1 + bisect_left(BOUNDS, seconds)
    begin = _row * _WIDTH
    with _lock:
        _cells[begin + place] += 1
        _cells[begin + bucket] += 1
        _cells[begin + _MICROSECONDS] += int(seconds * 1e6)


def totals() -> tuple[dict[str, int], list[tuple[str, int]], float]:
    """Answers by status; the histogram (upper bound, answers up to it), ending with +Inf; all seconds."""
    sums = [sum(_cells[place::_WIDTH]) for place in range(_WIDTH)]
    by_status = {str(status): sums[place] for place, status in enumerate((*STATUSES, "other"))}
    histogram, up_to = [], 0
    for place, bound in enumerate((*map(str, BOUNDS), "+Inf"), len(STATUSES) + 1):
        up_to += sums[place]
        histogram.append((bound, up_to))
    return by_status, histogram, sums[_MICROSECONDS] / 1e6

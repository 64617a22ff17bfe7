"""A small load generator: many kept-alive connections in one process, one request in flight on each."""

import selectors
import socket
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

Request = Callable[[int], bytes]


class Connection:
    """One client: it sends, reads the whole answer, and sends again."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), 10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.began = 0.0

    def send(self, request: bytes, due: float | None = None) -> None:
        """Send a request; its time runs from the moment it was due."""
        self.began = due or time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> int:
        """The status once the answer is complete, 0 before."""
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError("the server closed the connection")
        self.buffer += data
        head, end, body = self.buffer.partition(b"\r\n\r\n")
        if not end:
            return 0
        lower = head.lower()
        length = int(lower.partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
        if len(body) < length:
            return 0
        self.buffer = b""
        return int(head.split(None, 2)[1])


@dataclass
class Result:
    """What a run gave: answers per second, their times in seconds, every status that was no success."""

    rate: float = 0.0
    times: list[float] = field(default_factory=list)
    odd: list[int] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """The time in seconds that this share (0 to 1) of the answers took at most."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def run(
    port: int, request: Request, *, connections: int, seconds: float, per_second: float | None = None
) -> Result:
    """Send for so many seconds: on each connection again and again, or `per_second` in all at even times.

    At even times an answer's time includes what its request waited for a free connection.
    """
    selector, result = selectors.DefaultSelector(), Result()
    idle = deque(Connection(port) for _ in range(connections))
    for one in idle:
        selector.register(one.socket, selectors.EVENT_READ, one)
    number, busy, began = 0, 0, time.perf_counter()
    while True:
        now = time.perf_counter()
        over = now >= began + seconds
        while idle and not over:
            due = began + number / per_second if per_second else None
            if due and due > now:
                break
            idle.popleft().send(request(number), due)
            number, busy = number + 1, busy + 1
        if over and not busy:
            break
        pause = max(0.0, began + number / per_second - now) if per_second and idle and not over else 10
        for key, _events in selector.select(pause):
            status = key.data.receive()
            if status:
                result.times.append(time.perf_counter() - key.data.began)
                result.odd += [] if 200 <= status < 300 else [status]
                idle.append(key.data)
                busy -= 1
    result.rate = len(result.times) / (time.perf_counter() - began)
    for key in list(selector.get_map().values()):
        key.data.socket.close()
    return result

"""A small load generator: many kept-alive connections in one process, one request in flight on each."""

import selectors
import socket
import time
from collections.abc import Callable

Request = Callable[[int], bytes]


class Connection:
    """One client: it sends, reads the whole answer, and sends again."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), 10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.began = 0.0

    def send(self, request: bytes) -> None:
        self.began = time.perf_counter()
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


def run(
    port: int, request: Request, *, connections: int, seconds: float
) -> tuple[float, list[float], list[int]]:
    """Send for so many seconds; requests per second, their times, and every status that was no success."""
    selector = selectors.DefaultSelector()
    number, times, odd = 0, [], []
    for _ in range(connections):
        one = Connection(port)
        selector.register(one.socket, selectors.EVENT_READ, one)
        one.send(request(number))
        number += 1
    began = time.perf_counter()
    until, open_connections = began + seconds, connections
    while open_connections:
        for key, _events in selector.select(10):
            one = key.data
            status = one.receive()
            if not status:
                continue
            now = time.perf_counter()
            times.append(now - one.began)
            if not 200 <= status < 300:
                odd.append(status)
            if now < until:
                one.send(request(number))
                number += 1
            else:
                selector.unregister(one.socket)
                one.socket.close()
                open_connections -= 1
    return len(times) / (time.perf_counter() - began), times, odd

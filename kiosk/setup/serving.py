"""The server: gunicorn with the settings that were measured to be right."""

import gc
import os
import resource
import socket
import struct
from ipaddress import ip_address
from typing import Any

from flask import Response
from gunicorn.app.base import BaseApplication
from gunicorn.http.errors import InvalidHeader, NoMoreData, ParseException, UnsupportedTransferCoding
from gunicorn.workers.gthread import ThreadWorker

from kiosk.core.config import locate
from kiosk.core.db import db
from kiosk.core.errors import Invalid
from kiosk.core.i18n import lazy
from kiosk.core.stream import HandedOver, serve_with
from kiosk.core.web import KioskApp, PageProblem, answer_problem
from kiosk.operation import measures, ticker

MOST_FILES = 65536
MOST_SILENCE = 20
"""Seconds in which a client has to take something of its answer."""
EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - compared with, not bound to


class Server(BaseApplication):
    """gunicorn in this process, serving one application."""

    def __init__(self, app: KioskApp, **options: Any) -> None:
        self.app = app
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Hand our settings to gunicorn."""
        for key, value in self.options.items():
            self.cfg.set(key, value)

    def load(self) -> KioskApp:
        """The application, made once and before the workers are forked; no connection may cross the fork.

        It lasts as long as they do: whoever looks for garbage in it copies its memory, and ends late.
        """
        for failure in (ParseException, NoMoreData):
            self.app.register_error_handler(failure, _answer_bad_body)
        with self.app.app_context():
            db.engine.dispose()
        gc.freeze()
        return self.app


class Worker(ThreadWorker):
    """gunicorn's threaded worker, which can give a connection away: a stream keeps it and holds no thread.

    A request that it cannot read is its sender's fault: always 4xx.
    """

    def handle_request(self, req: Any, conn: Any) -> bool:
        """Answer a request; whether its connection can be used for another.

        A client that takes nothing of its answer for a while is left: it would hold a thread for ever.
        """
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", MOST_SILENCE, 0))
        try:
            return bool(super().handle_request(req, conn))
        except HandedOver:
            conn.handed_over = True
            return False

    def finish_request(self, conn: Any, fs: Any) -> None:
        """Close or keep the connection, unless it belongs to somebody else by now."""
        if getattr(conn, "handed_over", False):
            self.nr_conns -= 1
        else:
            super().finish_request(conn, fs)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """Answer a request that could not be read. No address is kept in the log."""
        if isinstance(exc, UnsupportedTransferCoding):
            exc = InvalidHeader("Transfer-Encoding")
        super().handle_error(req, client, ("-", -1), exc)


def _answer_bad_body(_error: Exception) -> Response:
    """gunicorn reads a body only when it is asked for, and refuses broken chunks in the middle of a view."""
    answer = answer_problem(PageProblem(400))
    answer.headers["Connection"] = "close"
    return answer


def _begin_work(worker: Any) -> None:
    """Live streams end when their worker is asked to stop, otherwise each would hold it up; and one ticks."""
    serve_with(lambda: not worker.alive, gives_sockets=True)
    measures.use_row(worker.age)
    ticker.start(worker.wsgi)


def raise_file_limit() -> None:
    """As many open files as the system lets us have: each watcher of the live view is one."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    most = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def trusted_proxies() -> list[str]:
    """Addresses, besides this machine's own, whose X-Forwarded-Proto is believed: KIOSK_TRUSTED_PROXY.

    Raises Invalid for anything that is no address.
    """
    addresses = str(locate().get("KIOSK_TRUSTED_PROXY") or "").replace(",", " ").split()
    try:
        return [str(ip_address(address)) for address in addresses]
    except ValueError as error:
        message = lazy("KIOSK_TRUSTED_PROXY takes the address of the proxy, such as 192.168.1.2.")
        raise Invalid(message) from error


def settings(*, host: str, port: int, workers: int, threads: int) -> dict[str, Any]:
    """gunicorn's settings: threads, because a stream holds one; processes, because Python uses one core each.

    The application is made once, before the fork: after kill -9 of everything it is back within a second.
    """
    return {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "worker_class": "kiosk.setup.serving.Worker",
        "workers": workers,
        "preload_app": True,
        "threads": threads,
        "keepalive": 5,
        "timeout": 60,
        "graceful_timeout": 3,
        "control_socket_disable": True,
        "loglevel": os.environ.get("KIOSK_LOG_LEVEL", "warning"),
        "errorlog": "-",
        "accesslog": None,
        "backlog": 512,
        "limit_request_line": 4094,
        "limit_request_fields": 60,
        "forwarded_allow_ips": ",".join(("127.0.0.1", "::1", *trusted_proxies())),
        "post_worker_init": _begin_work,
    }


def lan_address() -> str:
    """This machine's address in its network; nothing is sent to find it. 127.0.0.1 without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # reserved for documentation: only the route is looked up
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def own_address(host: str, port: int) -> str:
    """How others reach a server bound to this host and port."""
    name = lan_address() if host in EVERYWHERE else host
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"

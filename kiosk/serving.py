"""The server: gunicorn with the settings that were measured to be right."""

import os
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from kiosk.core.config import Instance
from kiosk.core.stream import use_stop_sign


class Server(BaseApplication):
    """gunicorn in this process, serving one application."""

    def __init__(self, instance: Instance, **options: Any) -> None:
        self.instance = instance
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Hand our settings to gunicorn."""
        for key, value in self.options.items():
            self.cfg.set(key, value)

    def load(self) -> Flask:
        """Make the application in each worker, after the fork."""
        from kiosk import create_app

        return create_app(self.instance)


def _tell_streams(worker: Any) -> None:
    """Live streams end when their worker is asked to stop; otherwise each would hold it up."""
    use_stop_sign(lambda: not worker.alive)


def settings(*, host: str, port: int, workers: int, threads: int) -> dict[str, Any]:
    """gunicorn's settings. Threads, because a stream holds one; two processes, because Python uses one core each."""
    return {
        "bind": f"{host}:{port}",
        "worker_class": "gthread",
        "workers": workers,
        "threads": threads,
        "keepalive": 5,
        "timeout": 60,
        "graceful_timeout": 5,
        "control_socket_disable": True,
        "loglevel": os.environ.get("KIOSK_LOG_LEVEL", "warning"),
        "errorlog": "-",
        "accesslog": None,
        "backlog": 512,
        "limit_request_line": 4094,
        "limit_request_fields": 60,
        "forwarded_allow_ips": "127.0.0.1",
        "post_worker_init": _tell_streams,
    }

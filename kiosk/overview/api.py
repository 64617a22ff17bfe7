"""Whether the server lives, whether it can work, and its figures for a monitoring system."""

import shutil
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request
from sqlalchemy import text

from kiosk.chain import queries as chain
from kiosk.core import config
from kiosk.core.db import session
from kiosk.core.errors import NotFound
from kiosk.core.security import same
from kiosk.counters import queries as counters
from kiosk.ratings import queries as ratings

blueprint = Blueprint("overview", __name__)
LOCAL = ("127.0.0.1", "::1")
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")


@blueprint.get("/healthz")
def health() -> Response:
    """The process answers; it asks nothing of anybody."""
    return jsonify({"status": "ok"})


@blueprint.get("/readyz")
def ready() -> Response:
    """The database can be read; 503 (with the reason) otherwise."""
    session.execute(text("SELECT 1 FROM setting LIMIT 1"))
    return jsonify({"status": "ready"})


def may_measure() -> bool:
    """Whether the asker is this machine itself (not somebody behind its proxy) or shows the token."""
    token = config.current().get("KIOSK_METRICS_TOKEN")
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and shown:
        return same(str(token), shown)
    return request.remote_addr in LOCAL and not any(name in request.headers for name in FORWARDED)


def figures() -> dict[str, Any]:
    """The figures by name; all cheap, however much is stored."""
    folder = config.current().folder
    disk = shutil.disk_usage(folder)
    feed = current_app.extensions.get("kiosk_live")
    return {
        "kiosk_ratings_counted": ratings.tallied(),
        "kiosk_chain_entries": chain.head().seq,
        "kiosk_tablets": len(counters.tablets()),
        "kiosk_streams": feed.streams if feed else 0,
        "kiosk_disk_free_bytes": disk.free,
        "kiosk_disk_free_ratio": round(disk.free / disk.total, 4) if disk.total else 0,
    }


@blueprint.get("/metrics")
def metrics() -> Response:
    """The figures in the text format of Prometheus: to this machine, or with KIOSK_METRICS_TOKEN."""
    if not may_measure():
        raise NotFound
    lines = [f"# TYPE {name} gauge\n{name} {value}\n" for name, value in figures().items()]
    return Response("".join(lines), content_type="text/plain; version=0.0.4; charset=utf-8")

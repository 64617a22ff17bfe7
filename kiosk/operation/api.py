"""Whether the server lives, whether it can work, and its figures for a monitoring system."""

import shutil
from collections.abc import Iterator
from time import perf_counter
from typing import Any, NamedTuple

from flask import Blueprint, Response, jsonify, request
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from kiosk.chain import queries as chain
from kiosk.core import clock, config, room
from kiosk.core.db import known_versions, session
from kiosk.core.errors import NotFound, Problem
from kiosk.core.i18n import lazy
from kiosk.core.security import same
from kiosk.core.web import database_problem
from kiosk.counters import queries as counters
from kiosk.operation import backups, measures, notes
from kiosk.ratings import queries as ratings

blueprint = Blueprint("operation", __name__)
LOCAL = ("127.0.0.1", "::1")
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Via")
INTAKE = "/api/ratings"


@blueprint.record_once
def _measure(state: Any) -> None:
    state.app.wsgi_app = measured(state.app.wsgi_app)


def measured(answer: Any) -> Any:
    """The same WSGI application, which counts how ratings are answered and how fast."""

    def measure(environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"] != INTAKE:
            return answer(environ, start_response)
        begun = perf_counter()

        def start(status: str, *rest: Any) -> Any:
            measures.count(int(status[:3]), perf_counter() - begun)
            return start_response(status, *rest)

        return answer(environ, start)

    return measure


@blueprint.get("/healthz")
def health() -> Response:
    """The process answers; it asks nothing of anybody."""
    return jsonify({"status": "ok"})


class NotReady(Problem):
    """The database is there and is not what this version works with."""

    code = "not-ready"
    status = 503
    message = lazy("The database cannot be used as it is.")
    retry_after = 30


@blueprint.get("/readyz")
def ready() -> Response:
    """The database can be read and has this version's tables; 503 (with the reason) otherwise."""
    try:
        tables = session.scalar(text("SELECT version_num FROM alembic_version"))
        session.execute(text("SELECT 1 FROM setting LIMIT 1"))
    except DatabaseError as error:
        raise database_problem(error) or NotReady from error
    if tables not in known_versions():
        raise NotReady
    return jsonify({"status": "ready"})


def may_measure() -> bool:
    """Whether the asker is this machine itself (not somebody behind its proxy) or shows the token."""
    token = config.current().get("KIOSK_METRICS_TOKEN")
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and bearer:
        return same(str(token), bearer)
    return request.remote_addr in LOCAL and not any(name in request.headers for name in FORWARDED)


class Figure(NamedTuple):
    """A figure in the words of Prometheus; `samples` are (what follows the name, value)."""

    name: str
    kind: str
    meaning: str
    samples: list[tuple[str, Any]]


def figures() -> Iterator[Figure]:
    """All figures; all cheap, however much is stored. What is not known yet is left out."""
    for name, meaning, value in (*_stored(), *_machine(), *_work()):
        if value is not None:
            yield Figure(f"kiosk_{name}", "gauge", meaning, [("", value)])
    by_status, histogram, seconds = measures.totals()
    answers = [(f'{{status="{status}"}}', number) for status, number in by_status.items()]
    yield Figure(
        "kiosk_rating_answers_total", "counter", "Answers to POST /api/ratings since the start.", answers
    )
    buckets: list[tuple[str, Any]] = [(f'_bucket{{le="{bound}"}}', number) for bound, number in histogram]
    meaning = "Seconds that POST /api/ratings took, from its first line to the answer's."
    samples = [*buckets, ("_sum", round(seconds, 6)), ("_count", histogram[-1][1])]
    yield Figure("kiosk_rating_seconds", "histogram", meaning, samples)


def _stored() -> Iterator[tuple[str, str, Any]]:
    yield "ratings_counted", "Ratings that count, of all time.", ratings.tallied()
    yield "chain_entries", "Number of the record's newest entry.", chain.head().seq
    yield "tablets", "Tablets that are enrolled and not revoked.", len(counters.tablets())


def _machine() -> Iterator[tuple[str, str, Any]]:
    instance = config.current()
    disk = shutil.disk_usage(instance.folder)
    yield "waiting", "Ratings that wait to be written in the answering process.", _measured("ratings waiting")
    yield "streams", "Live views that the answering process serves.", _measured("streams")
    yield "disk_free_bytes", "Free space where the database lies.", disk.free
    yield "disk_free_ratio", "The same as a share.", round(disk.free / disk.total, 4) if disk.total else 0
    size = instance.database.stat().st_size if instance.uses_sqlite else _postgresql_size()
    yield "database_bytes", "Size of the database.", size


def _measured(name: str) -> int:
    measure = room.measure(name)
    return measure() if measure else 0


def _postgresql_size() -> int:
    return session.scalar(select(func.pg_database_size(func.current_database()))) or 0


def _work() -> Iterator[tuple[str, str, Any]]:
    instance, now = config.current(), clock.now()
    beat = notes.since_beat(instance)
    yield (
        "ticker_age_seconds",
        "Since the server last looked after itself.",
        round(beat.total_seconds()) if beat else None,
    )
    copies = backups.dated(instance)
    yield "backups", "Backups that are kept.", len(copies)
    age = round((now - copies[0][0]).total_seconds()) if copies else None
    yield "backup_age_seconds", "Age of the newest verified backup.", age
    for job in (job for above in room.rooms() for job in above.jobs):
        note = notes.read(instance, job.name)
        yield f"{job.name}_ok", f"1 if the last run of “{job.name}” was well.", int(note.ok) if note else None
        age = round((now - note.at).total_seconds()) if note else None
        yield f"{job.name}_age_seconds", f"Age of the last run of “{job.name}”.", age


@blueprint.get("/metrics")
def metrics() -> Response:
    """The figures in the text format of Prometheus: to this machine, or with KIOSK_METRICS_TOKEN."""
    if not may_measure():
        raise NotFound
    lines = []
    for figure in figures():
        lines += [f"# HELP {figure.name} {figure.meaning}\n", f"# TYPE {figure.name} {figure.kind}\n"]
        lines += [f"{figure.name}{rest} {value}\n" for rest, value in figure.samples]
    return Response("".join(lines), content_type="text/plain; version=0.0.4; charset=utf-8")

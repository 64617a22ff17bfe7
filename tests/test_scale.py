"""Several machines serve one school from one PostgreSQL; neither a lost machine nor a lost database loses."""

import http.client
import json
import shutil
import threading
import time
from collections import Counter as Tallier
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select, text

from kiosk import create_app
from kiosk.chain.queries import head
from kiosk.chain.services import append
from kiosk.core import config, postgres
from kiosk.core.db import db, session, transaction
from kiosk.core.errors import Damaged
from kiosk.operation import audit
from kiosk.ratings.models import Rating
from kiosk.school.models import Setting
from kiosk.setup.instance import check_sound
from tests.conftest import PASSWORD, Server, empty_database, enrol, make_school, name_of
from tests.postgres import Cluster

pytestmark = pytest.mark.postgresql


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refusals are told in English."""
    monkeypatch.setenv("LANG", "en_GB.UTF-8")


def machine(instance: config.Instance, folder: Path, host: str) -> Server:
    """Another application machine: it has the school's config.toml, and nothing else."""
    folder.mkdir()
    shutil.copy(instance.folder / "config.toml", folder)
    return Server(folder, host=host)


@pytest.fixture
def machines(instance: config.Instance, tmp_path: Path) -> Iterator[list[Server]]:
    """Two machines that serve one school."""
    running = [machine(instance, tmp_path / host, host) for host in ("127.0.0.2", "127.0.0.3")]
    yield running
    for one in running:
        one.stop()


class Tablet(threading.Thread):
    """A tablet's queue: one request in flight, the same again after 503 or a lost connection."""

    def __init__(self, key: str, ports: list[tuple[str, int]], number: int) -> None:
        super().__init__(daemon=True)
        self.key = key
        self.places = ports
        self.waiting = [uuid4() for _ in range(number)]
        self.acknowledged: list[UUID] = []
        self.answers: Tallier[int] = Tallier()

    def run(self) -> None:
        """Deliver everything, to the other place after a failure."""
        place = 0
        for seq, one in enumerate(self.waiting, 1):
            while True:
                host, port = self.places[place % len(self.places)]
                status = self._send(host, port, one, seq)
                self.answers[status] += 1
                if status in (200, 201):
                    self.acknowledged.append(one)
                    break
                place += 1
                time.sleep(0.1)

    def _send(self, host: str, port: int, one: UUID, seq: int) -> int:
        body = {"id": str(one), "counter": "c1", "level": 1 + seq % 5, "seq": seq}
        line = http.client.HTTPConnection(host, port, timeout=30)
        try:
            line.request(
                "POST",
                "/api/ratings",
                json.dumps(body),
                {"Content-Type": "application/json", "Authorization": f"Device {self.key}"},
            )
            answer = line.getresponse()
            answer.read()
            assert answer.status != 503 or int(answer.headers["Retry-After"]) > 0
            return answer.status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            line.close()


def places(machines: list[Server]) -> list[tuple[str, int]]:
    return [(one.host, one.port) for one in machines]


def delivered(tablets: list[Tablet]) -> int:
    return sum(len(one.acknowledged) for one in tablets)


def wait_for(tablets: list[Tablet], number: int) -> None:
    until = time.monotonic() + 60
    while delivered(tablets) < number:
        assert time.monotonic() < until, [one.answers for one in tablets]
        time.sleep(0.02)


def assert_all_is_there(instance: config.Instance, tablets: list[Tablet]) -> None:
    """Everything that was acknowledged is stored once, in each tablet's order, and the recount agrees."""
    app = create_app(instance)
    with app.app_context():
        stored = [(row.id, row.tablet_id) for row in session.scalars(select(Rating).order_by(Rating.seq))]
        report = audit.check()
        db.engine.dispose()
    ids = [one for one, _tablet in stored]
    assert len(ids) == len(set(ids))
    for tablet in tablets:
        assert [one for one in ids if one in set(tablet.acknowledged)] == tablet.acknowledged
    assert (report.ok, report.problems) == (True, [])


def test_a_rating_taken_by_one_machine_is_seen_live_at_the_other(
    app: Flask, machines: list[Server], device_key: str
) -> None:
    first, second = machines
    stream = watch(second)
    assert_next(stream, b"event: snapshot")
    tablet = Tablet(device_key, places([first]), 1)
    tablet.start()
    assert_next(stream, b"event: changed")
    tablet.join(20)


def watch(server: Server) -> Any:
    """The office's live stream, as the head of logistics sees it."""
    browser = build_opener(HTTPCookieProcessor())
    page = browser.open(f"{server.url}/sign-in", timeout=20).read().decode()
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    form = urlencode({"username": "lin", "password": PASSWORD, "csrf_token": token})
    browser.open(f"{server.url}/sign-in", form.encode(), timeout=20).read()
    wish = Request(f"{server.url}/office/live", headers={"Accept": "text/event-stream"})
    return browser.open(wish, timeout=20)


def assert_next(stream: Any, wanted: bytes) -> None:
    """The stream soon tells this; a stream that ends or is silent for 20 s fails."""
    for _line in range(200):
        line = stream.readline()
        assert line, "the stream ended"
        if line.startswith(wanted):
            return
    raise AssertionError(f"{wanted!r} did not come")


def test_the_record_is_one_chain_whichever_machine_writes(instance: config.Instance) -> None:
    apps = [create_app(instance) for _ in range(2)]

    def write(app: Flask) -> None:
        for number in range(10):
            with app.app_context(), transaction():
                append(action="test", subject=f"thing:{number}", actor="lin")

    threads = [threading.Thread(target=write, args=(app,)) for app in apps for _ in range(3)]
    with apps[0].app_context():
        before = head().seq
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for app in apps:
        with app.app_context():
            assert head().seq == before + 60
            assert audit.check().problems == []
            session.remove()
            db.engine.dispose()


def test_a_killed_machine_loses_nothing_that_was_acknowledged(
    app: Flask, instance: config.Instance, machines: list[Server]
) -> None:
    tablets = [Tablet(enrol(app, "c1"), places(machines)[::step], 150) for step in (1, -1, 1, -1)]
    for tablet in tablets:
        tablet.start()
    wait_for(tablets, 100)
    machines[0].kill()
    for tablet in tablets:
        tablet.join(90)
    assert delivered(tablets) == 600
    assert sum(one.answers[500] for one in tablets) == 0
    assert_all_is_there(instance, tablets)


@pytest.fixture
def standby() -> Iterator[tuple[Cluster, Cluster]]:
    """A primary of its own, and the standby that has each commit before it is acknowledged."""
    primary = Cluster().start()
    follower = Cluster(source=primary).start()
    primary.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
    primary.execute("SELECT pg_reload_conf()")
    until = time.monotonic() + 20
    while primary.ask("SELECT sync_state FROM pg_stat_replication") != "sync":
        assert time.monotonic() < until
        time.sleep(0.1)
    yield primary, follower
    follower.remove()
    primary.remove()


def test_a_failover_of_the_database_is_noticed_by_the_queues_alone(
    tmp_path: Path, standby: tuple[Cluster, Cluster]
) -> None:
    """The primary dies under load; the standby, which has every commit that was acknowledged, takes over."""
    primary, follower = standby
    with empty_database(primary):
        app = make_school(tmp_path / "instance")
    name = name_of(config.locate(tmp_path / "instance"))
    both = f"postgresql://kiosk@127.0.0.1:{primary.port},127.0.0.1:{follower.port}/{name}"
    moved = config.remember_database(config.locate(tmp_path / "instance"), both)
    machines = [machine(moved, tmp_path / host, host) for host in ("127.0.0.2", "127.0.0.3")]
    try:
        tablets = [Tablet(enrol(app, "c1"), places(machines), 150) for _ in range(4)]
        for tablet in tablets:
            tablet.start()
        wait_for(tablets, 100)
        primary.kill()
        time.sleep(1)
        follower.promote()
        for tablet in tablets:
            tablet.join(90)
        assert delivered(tablets) == 600
        answers = sum((one.answers for one in tablets), Tallier[int]())
        assert set(answers) <= {200, 201, 503}
        assert_all_is_there(moved, tablets)  # at the standby: the primary is dead
    finally:
        for one in machines:
            one.stop()
        with app.app_context():
            db.engine.dispose()


def test_a_machine_that_hangs_in_the_middle_of_a_write_gives_its_turn_back(
    app: Flask, instance: config.Instance
) -> None:
    """Here it is given one second; PostgreSQL then ends the transaction of who says nothing any more."""
    impatient = f"{instance.database_url}?options=-cidle_in_transaction_session_timeout%3D1s"
    with app.app_context():
        setting = "SELECT setting::int FROM pg_settings WHERE name = 'idle_in_transaction_session_timeout'"
        assert 0 < session.scalar(text(setting)) <= 30_000
        session.remove()
    with postgres.connect(impatient) as hanging:
        hanging.execute("SELECT pg_advisory_xact_lock(%s)", [postgres.WRITING])
        with app.app_context(), transaction():
            session.add(Setting(key="after", value=1))
        hanging.close()


def test_a_machine_says_so_when_the_database_cannot_be_reached(
    instance: config.Instance, cluster: Cluster
) -> None:
    cluster.drop(name_of(instance))
    with pytest.raises(Damaged, match="cannot be reached"):
        check_sound(instance)

"""PostgreSQL: a lost database is told as busy and heals, nobody writes by looking, and one moment is read."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from kiosk.core import config, postgres
from kiosk.core.db import db, session, transaction
from kiosk.core.errors import Damaged
from kiosk.school.models import Setting
from kiosk.setup.instance import check_sound
from tests.conftest import FreshClient, empty_database, enrol, make_school, name_of
from tests.postgres import Cluster

pytestmark = pytest.mark.postgresql


@pytest.fixture
def lonely(tmp_path: Path) -> Iterator[tuple[Cluster, Flask]]:
    """A school on a PostgreSQL of its own, which may be stopped."""
    cluster = Cluster().start()
    with empty_database(cluster):
        app = make_school(tmp_path / "instance")
    app.test_client_class = FreshClient
    yield cluster, app
    with app.app_context():
        db.engine.dispose()
    cluster.remove()


def test_a_lost_database_is_busy_and_heals_by_itself(lonely: tuple[Cluster, Flask]) -> None:
    cluster, app = lonely
    key, client = enrol(app, "c1"), app.test_client()
    rating = {
        "json": {"id": "019cb7c5-0000-7000-8000-000000000001", "counter": "c1", "level": 5},
        "headers": {"Authorization": f"Device {key}"},
    }
    assert client.get("/").status_code == 200
    cluster.kill()
    for answer in (client.get("/"), client.get("/"), client.post("/api/ratings", **rating)):
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
    cluster.start()
    assert client.get("/").status_code == 200
    assert client.post("/api/ratings", **rating).status_code == 201
    assert client.post("/api/ratings", **rating).status_code == 200


def test_a_closed_connection_is_noticed_by_nobody(
    app: Flask, cluster: Cluster, instance: config.Instance
) -> None:
    client = app.test_client()
    assert client.get("/").status_code == 200
    name = name_of(instance)
    cluster.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    assert client.get("/").status_code == 200


def test_who_reads_sees_one_moment(app: Flask) -> None:
    def write() -> None:
        with app.app_context(), transaction():
            session.add(Setting(key="later", value=1))

    with app.app_context():
        before = session.query(Setting).count()
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
        assert session.query(Setting).count() == before
        session.rollback()
        assert session.query(Setting).count() == before + 1


def test_a_character_that_no_text_holds_is_the_senders_fault(app: Flask) -> None:
    assert app.test_client().get("/data/purchases.json?from=%00").status_code < 500
    with app.app_context(), pytest.raises(DatabaseError) as caught:
        session.execute(text("SELECT :word"), {"word": "a\0b"})
    assert postgres.problem(caught.value) is None


def test_a_server_that_may_forget_is_not_used(instance: config.Instance, cluster: Cluster) -> None:
    cluster.execute(f"ALTER DATABASE {name_of(instance)} SET synchronous_commit = off")
    with pytest.raises(Damaged, match="synchronous_commit"):
        check_sound(instance)


def test_an_empty_and_a_foreign_database_are_not_served(instance: config.Instance, cluster: Cluster) -> None:
    check_sound(instance)
    with pytest.raises(Damaged, match="kiosk restore"):
        check_sound(config.remember_database(instance, cluster.url(cluster.create())))
    stranger = config.Instance(instance.folder, {**instance.values, "instance_id": "another"})
    with pytest.raises(Damaged, match=r"config\.toml"):
        check_sound(stranger)

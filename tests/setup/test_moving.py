"""A school moves whole or not at all; a backup of PostgreSQL is whole, and a restore keeps what was there."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk import create_app
from kiosk.core import clock, config, postgres
from kiosk.core.config import Instance
from kiosk.core.db import db, session, transaction
from kiosk.core.errors import Conflict
from kiosk.counters import queries as counters
from kiosk.counters.services import add_canteen
from kiosk.operation import audit, backups, drill, notes, retention, signs, ticker
from kiosk.operation.copying import NotTheSame
from kiosk.presence.services import issue_pass, read_pass
from kiosk.purchasing import services as purchasing
from kiosk.ratings.services import Press, close_meals, take, take_press
from kiosk.setup import moving
from tests.conftest import LUNCH, actor, canteen, counter, make_school, name_of, tamper
from tests.postgres import Cluster

pytestmark = pytest.mark.postgresql


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refusals are told in English."""
    monkeypatch.setenv("LANG", "en_GB.UTF-8")


def use(app: Flask) -> None:
    """A posted sheet, sealed ratings, and one of a visitor whose meal is not over."""
    with app.app_context(), clock.moved_to(LUNCH), transaction():
        draft = purchasing.start_sheet(by=actor("chen"), canteen=canteen(), day=LUNCH.date())
        rows = [{"item": "土豆", "unit": "市斤", "quantity": "2.5", "unit_price": "1.25"}]
        people = {name: f"{name}员" for name in ("purchaser", "custodian", "receiver1", "receiver2")}
        purchasing.save_draft(by=actor("chen"), draft=draft, rows=rows, people=people)
        purchasing.post_sheet(by=actor("chen"), draft=draft)
        for level in (5, 4, 1):
            take(
                id=uuid4(), counter=counter(), level=level, channel="poster", reasons=("taste",), comment="好"
            )
        close_meals(by=actor("kiosk"), everything=True)
        take_press(Press(phone_pass=read_pass(issue_pass(counter=counter())), id=uuid4(), level=5))
    with app.app_context():
        session.remove()
        db.engine.dispose()


def contents(instance: Instance) -> dict[str, list[Any]]:
    """Every row of every table."""
    app = create_app(instance)
    with app.app_context():
        tables = db.metadata.sorted_tables
        found = {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))]
            for table in tables
        }
        session.remove()
        db.engine.dispose()
    return found


@pytest.fixture
def settled(tmp_path: Path) -> Instance:
    """A school on SQLite that is in use."""
    use(make_school(tmp_path / "school"))
    return config.locate(tmp_path / "school")


@pytest.fixture
def empty(cluster: Cluster) -> Iterator[str]:
    """The address of an empty database."""
    name = cluster.create()
    yield cluster.url(name)
    cluster.drop(name)


def test_everything_moves_and_goes_on_there(settled: Instance, empty: str) -> None:
    before = contents(settled)
    facts, aside = moving.move(settled, empty)
    there = config.locate(settled.folder)
    assert there.database_url == empty
    assert contents(there) == before
    assert (facts.ratings, len(before["line"]), len(before["rating_visitor"])) == (4, 1, 1)
    assert not settled.database.exists()
    assert (aside / "kiosk.sqlite3").exists()
    app = create_app(there)
    with app.app_context():
        with transaction():
            new = take(id=uuid4(), counter=counter(), level=3, channel="poster").rating
            add_canteen(by=actor("test"), code="k9", name="第九食堂")
        assert new.seq == before["rating"][-1][0] + 1
        assert audit.check().ok
        session.remove()
        db.engine.dispose()


def test_it_does_not_move_into_a_database_that_holds_something(settled: Instance, instance: Instance) -> None:
    before = contents(instance)
    with pytest.raises(Conflict, match="not empty"):
        moving.move(settled, instance.database_url)
    assert contents(instance) == before
    assert config.locate(settled.folder).uses_sqlite


def test_it_does_not_move_while_a_server_runs(settled: Instance, empty: str) -> None:
    with backups.serving(settled), pytest.raises(Conflict, match="Stop it first"):
        moving.move(settled, empty)
    assert postgres.look(empty).tables == 0


def test_what_does_not_pass_the_recount_stays_where_it_is(settled: Instance, empty: str) -> None:
    app = create_app(settled)
    with app.app_context():
        tamper("UPDATE tally SET n5 = n5 + 1")
    before = contents(settled)
    with pytest.raises(NotTheSame, match="tally"):
        moving.move(settled, empty)
    assert config.locate(settled.folder).uses_sqlite
    assert contents(settled) == before
    assert postgres.look(empty).tables == 0


@pytest.fixture
def used(app: Flask, instance: Instance) -> Instance:
    """A school in PostgreSQL that is in use."""
    use(app)
    return instance


def test_a_backup_holds_the_school_but_no_visitor(used: Instance) -> None:
    file, facts = moving.back_up(used)
    assert facts == backups.inspect(file)
    assert facts.ratings == 4
    expected = contents(used)
    assert expected["rating_visitor"] != []
    expected["rating_visitor"] = []
    expected["meal_key"] = [row for row in expected["meal_key"] if row[3] is None]
    copied = Instance(used.folder, used.values, f"sqlite:///{file}")
    assert contents(copied) == expected
    with closing(sqlite3.connect(file)) as connection:
        triggers = connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'").fetchone()
    assert triggers[0] > 10
    assert sorted(path.name for path in file.parent.iterdir()) == [file.name]


def test_a_restore_takes_the_place_and_keeps_what_was_there(
    app: Flask, used: Instance, cluster: Cluster
) -> None:
    file, _facts = moving.back_up(used)
    with app.app_context():
        with transaction():
            add_canteen(by=actor("test"), code="k9", name="第九食堂")
            take(id=uuid4(), counter=counter(), level=3, channel="poster")
        session.remove()
        with pytest.raises(Conflict, match="另一台机器"):
            moving.restore(used, file)
        db.engine.dispose()
    facts, replaced = moving.restore(used, file)
    assert facts.ratings == 4
    with app.app_context():
        assert [one.code for one in counters.canteens()] == ["k1"]
        assert audit.check().problems == []
        with transaction():
            take(id=uuid4(), counter=counter(), level=3, channel="poster")
        session.remove()
    assert cluster.ask(f"SELECT count(*) FROM {replaced}.rating", name_of(used)) == 5
    assert cluster.ask(f"SELECT count(*) FROM {replaced}.canteen", name_of(used)) == 2
    assert retention.forget_databases(used) == 0
    with clock.moved_to(clock.now() + timedelta(days=31)):
        assert retention.forget_databases(used) == 1
    assert postgres.replaced(used.database_url) == []


def test_a_damaged_backup_changes_nothing(app: Flask, used: Instance, tmp_path: Path) -> None:
    file, _facts = moving.back_up(used)
    before = contents(used)
    bad = tmp_path / "bad.sqlite3"
    bad.write_bytes(file.read_bytes()[:30_000])
    with pytest.raises(backups.BadBackup):
        moving.restore(used, bad)
    assert contents(used) == before


def test_the_weekly_drill_tries_the_backup_without_touching_the_database(used: Instance) -> None:
    moving.back_up(used)
    before = contents(used)
    tried = drill.drill(used)
    assert (tried.ok, tried.ratings, tried.problems) == (True, 4, [])
    assert contents(used) == before


def test_one_machine_leads_and_another_takes_over(instance: Instance) -> None:
    first, second = (postgres.Leader(instance.database_url) for _ in range(2))
    assert [first.lead(), second.lead(), first.lead()] == [True, False, True]
    assert first._connection
    first._connection.close()
    assert [second.lead(), first.lead()] == [True, False]


def test_of_several_machines_one_makes_the_backups(app: Flask, instance: Instance) -> None:
    ticker.tick(app, leads=False)
    assert backups.dated(instance) == []
    with app.test_request_context("/?lang=en"):
        told = {sign.code: sign.answer for sign in signs.alarms(instance, everything=True)}
    assert told["backup"].startswith("Another machine")
    ticker.tick(app)
    assert len(backups.dated(instance)) == 1
    note = notes.read(instance, "backup")
    assert note
    assert note.ok

"""A backup is whole or not there; a restore takes nothing that is not whole and ours."""

import os
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk.core import clock, config
from kiosk.core.db import db, session, transaction
from kiosk.core.errors import Conflict, Invalid, StorageFull
from kiosk.operation import audit, backups, ticker
from kiosk.presence.models import MealKey
from kiosk.presence.services import new_visitor, read_visitor
from kiosk.ratings.models import RatingVisitor
from kiosk.ratings.services import close_meals, take
from kiosk.school.models import Setting
from kiosk.setup.instance import check_sound, create_school
from tests.conftest import LUNCH, actor, counter

pytestmark = pytest.mark.sqlite


@pytest.fixture
def written(app: Flask, instance: config.Instance) -> config.Instance:
    """An instance whose newest write still stands in the write-ahead log, connections open."""
    note(app, "before")
    assert instance.database.with_name("kiosk.sqlite3-wal").stat().st_size > 0
    return instance


def note(app: Flask, word: str) -> None:
    with app.app_context(), transaction():
        session.add(Setting(key=word, value=1))


def words(app: Flask) -> set[str]:
    with app.app_context():
        db.engine.dispose()
        return set(session.scalars(select(Setting.key).where(Setting.key.in_(["before", "after"]))))


def test_a_backup_holds_what_was_written_and_comes_back(app: Flask, written: config.Instance) -> None:
    file, facts = backups.make(written)
    assert facts == backups.inspect(file)
    assert sorted(path.name for path in file.parent.iterdir()) == [file.name]
    assert file.stat().st_mode & 0o077 == 0
    note(app, "after")
    assert words(app) == {"before", "after"}
    restored, aside = backups.restore(written, file)
    check_sound(written)
    assert restored == facts
    assert words(app) == {"before"}
    assert aside is not None
    with sqlite3.connect(aside / "kiosk.sqlite3") as replaced:
        assert replaced.execute("SELECT count(*) FROM setting WHERE key = 'after'").fetchone() == (1,)


def damages() -> dict[str, Any]:
    return {
        "half": lambda good: good[: len(good) // 2],
        "empty": lambda good: b"",
        "text": lambda good: b"hello\n" * 2000,
        "a page of noise": lambda good: good[:8192] + os.urandom(8192) + good[16384:],
    }


@pytest.mark.parametrize("damage", damages())
def test_a_damaged_backup_is_refused_and_nothing_changes(
    app: Flask, written: config.Instance, tmp_path: Path, damage: str
) -> None:
    file, _facts = backups.make(written)
    bad = tmp_path / "bad.sqlite3"
    bad.write_bytes(damages()[damage](file.read_bytes()))
    note(app, "after")
    with pytest.raises(backups.BadBackup):
        backups.restore(written, bad)
    assert words(app) == {"before", "after"}
    assert not (written.folder / "replaced").exists()
    assert not list(written.folder.glob("*.restoring*"))


def test_a_missing_file_is_refused(written: config.Instance, tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        backups.restore(written, tmp_path / "none.sqlite3")


def test_the_database_itself_is_no_backup(written: config.Instance) -> None:
    with pytest.raises(Invalid):
        backups.restore(written, written.database)
    with pytest.raises(Invalid):
        backups.make(written, written.database)


def test_another_schools_backup_is_refused(written: config.Instance, tmp_path: Path) -> None:
    other = create_school(tmp_path / "other", name="另一所", timezone="Asia/Shanghai")
    file, _facts = backups.make(other.instance)
    with pytest.raises(backups.BadBackup, match="another school"):
        backups.restore(written, file)


def test_a_backup_with_a_changed_chain_is_refused(written: config.Instance) -> None:
    file, _facts = backups.make(written)
    with sqlite3.connect(file) as connection:
        connection.execute("DROP TRIGGER chain_entry_no_update")
        connection.execute("UPDATE chain_entry SET body = replace(body, 'format', 'formal') WHERE seq = 2")
    with pytest.raises(backups.BadBackup, match="broken"):
        backups.restore(written, file)


def test_a_backup_of_a_newer_version_is_refused(written: config.Instance) -> None:
    file, _facts = backups.make(written)
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(backups.BadBackup, match="newer"):
        backups.restore(written, file)


def test_nothing_is_restored_under_a_running_server(written: config.Instance) -> None:
    file, _facts = backups.make(written)
    with backups.serving(written), backups.serving(written), pytest.raises(Conflict):
        backups.restore(written, file)
    backups.restore(written, file)


@pytest.mark.parametrize("damage", ["missing", "text"])
def test_a_restore_works_where_the_database_is_damaged(
    app: Flask, written: config.Instance, damage: str
) -> None:
    file, _facts = backups.make(written)
    with app.app_context():
        db.engine.dispose()
    for path in written.folder.glob("kiosk.sqlite3*"):
        path.unlink()
    if damage == "text":
        written.database.write_bytes(b"hello\n" * 2000)
    backups.restore(written, file)
    check_sound(written)
    assert words(app) == {"before"}


def test_no_backup_is_begun_without_room(written: config.Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backups.shutil, "disk_usage", lambda _folder: type("Disk", (), {"free": 1000})())
    with pytest.raises(StorageFull):
        backups.make(written)
    assert not list((written.folder / "backups").iterdir())


def test_a_copy_that_differs_is_thrown_away(
    written: config.Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "inspect", lambda _file: backups.Facts(1, 2, "x"))
    with pytest.raises(backups.BadBackup):
        backups.make(written)
    assert not list((written.folder / "backups").iterdir())


def test_the_newest_stay_and_one_of_each_day(instance: config.Instance) -> None:
    folder = instance.folder / "backups"
    hours = [LUNCH - timedelta(hours=number) for number in range(24 * 40)]
    for moment in hours:
        (folder / f"{moment:{backups.NAME}}").touch()
    (folder / "by-hand.sqlite3").touch()
    backups.prune(instance)
    kept = [moment for moment, _path in backups.dated(instance)]
    assert kept[:24] == hours[:24]
    assert len({moment.date() for moment in kept}) == 30 + 1  # the newest of the month before is older
    assert (folder / "by-hand.sqlite3").exists()


def test_after_a_year_of_hours_24_of_hours_30_of_days_and_12_of_months_stay(
    instance: config.Instance,
) -> None:
    folder = instance.folder / "backups"
    hours = [LUNCH - timedelta(hours=number) for number in range(24 * 400)]
    for moment in reversed(hours):  # as a year passes, each followed by its pruning
        (folder / f"{moment:{backups.NAME}}").touch()
        if moment.hour == 0 or moment in hours[:24]:
            backups.prune(instance)
    kept = [moment for moment, _path in backups.dated(instance)]
    assert kept[:24] == hours[:24]
    days = sorted({moment.date() for moment in hours}, reverse=True)
    last_of_day = {day: max(moment for moment in hours if moment.date() == day) for day in days}
    assert set(kept) >= {last_of_day[day] for day in days[:30]}
    months = {f"{moment:%Y-%m}": moment for moment in reversed(hours)}
    assert set(kept) >= set(sorted(months.values(), reverse=True)[:12])
    assert len(kept) == 24 + 28 + 10
    backups.prune(instance)
    assert [moment for moment, _path in backups.dated(instance)] == kept


def test_a_copy_whose_maker_was_killed_is_swept_away(instance: config.Instance, at_lunch: datetime) -> None:
    folder = instance.folder / "backups"
    for hours in (0, 2):
        (folder / f"{LUNCH - timedelta(hours=hours):{backups.NAME}}.part").touch()
    backups.prune(instance)
    assert [path.name for path in folder.iterdir()] == [f"{LUNCH:{backups.NAME}}.part"]


def test_a_backup_within_a_meal_knows_no_visitors(
    app: Flask, instance: config.Instance, at_lunch: datetime
) -> None:
    """Otherwise the meal's key, destroyed when the meal is closed, would live on in it for a year."""
    with app.app_context():
        with transaction():
            phone = read_visitor(new_visitor())
            take(id=uuid4(), counter=counter(), level=1, channel="phone", visitor=phone)
        key, visitor = session.query(MealKey.key).scalar(), session.query(RatingVisitor.visitor).scalar()
        db.engine.dispose()
    assert key
    assert any(key in path.read_bytes() for path in instance.folder.glob("kiosk.sqlite3*"))
    file, facts = backups.make(instance)
    assert facts.ratings == 1
    raw = file.read_bytes()
    assert key not in raw
    assert visitor not in raw
    backups.restore(instance, file)
    with app.app_context():
        with transaction():  # the same meal goes on
            take(id=uuid4(), counter=counter(), level=5, channel="phone", visitor=phone)
            close_meals(by=actor("kiosk"), everything=True)
        assert audit.check().problems == []


def test_a_destroyed_key_is_in_no_file(app: Flask, instance: config.Instance, at_lunch: datetime) -> None:
    with app.app_context():
        with transaction():
            take(id=uuid4(), counter=counter(), level=1, channel="phone", visitor=read_visitor(new_visitor()))
        key, visitor = session.query(MealKey.key).scalar(), session.query(RatingVisitor.visitor).scalar()
        session.remove()
    with clock.moved_to(LUNCH + timedelta(hours=3)):
        ticker.tick(app)
    assert key
    for path in instance.folder.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            assert key not in raw, path
            assert visitor not in raw, path


def test_the_server_backs_up_each_hour_by_itself(app: Flask, written: config.Instance) -> None:
    with clock.moved_to(LUNCH):
        ticker.tick(app)
        ticker.tick(app)
    assert len(backups.dated(written)) == 1
    with clock.moved_to(LUNCH + timedelta(minutes=61)):
        ticker.tick(app)
    assert len(backups.dated(written)) == 2

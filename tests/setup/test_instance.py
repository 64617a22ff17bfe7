"""A school is made whole or not at all, and a damaged one is not served."""

import os
import sqlite3
import stat
from pathlib import Path

import pytest
from sqlalchemy import select, text

from kiosk.core import config
from kiosk.core.db import db, session
from kiosk.core.errors import Conflict, Damaged, Invalid
from kiosk.school.models import Meal, Setting
from kiosk.setup import instance as house
from kiosk.setup.instance import add_first_account, check_sound, check_version, create_school
from tests.conftest import PASSWORD


def test_a_new_school_is_empty_and_has_its_meals(new_school: None, tmp_path: Path) -> None:
    app = create_school(tmp_path / "here", name=" 新学校 ", timezone="Asia/Urumqi")
    add_first_account(app, username="first", password=PASSWORD)
    with app.app_context():
        assert session.scalars(select(Meal.code).order_by(Meal.starts)).all() == [
            "breakfast",
            "lunch",
            "dinner",
        ]
        known = dict(session.execute(select(Setting.key, Setting.value)).all())
        assert (known["name"], known["timezone"]) == ("新学校", "Asia/Urumqi")
        assert session.scalar(text("SELECT role FROM account_role")) == "admin"
        assert session.scalar(text("SELECT count(*) FROM counter")) == 0
        db.engine.dispose()
    secret = tmp_path / "here" / "config.toml"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600


def test_a_second_school_is_refused(instance: config.Instance) -> None:
    with pytest.raises(Conflict):
        create_school(instance.folder, name="另一所", timezone="Asia/Shanghai")


@pytest.mark.sqlite
def test_a_database_without_its_configuration_is_not_touched(instance: config.Instance) -> None:
    (instance.folder / "config.toml").unlink()
    before = instance.database.read_bytes()
    with pytest.raises(Conflict):
        create_school(instance.folder, name="另一所", timezone="Asia/Shanghai")
    assert instance.database.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "timezone"),
    [("", "Asia/Shanghai"), ("长" * 61, "Asia/Shanghai"), ("校", "Mars"), ("校", "../x")],
)
def test_a_bad_name_or_zone_leaves_nothing(tmp_path: Path, name: str, timezone: str) -> None:
    with pytest.raises(Invalid):
        create_school(tmp_path / "here", name=name, timezone=timezone)
    assert not (tmp_path / "here").exists()


def test_a_school_that_fails_half_way_leaves_nothing(
    new_school: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_values: object) -> None:
        raise OSError("no more")

    monkeypatch.setattr(house, "change_settings", fail)
    with pytest.raises(OSError, match="no more"):
        create_school(tmp_path, name="新学校", timezone="Asia/Shanghai")
    assert not (tmp_path / "config.toml").exists()
    assert not list(tmp_path.glob("kiosk.sqlite3*"))


def test_a_whole_database_is_sound(instance: config.Instance) -> None:
    assert check_sound(instance) is None
    assert check_version(instance) is None


def damages() -> dict[str, object]:
    return {
        "missing": None,
        "empty": lambda good: b"",
        "text": lambda good: b"hello\n" * 2000,
        "zero header": lambda good: b"\0" * 100 + good[100:],
        "half": lambda good: good[: len(good) // 2],
        "a page of noise": lambda good: good[:8192] + os.urandom(8192) + good[16384:],
    }


@pytest.mark.sqlite
@pytest.mark.parametrize("damage", damages())
def test_a_damaged_database_is_refused_with_the_way_out(instance: config.Instance, damage: str) -> None:
    change = damages()[damage]
    if callable(change):
        instance.database.write_bytes(change(instance.database.read_bytes()))
    else:
        instance.database.unlink()
    with pytest.raises(Damaged, match="kiosk restore"):
        check_sound(instance)


@pytest.mark.sqlite
def test_another_schools_database_is_refused(instance: config.Instance, tmp_path: Path) -> None:
    other = create_school(tmp_path / "other", name="另一所", timezone="Asia/Shanghai")
    with other.app_context():
        db.engine.dispose()
    instance.database.write_bytes((tmp_path / "other" / "kiosk.sqlite3").read_bytes())
    with pytest.raises(Damaged):
        check_sound(instance)


@pytest.mark.sqlite
@pytest.mark.parametrize(("version", "word"), [("0000", "newer"), ("9999", "newer")])
def test_a_database_of_an_unknown_version_is_refused(
    instance: config.Instance, version: str, word: str
) -> None:
    with sqlite3.connect(instance.database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [version])
    with pytest.raises(Damaged, match=word):
        check_version(instance)


@pytest.mark.sqlite
def test_an_earlier_version_says_how_to_go_on(
    instance: config.Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house, "known_versions", lambda: ["0001", "0002"])
    with sqlite3.connect(instance.database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(Damaged, match="kiosk migrate"):
        check_version(instance)


def test_what_a_school_stores_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    create_school(tmp_path / "here", name="新学校", timezone="Asia/Shanghai")
    files = [file for file in (tmp_path / "here").iterdir() if file.is_file()]
    assert len(files) >= 2
    assert [file.name for file in files if file.stat().st_mode & 0o077] == []

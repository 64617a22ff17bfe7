"""The nightly check and the weekly restore drill: real commands on a real backup."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from kiosk.core import clock, config
from kiosk.core.db import db
from kiosk.core.errors import Invalid
from kiosk.operation import backups, drill, notes, ticker
from tests.conftest import LUNCH

pytestmark = pytest.mark.sqlite  # tests/setup/test_moving.py tries the drill on PostgreSQL
NIGHT = LUNCH.replace(hour=18)
"""02:05 of the next day in Shanghai."""
DAY = timedelta(days=1)


@pytest.fixture
def backed_up(app: Flask, instance: config.Instance) -> config.Instance:
    with app.app_context():
        db.engine.dispose()
    backups.make(instance)
    return instance


def spoil(file: object) -> None:
    """A change that only the audit finds: the file is whole, and so is its chain."""
    with sqlite3.connect(str(file)) as connection:
        connection.execute("INSERT INTO tally VALUES (1, '2026-03-04', 12, 0, 0, 0, 0, 7)")


def test_the_newest_backup_comes_back_whole_and_leaves_nothing_behind(backed_up: config.Instance) -> None:
    done = drill.drill(backed_up)
    assert (done.ok, done.problems) == (True, [])
    assert done.file == backups.dated(backed_up)[0][1].name
    assert not (backed_up.folder / "operation" / "drill").exists()


@pytest.mark.slow
def test_a_backup_that_does_not_hold_is_told(backed_up: config.Instance) -> None:
    file = backups.dated(backed_up)[0][1]
    spoil(file)
    done = drill.drill(backed_up)
    assert not done.ok
    assert any("tally" in problem for problem in done.problems)
    file.write_bytes(file.read_bytes()[:20_000])
    done = drill.drill(backed_up)
    assert not done.ok
    assert ".restoring" in done.problems[0]
    assert done.problems[0].startswith("kiosk: ")
    assert not (backed_up.folder / "operation" / "drill").exists()


def test_what_a_broken_program_says_is_told_in_one_line(
    backed_up: config.Instance, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "kiosk").mkdir()
    (tmp_path / "kiosk" / "__main__.py").write_text("raise ValueError('the plug was drawn')")
    monkeypatch.setattr(drill, "ROOT", tmp_path)
    assert drill.check(backed_up.folder)["problems"] == ["ValueError: the plug was drawn"]


def test_without_a_backup_there_is_nothing_to_try(instance: config.Instance) -> None:
    with pytest.raises(Invalid):
        drill.drill(instance)


@pytest.mark.slow
def test_the_server_checks_each_night_and_tries_a_restore_each_week(
    app: Flask, instance: config.Instance
) -> None:
    done: list[tuple[int, str]] = []
    for night in range(9):
        for moment in (NIGHT + timedelta(days=night), NIGHT + timedelta(days=night, hours=1)):
            before = {job.name: notes.read(instance, job.name) for job in ticker.jobs(app)}
            with clock.moved_to(moment):
                ticker.tick(app)
            done += [(night, name) for name, note in before.items() if notes.read(instance, name) != note]
    assert [night for night, name in done if name == "check"] == list(range(1, 9))
    assert [night for night, name in done if name == "drill"] == [6]
    for name in ("check", "drill"):
        note = notes.read(instance, name)
        assert note is not None
        assert note.ok, note.facts


def test_a_machine_that_is_off_at_night_is_checked_by_day(app: Flask, instance: config.Instance) -> None:
    for day, expected in ((0, False), (1, False), (2, True)):
        with clock.moved_to(LUNCH + timedelta(days=day)):
            ticker.tick(app)
        assert (notes.read(instance, "check") is not None) is expected


def test_what_is_asked_for_is_done_in_the_next_round(app: Flask, instance: config.Instance) -> None:
    with clock.moved_to(LUNCH):
        ticker.tick(app)
        spoil(instance.database)
        notes.wish(instance, "check")
        ticker.tick(app)
        note = notes.read(instance, "check")
        assert note is not None
        assert not note.ok
        assert "tally" in note.facts["problems"][0]
        ticker.tick(app)
        assert notes.read(instance, "check") == note


def test_a_jump_of_the_clock_is_noted(app: Flask, instance: config.Instance) -> None:
    for moment, jumps in ((LUNCH, False), (LUNCH + timedelta(seconds=5), False), (LUNCH - DAY, True)):
        with clock.moved_to(moment):
            ticker.tick(app)
        assert (notes.read(instance, "clock") is not None) is jumps
    note = notes.read(instance, "clock")
    assert note is not None
    assert abs(note.facts["seconds"] + 24 * 3600) < 60

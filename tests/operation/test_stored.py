"""The audit's export tells of every table, and of everybody who looked; taking it is itself told."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from kiosk.chain import queries as chain
from kiosk.cli import main
from kiosk.core import config
from kiosk.core.db import db
from kiosk.operation import stored
from tests.conftest import FOUNDED, csrf

SignIn = Callable[[str], FlaskClient]
PAGE = "/office/operation/stored"


def test_every_table_of_the_database_is_told_of(app: Flask) -> None:
    """A new table stands in its room's manifest: what it is, how long it is kept."""
    declared = [(name, kept) for room in app.rooms for name, kept in room.tables.items()]
    assert sorted(name for name, _kept in declared) == sorted(db.metadata.tables)
    for name, kept in declared:
        assert kept.since is None or kept.since in db.metadata.tables[name].columns, name


def test_it_counts_rows_and_tells_who_looked(app: Flask, signed_in: SignIn) -> None:
    signed_in("lin")
    signed_in("lin")
    signed_in("chen")
    with app.app_context():
        tables = {one.table: one for one in stored.tables()}
        people = {one.account: one for one in stored.accesses()}
        assert (tables["counter"].rows, tables["counter"].oldest) == (3, "")
        assert tables["chain_entry"].rows == chain.count()
        assert tables["chain_entry"].oldest == FOUNDED.date().isoformat()
        assert {name: one.sign_ins for name, one in people.items()} == {"lin": 2, "chen": 1}


def test_the_download_holds_everything_and_is_told_of(app: Flask, signed_in: SignIn) -> None:
    browser = signed_in("admin")
    answer = browser.post(PAGE, data={"csrf_token": csrf(browser, PAGE)})
    assert answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert sorted(archive.namelist()) == ["audit.json", "stored.csv", "who-looked.csv"]
        told = json.loads(archive.read("audit.json"))
        assert len(archive.read("stored.csv").splitlines()) == len(db.metadata.tables) + 1
    assert {one["table"] for one in told["stored"]} == set(db.metadata.tables)
    assert [(one["account"], one["exports"]) for one in told["looked"]] == [("admin", 1)]
    with app.app_context():
        entry = chain.entries(limit=1)[0]
        assert (entry.actor, entry.action) == ("admin", "stored.exported")


@pytest.mark.parametrize("name", ["audit.zip", "audit"])
def test_the_command_writes_the_same(
    app: Flask, instance: config.Instance, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_INSTANCE", str(instance.folder))
    done = CliRunner().invoke(main, ["audit", "export", str(tmp_path / name)])
    assert done.exit_code == 0, done.output
    names = (
        zipfile.ZipFile(tmp_path / name).namelist()
        if name.endswith("zip")
        else [path.name for path in (tmp_path / name).iterdir()]
    )
    assert sorted(names) == ["audit.json", "stored.csv", "who-looked.csv"]
    refused = CliRunner().invoke(main, ["audit", "export", str(tmp_path / "none" / "a.zip")])
    assert refused.exit_code == 1

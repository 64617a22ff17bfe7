"""A new record is begun after the old one, which is whole, in a file of its own, and named for good."""

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient

from kiosk.chain.queries import beginning, export, head, opened_body, verify
from kiosk.cli import main
from kiosk.core import config
from kiosk.core.db import db, session
from kiosk.operation import volumes
from kiosk.school.services import change_settings
from tests.chain.test_export import check
from tests.chain.test_verify import printed, run, used
from tests.conftest import tamper, written_by_0_2_0

__all__ = ["used"]


def begin(instance: config.Instance, *arguments: str) -> Result:
    environment = {"KIOSK_INSTANCE": str(instance.folder), "LANG": "en_US.UTF-8"}
    return CliRunner().invoke(main, ["record", "begin", *arguments], env=environment)


def test_the_old_record_is_kept_as_a_file_and_named(
    app: Flask, used: config.Instance, tmp_path: Path, client: FlaskClient
) -> None:
    poster, file = printed(app), tmp_path / "old.jsonl"
    with app.app_context():
        written_by_0_2_0()
        old = head()
        session.remove()
    done = begin(used, str(file), "--yes")
    assert done.exit_code == 0, done.output
    assert f"The old record ends with {old.seq}:{old.hash}." in done.output
    assert check(tmp_path, file.read_text("utf-8").splitlines(), f"{old.seq}:{old.hash}")[0] == 0
    with app.app_context():
        entry = beginning()
        assert entry is not None
        assert (entry.seq, entry.subject) == (old.seq + 1, "record")
        told = opened_body(entry)["after"]
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        assert told == {"last": old.seq, "head": f"{old.seq}:{old.hash}", "digest": digest}
        assert verify().findings == []
        assert verify().heads == 1, "the old head is kept in heads/"
        assert check(tmp_path, list(export()))[0] == 0
    assert f"with entry {old.seq + 1}, which names" in client.get("/record?lang=en").text
    assert poster.partition(":")[0] == str(old.seq)
    assert run(used, "--head", f"{old.seq}:{old.hash}").exit_code == 0, "a head printed before still holds"


def test_a_record_that_is_not_whole_is_not_left_behind(
    app: Flask, used: config.Instance, tmp_path: Path
) -> None:
    with app.app_context():
        before = head()
        tamper("UPDATE rating SET level = 5 WHERE seq = 3")
    done = begin(used, str(tmp_path / "old.jsonl"), "--yes")
    assert (done.exit_code, "Nothing was changed" in done.output) == (1, True)
    assert "Rating 3 was changed" in done.output
    with app.app_context():
        assert head() == before
    assert not (tmp_path / "old.jsonl").exists()


def test_what_is_written_meanwhile_stops_it(
    app: Flask, used: config.Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = volumes.check

    def meanwhile(*arguments: object) -> object:
        from kiosk.core.db import transaction

        with transaction():
            change_settings(by="lin", name="新的校名")
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(volumes, "check", meanwhile)
    done = begin(used, str(tmp_path / "old.jsonl"), "--yes")
    assert (done.exit_code, "Somebody wrote meanwhile" in done.output) == (1, True)
    assert list(tmp_path.glob("old.jsonl*")) == []
    with app.app_context():
        assert beginning() is None


@pytest.mark.parametrize("place", ["there", "inside", "nowhere"])
def test_a_place_that_will_not_do_is_refused(used: config.Instance, tmp_path: Path, place: str) -> None:
    (tmp_path / "there").write_text("something")
    file = {"there": tmp_path / "there", "inside": used.folder / "x", "nowhere": tmp_path / "no" / "x"}[place]
    done = begin(used, str(file), "--yes")
    assert (done.exit_code, len(done.output.strip().splitlines())) == (1, 1)
    assert (tmp_path / "there").read_text() == "something"


def test_without_a_yes_nothing_is_begun(app: Flask, used: config.Instance, tmp_path: Path) -> None:
    assert begin(used, str(tmp_path / "old.jsonl")).exit_code == 1
    with app.app_context():
        assert beginning() is None
        db.engine.dispose()


def test_it_tells_programs(used: config.Instance, tmp_path: Path) -> None:
    told = json.loads(begin(used, str(tmp_path / "old.jsonl"), "--yes", "--json").output)
    assert told.keys() == {"old", "file", "sha256", "seq"}
    assert told["old"].startswith(f"{told['seq'] - 1}:")

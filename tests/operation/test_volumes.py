"""A new record is begun after the old one, which is whole, in a file of its own, and named for good."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from kiosk.chain.models import ChainEntry
from kiosk.chain.queries import beginning, export, head, link, opened_body, verify
from kiosk.chain.services import append
from kiosk.cli import main
from kiosk.core import config
from kiosk.core.db import db, session, transaction
from kiosk.operation import audit, backups, volumes
from kiosk.school.services import change_settings
from tests.chain.test_export import check
from tests.chain.test_verify import origin, printed, run, used
from tests.conftest import actor, tamper, written_by_0_2_0

__all__ = ["origin", "used"]


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


def test_a_file_beside_it_is_not_written_over(app: Flask, used: config.Instance, tmp_path: Path) -> None:
    mine = tmp_path / "old.jsonl.part"
    mine.write_text("mine", "utf-8")
    assert begin(used, str(tmp_path / "old.jsonl"), "--yes").exit_code == 0
    assert mine.read_text("utf-8") == "mine"
    assert sorted(path.name for path in tmp_path.glob("old.jsonl*")) == ["old.jsonl", "old.jsonl.part"]


@pytest.mark.sqlite
def test_a_file_beside_a_backup_is_not_written_over(used: config.Instance, tmp_path: Path) -> None:
    mine = tmp_path / "kept.sqlite3.part"
    mine.write_text("mine", "utf-8")
    backups.make(used, tmp_path / "kept.sqlite3")
    assert mine.read_text("utf-8") == "mine"
    assert sorted(path.name for path in tmp_path.glob("kept*")) == ["kept.sqlite3", "kept.sqlite3.part"]


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
        with transaction():
            change_settings(by=actor("lin"), name="新的校名")
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


WORDS = "独一无二的紫色茄子"
LOOKED_FOR = (WORDS.encode(), json.dumps(WORDS)[1:-1].encode())


@pytest.fixture
def old(app: Flask, used: config.Instance, tmp_path: Path) -> Path:
    """A record that an earlier version wrote, a sentence and user names in it, and the file with it."""
    with app.app_context():
        with transaction():
            append(action="day.set", subject="day:2026-03-05", actor="lin", after={"note": WORDS})
        written_by_0_2_0()
        tamper(
            "UPDATE chain_entry SET subject = 'account:chen', body = replace(body, 'account:#2',"
            " 'account:chen') WHERE subject = 'account:#2'"
        )
        relink()
        assert verify().findings == []
        db.engine.dispose()
    if used.uses_sqlite:
        backups.make(used, used.folder.parent / "elsewhere.sqlite3")
        backups.make(used)
    assert begin(used, str(tmp_path / "old.jsonl"), "--yes").exit_code == 0
    return tmp_path / "old.jsonl"


def relink() -> None:
    """Every hash anew, as they would be had it been written so."""
    previous = "0" * 64
    for seq, body in session.execute(text("SELECT seq, body FROM chain_entry ORDER BY seq")).all():
        previous = link(previous, body)
        tamper("UPDATE chain_entry SET hash = :hash WHERE seq = :seq", hash=previous, seq=seq)


def put_away(instance: config.Instance, *arguments: str) -> Result:
    environment = {"KIOSK_INSTANCE": str(instance.folder), "LANG": "en_US.UTF-8"}
    return CliRunner().invoke(main, ["record", "put-away", *arguments], env=environment)


def holding(folder: Path) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(words in path.read_bytes() for words in LOOKED_FOR)]


def test_an_old_record_that_is_put_away_leaves_hashes_and_prices(
    app: Flask, used: config.Instance, old: Path, tmp_path: Path
) -> None:
    with app.app_context():
        printed_heads = select(ChainEntry.seq, ChainEntry.hash).order_by(ChainEntry.seq)
        heads = session.execute(printed_heads).all()
        session.remove()
    done = put_away(used, str(old), "--yes")
    assert done.exit_code == 0, done.output
    assert "entries were abridged" in done.output
    assert holding(used.folder) == []
    with app.app_context():
        still = session.execute(printed_heads).all()[: len(heads)]
        assert still == heads, "every printed head still holds"
        assert verify().findings == []
        assert audit.check().problems == []
        left = "".join(session.scalars(select(ChainEntry.body)))
        assert not any(name in left for name in (WORDS, "采购员", "account:chen", "新鲜"))
        assert "大西红柿" in left
        sealed = session.scalars(select(ChainEntry).where(ChainEntry.action == "ratings.sealed")).one()
        before = session.get_one(ChainEntry, sealed.seq - 1)
        assert link(before.hash, sealed.body) == sealed.hash, "receipts prove their rating as before"
        assert check(tmp_path, list(export()))[0] == 0
        session.remove()
    again = put_away(used, str(old), "--yes")
    assert (again.exit_code, again.output.startswith("0 entries")) == (0, True)


@pytest.mark.parametrize(
    "script",
    [
        "UPDATE line SET unit_price = unit_price * 2, amount = amount * 2 WHERE position = 0;"
        "UPDATE sheet SET total = (SELECT sum(amount) FROM line)",
        "UPDATE chain_entry SET body = replace(body, '大西红柿', '小西红柿')",
        "UPDATE chain_entry SET hash = '0' WHERE seq = 3",
        "UPDATE rating SET level = 5 WHERE seq = 3",
    ],
)
def test_what_is_left_of_it_is_still_vouched_for(
    app: Flask, used: config.Instance, old: Path, tmp_path: Path, script: str
) -> None:
    assert put_away(used, str(old), "--yes").exit_code == 0
    with app.app_context():
        tamper(script)
        assert verify().findings != []
        if "line" not in script:
            assert check(tmp_path, list(export()))[0] == 1


def test_it_is_put_away_only_for_whoever_shows_its_file(
    app: Flask, used: config.Instance, old: Path, tmp_path: Path
) -> None:
    other, inside = tmp_path / "other.jsonl", used.folder / "old.jsonl"
    other.write_text(old.read_text("utf-8") + "x", "utf-8")
    shutil.copy(old, inside)
    for file in (other, inside, tmp_path / "nowhere"):
        assert put_away(used, str(file), "--yes").exit_code == 1
    inside.unlink()
    assert put_away(used, str(old)).exit_code == 1, "nobody said yes"
    with app.app_context():
        assert WORDS in "".join(session.scalars(select(ChainEntry.body)))


def test_nothing_is_put_away_before_a_new_record_is_begun(used: config.Instance, tmp_path: Path) -> None:
    done = put_away(used, str(tmp_path / "old.jsonl"), "--yes")
    assert (done.exit_code, "Begin a new record first" in done.output) == (1, True)


@pytest.mark.sqlite
def test_a_restored_backup_puts_it_away_again(app: Flask, used: config.Instance, old: Path) -> None:
    assert put_away(used, str(old), "--yes").exit_code == 0
    with app.app_context():
        db.engine.dispose()
    environment = {"KIOSK_INSTANCE": str(used.folder), "LANG": "en_US.UTF-8"}
    file = used.folder.parent / "elsewhere.sqlite3"
    assert any(words in file.read_bytes() for words in LOOKED_FOR)
    done = CliRunner().invoke(main, ["restore", str(file)], env=environment)
    assert done.exit_code == 0, done.output
    assert holding(used.folder) == []
    assert run(used).exit_code == 0

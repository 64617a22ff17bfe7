"""After an erasure the words are in no byte of the instance, and nothing brings them back."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient
from psycopg import sql
from sqlalchemy import select

from kiosk.auth.services import add_account
from kiosk.chain import queries as chain
from kiosk.chain.models import ChainEntry
from kiosk.chain.services import append
from kiosk.cli import main
from kiosk.core import clock, config, postgres
from kiosk.core.db import db, session, transaction
from kiosk.core.security import fingerprint
from kiosk.counters.models import RefusedEntry, Tablet
from kiosk.counters.services import add_tablet, note_refused
from kiosk.operation import audit, backups, erased, forgetting, notes, ticker
from kiosk.operation.retention import forget
from kiosk.postings import queries as postings
from kiosk.postings import services as drafts
from kiosk.purchasing.imports import keep
from kiosk.ratings import queries as ratings
from kiosk.ratings.models import RatingNote
from kiosk.ratings.services import (
    Press,
    close_meals,
    erase_comment,
    remember_erased,
    take,
    take_press,
)
from kiosk.school.services import switch
from kiosk.steps.services import decide
from tests.conftest import (
    LUNCH,
    PASSWORD,
    ROOT,
    actor,
    add_staff,
    canteen,
    counter,
    csrf,
    enrol,
    everything_stored,
)

WORDS = "独一无二的紫色茄子"
ENOUGH = "今天的汤很好喝，" * 40
RATING = UUID("01890000-0000-7000-8000-0000000000aa")
LOOKED_FOR = (WORDS.encode(), json.dumps(WORDS)[1:-1].encode(), WORDS.encode("utf-16-le"))


def holding(folder: Path) -> list[str]:
    """The files in which the words stand, in whatever encoding."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [
        str(path.relative_to(folder)) for path in files if any(w in path.read_bytes() for w in LOOKED_FOR)
    ]


@pytest.fixture
def said(app: Flask, instance: config.Instance) -> config.Instance:
    """The words in a comment among others, in a refused entry, in the record, a backup and a replaced one."""
    with app.app_context():
        with clock.moved_to(LUNCH), transaction():
            for number in range(30):
                take(id=uuid4(), counter=counter(), level=4, channel="poster", comment=f"{ENOUGH}{number}")
            take(id=RATING, counter=counter(), level=2, channel="poster", comment=WORDS)
            add_tablet(by=actor("lin"), counter=counter())
            refusal = {"status": 422, "code": "invalid", "why": "", "content": {"comment": WORDS}}
            tablet = session.query(Tablet).one()
            note_refused(tablet=tablet, rating_id=RATING, **refusal)
            append(
                action="day.set", subject="day:2026-03-05", actor="lin", after={"note": f"有人说：{WORDS}"}
            )
            close_meals(by=actor("kiosk"), everything=True)
        db.engine.dispose()
    if instance.uses_sqlite:
        backups.make(instance)
        aside = instance.folder / "replaced" / "20260304-040500"
        aside.mkdir(parents=True)
        shutil.copy(instance.database, aside)
    return instance


def run(instance: config.Instance, *arguments: str) -> Result:
    environment = {"KIOSK_INSTANCE": str(instance.folder), "LANG": "en_US.UTF-8"}
    return CliRunner().invoke(main, [*arguments], env=environment)


def erase_words(instance: config.Instance) -> Result:
    return run(instance, "record", "erase", "--words", WORDS, "--reason", "asked by the writer", "--yes")


def test_what_still_stands_in_the_school_itself_is_named(app: Flask, said: config.Instance) -> None:
    with app.app_context(), transaction():
        add_staff(WORDS)
        keep(by=actor("lin"), canteen=canteen(), data=f"品名\t{WORDS}".encode("gb18030"), file_name="a.txt")
    done = erase_words(said)
    assert done.exit_code == 0
    assert "No file of the instance" not in done.output
    assert all(place in done.output for place in ("(person), no. ", "(purchase_import), no. 1")), done.output
    assert "let it go" in done.output, "and what can be done there"
    assert not any(place in done.output for place in ("chain_text", "rating_note", "refused_entry"))


def test_words_that_only_a_posting_says_are_told_with_what_helps(app: Flask, said: config.Instance) -> None:
    secret = '他说"再也不来"\n王五'
    with app.app_context(), transaction():
        switch(by=actor("lin"), name="notice", on=True)
        add_account(by=actor("test"), username="zhou", password=PASSWORD, role="council", name="周")
        kind = postings.kind_of("notice")
        draft = drafts.start(by=actor("lin"), kind=kind)
        fields = {"title": "通知", "text": f"内容：{secret}。"}
        drafts.save_draft(by=actor("lin"), draft=draft, revision=0, fields=fields)
        number = draft.posting_id
    wish = ("record", "erase", "--words", secret, "--reason", "asked", "--yes")
    told = run(said, *wish)
    assert told.exit_code == 1
    assert f"(posting_draft), no. {number}. Change or discard the draft." in told.output, told.output
    with app.app_context(), transaction():
        draft = postings.posting(number).draft
        drafts.propose(by=actor("lin"), draft=draft)
        approval = postings.approving(draft).approval
        decide(by=actor("zhou"), approval=approval, approves=True)
    told = run(said, *wish, "--json")
    standing = json.loads(told.output)["standing"]
    assert told.exit_code == 1
    assert [(one["table"], one["numbers"]) for one in standing] == [("posting_version", [str(number)])]
    assert "Withdraw" in standing[0]["mended"]


@pytest.mark.sqlite
def test_after_an_erasure_no_byte_of_the_instance_has_the_words(app: Flask, said: config.Instance) -> None:
    made = backups.dated(said)[0][1]
    before = backups.inspect(made)
    places = holding(said.folder)
    assert {f"backups/{made.name}", "replaced/20260304-040500/kiosk.sqlite3", "kiosk.sqlite3"} <= set(places)
    done = erase_words(said)
    assert (done.exit_code, "No file of the instance holds it" in done.output) == (0, True), done.output
    assert holding(said.folder) == []
    assert backups.inspect(made) == before, "the backup is whole, and of the same head"
    verified = run(said, "verify")
    assert (verified.exit_code, "erased names and texts 1" in verified.output) == (0, True), verified.output
    with app.app_context():
        assert audit.check().problems == []
        assert session.query(RatingNote).filter(RatingNote.comment != "").count() == 30, "the others stay"
        session.remove()
    assert "有人说" not in run(said, "record", "export", str(said.folder.parent / "all.jsonl")).output
    assert WORDS not in (said.folder.parent / "all.jsonl").read_text("utf-8")


def test_after_an_erasure_no_table_has_the_words(app: Flask, said: config.Instance) -> None:
    with app.app_context():
        stored = everything_stored()
        assert stored.count(WORDS) == 3
        session.remove()
    assert erase_words(said).exit_code == 0
    with app.app_context():
        assert WORDS not in everything_stored()
        assert [one.action for one in chain.entries(limit=2)] == ["comment.erased", "text.erased"]
        assert not any(WORDS in body for body in session.scalars(select(ChainEntry.body)))
        assert audit.check().problems == []


@pytest.mark.sqlite
@pytest.mark.parametrize("place", ["backup", "replaced", "wal", "refused"])
def test_each_place_that_is_left_out_is_found(
    app: Flask, said: config.Instance, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The search sees what an erasure forgets: each place left out once."""
    if place == "backup":
        monkeypatch.setattr(forgetting.backups, "dated", lambda instance: [])
    elif place == "replaced":
        monkeypatch.setattr(forgetting, "_files", lambda one: (p for _at, p in backups.dated(one)))
    elif place == "wal":
        monkeypatch.setattr(forgetting.backups, "settle", lambda instance: True)
        with app.app_context(), transaction():
            take(id=uuid4(), counter=counter(), level=2, channel="poster", comment=WORDS)
    else:
        monkeypatch.setattr("kiosk.ratings.services.forgetting._blank_refused", lambda which: None)
        (said.folder / "replaced" / "20260304-040500" / "kiosk.sqlite3").unlink()
    with app.app_context():
        reader = db.engine.connect()  # somebody keeps the log open
        with transaction():
            wanted = forgetting.find(words=WORDS)
            forgetting.erase(by=actor("lin"), selection=wanted, reason="test")
        forgetting.scrub(said)
        assert holding(said.folder) != []
        reader.close()


@pytest.mark.sqlite
def test_a_restored_backup_does_not_bring_it_back(app: Flask, said: config.Instance) -> None:
    old = said.folder.parent / "elsewhere.sqlite3"
    shutil.copy(backups.dated(said)[0][1], old)
    assert erase_words(said).exit_code == 0
    assert any(one in old.read_bytes() for one in LOOKED_FOR), "a copy elsewhere still has it"
    with app.app_context():
        db.engine.dispose()
    done = run(said, "restore", str(old))
    assert done.exit_code == 0, done.output
    assert holding(said.folder) == []
    verified = run(said, "verify", "--json")
    assert (verified.exit_code, json.loads(verified.output)["erased"]) == (0, 1), verified.output
    with app.app_context():
        assert [one.action for one in chain.entries(limit=2)] == ["text.erased", "record.restored"]
        assert audit.check().problems == []


@pytest.mark.sqlite
def test_nor_does_one_on_a_new_machine_that_has_the_list(app: Flask, said: config.Instance) -> None:
    old = said.folder.parent / "elsewhere.sqlite3"
    shutil.copy(backups.dated(said)[0][1], old)
    assert erase_words(said).exit_code == 0
    new = said.folder.parent / "new"
    new.mkdir()
    for name in (config.CONFIG, erased.FILE):
        shutil.copy(said.folder / name, new)
    there = config.locate(new)
    assert run(there, "restore", str(old)).exit_code == 0
    assert holding(new) == []
    assert run(there, "verify").exit_code == 0


def test_a_tablet_that_sends_it_again_stores_no_comment(app: Flask, said: config.Instance) -> None:
    key, again = enrol(app, "c1"), UUID("01890000-0000-7000-8000-0000000000bb")
    with app.app_context():
        press = Press(id=again, counter="c1", level=2, comment=WORDS, device=fingerprint(key), tablet_seq=1)
        with transaction():
            take_press(press)
        with transaction():
            erase_comment(by=actor("lin"), code=ratings.receipt_code(again))
        with transaction():
            take_press(press)
        assert [note.comment for note in ratings.notes(ratings.rating(again).seq)] == [""]  # type: ignore[union-attr]
        fresh = uuid4()
        with transaction():
            remember_erased([fresh])
            take_press(replace(press, id=fresh, tablet_seq=3))
        assert ratings.notes(ratings.rating(fresh).seq) == []  # type: ignore[union-attr]


@pytest.mark.sqlite
def test_the_server_cleans_the_files_by_itself(app: Flask, said: config.Instance) -> None:
    with app.app_context():
        with clock.moved_to(LUNCH), transaction():
            forgetting.erase(by=actor("lin"), selection=forgetting.find(words=WORDS), reason="本人要求")
        session.remove()
    assert holding(said.folder) != []
    with clock.moved_to(LUNCH + timedelta(minutes=1)):
        ticker.tick(app)
        assert holding(said.folder) == []
        ticker.tick(app)  # it has looked at its own new backup
        note = notes.read(said, forgetting.NOTE)
        ticker.tick(app)
        assert notes.read(said, forgetting.NOTE) == note, "once is enough"


@pytest.mark.sqlite
def test_a_backup_that_was_being_made_is_cleaned_afterwards(app: Flask, said: config.Instance) -> None:
    late = said.folder.parent / "late.sqlite3"
    shutil.copy(backups.dated(said)[0][1], late)
    assert erase_words(said).exit_code == 0
    shutil.move(late, said.folder / "backups" / "kiosk-20260304-050000.sqlite3")
    assert holding(said.folder) != []
    with clock.moved_to(LUNCH):
        ticker.tick(app)
    assert holding(said.folder) == []


@pytest.mark.sqlite
def test_a_backup_that_cannot_be_cleaned_is_removed_and_it_is_said(app: Flask, said: config.Instance) -> None:
    (made,) = [path for _made, path in backups.dated(said)]
    with made.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 8192)
    done = erase_words(said)
    assert f"backups/{made.name} could not be cleaned and was removed." in done.output
    assert holding(said.folder) == []


@pytest.mark.sqlite
def test_comments_of_the_last_school_year_leave_the_backups_too(app: Flask, said: config.Instance) -> None:
    later = LUNCH + timedelta(days=366)
    with app.app_context(), clock.moved_to(later):
        with transaction():
            forget(by=actor("kiosk"))
        forgetting.scrub(said)
    left = [one for one in holding(said.folder) if one.startswith(("backups", "replaced"))]
    for place in left:
        with closing(sqlite3.connect(said.folder / place)) as connection:
            assert connection.execute("SELECT count(*) FROM rating_note WHERE comment <> ''").fetchone() == (
                0,
            )
    with app.app_context():
        assert "comments before" in (said.folder / erased.FILE).read_text("utf-8")
        assert (
            session.query(RefusedEntry).count() == 0
            or WORDS not in everything_stored().split("chain_text")[0]
        )


def test_the_head_erases_in_the_office_and_nobody_else(
    app: Flask,
    said: config.Instance,
    signed_in: Callable[[str], FlaskClient],
) -> None:
    with app.app_context():
        (text,) = chain.texts_with(WORDS)
        seq, own = text.seq, text.hash
        session.remove()
    page, lin = f"/office/chain/{seq}/erase", signed_in("lin")
    assert signed_in("wu").get(page).status_code == 403
    assert "erase" not in signed_in("wu").get("/office/chain/").text
    assert page in lin.get("/office/chain/").text
    assert WORDS in lin.get(page).text
    form = {"text": own, "reason": "", "csrf_token": csrf(lin, page)}
    refused = lin.post(f"{page}?lang=en", data=form)
    assert (refused.status_code, "Please say why" in refused.text) == (422, True)
    answer = lin.post(f"{page}?lang=en", data={**form, "reason": "本人要求"}, follow_redirects=True)
    assert "Erased. Within a minute" in answer.text
    assert WORDS not in answer.text
    with app.app_context():
        assert WORDS not in str(chain.opened_body(session.get_one(ChainEntry, seq)))
        assert chain.verify().findings == []
    assert "Nothing of this entry" in lin.get(f"{page}?lang=en").text or "lin" in (lin.get(page).text)
    assert lin.get("/office/chain/999999/erase").status_code == 404


@pytest.mark.parametrize(
    "arguments", [[], ["--words", "nobody said this"], ["--entry", "1", "--reason", ""], ["--entry", "99999"]]
)
def test_a_command_without_sense_is_refused_in_one_line(said: config.Instance, arguments: list[str]) -> None:
    reason = [] if "--reason" in arguments else ["--reason", "test"]
    done = run(said, "record", "erase", *arguments, *reason, "--yes")
    assert done.exit_code == 1
    assert len(done.output.strip().splitlines()) == 1, done.output


def test_without_a_yes_nothing_is_erased(app: Flask, said: config.Instance) -> None:
    done = run(said, "record", "erase", "--words", WORDS, "--reason", "test")
    assert done.exit_code == 1
    with app.app_context():
        assert WORDS in everything_stored()


@pytest.mark.postgresql
def test_a_schema_that_a_restore_put_aside_is_cleaned_too(app: Flask, said: config.Instance) -> None:
    file = said.folder.parent / "before.sqlite3"
    assert run(said, "backup", str(file)).exit_code == 0
    with app.app_context():
        db.engine.dispose()
    assert run(said, "restore", str(file)).exit_code == 0
    (schema,) = postgres.replaced(said.database_url)
    before = everything_in(said, schema)
    assert before.count(WORDS) + before.count(json.dumps(WORDS)[1:-1]) == 3
    assert outside(said, "record", "erase", "--words", WORDS, "--reason", "test", "--yes") == 0
    after = everything_in(said, schema)
    assert WORDS not in after
    assert json.dumps(WORDS)[1:-1] not in after
    assert holding(said.folder) == []
    assert outside(said, "restore", str(file)) == 0
    with app.app_context():
        assert WORDS not in everything_stored()
        assert audit.check().problems == []
    assert not any(WORDS in everything_in(said, one) for one in postgres.replaced(said.database_url))


def outside(instance: config.Instance, *arguments: str) -> int:
    """A command as a process of its own, which leaves no connection open; its status."""
    environment = {**os.environ, "KIOSK_INSTANCE": str(instance.folder)}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "kiosk", *arguments]
    return subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode


def everything_in(instance: config.Instance, schema: str) -> str:
    """All rows of all tables of a schema, as PostgreSQL writes them."""
    with postgres.connect(instance.database_url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
        names = [sql.Identifier(schema, name) for (name,) in tables]
        rows = [
            connection.execute(sql.SQL("SELECT row_to_json(t)::text FROM {} AS t").format(one))
            for one in names
        ]
        return "\n".join(str(row) for found in rows for (row,) in found)

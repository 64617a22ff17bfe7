"""`kiosk verify` finds every kind of tampering and names the first false row; known heads show a cut tail."""

import json
from collections.abc import Callable
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from kiosk.chain.queries import Verdict, head, link, text_hash, verify
from kiosk.cli import main
from kiosk.core import clock, config
from kiosk.core.db import db, session, transaction
from kiosk.operation import backups
from kiosk.operation.record_cli import read_head
from kiosk.postings.queries import digest
from kiosk.purchasing import services as purchasing
from kiosk.ratings.services import close_meals, take, uncount
from kiosk.search.services import rebuild
from tests.conftest import LUNCH, actor, begins, canteen, counter, tamper

PEOPLE = {"purchaser": "采购员", "custodian": "保管员", "receiver1": "验收员甲", "receiver2": "验收员乙"}
ROWS = [
    {"item": "大西红柿", "unit": "市斤", "quantity": "40", "unit_price": "3.60", "remark": "新鲜"},
    {"item": "土豆", "unit": "市斤", "quantity": "2.5", "unit_price": "1.25"},
]


def use() -> None:
    """Post a sheet and seal ratings, one with a note and one with a mark."""
    with clock.moved_to(LUNCH), transaction():
        draft = purchasing.start_sheet(by=actor("chen"), canteen=canteen(), day=LUNCH.date())
        purchasing.save_draft(by=actor("chen"), draft=draft, rows=ROWS, people=PEOPLE)
        purchasing.post_sheet(by=actor("chen"), draft=draft)
        for level in (5, 4, 1):
            taken = take(id=uuid4(), counter=counter(), level=level, channel="poster", comment="好")
        uncount(taken.rating, "burst", by=actor("lin"))
        close_meals(by=actor("kiosk"), everything=True)
    assert verify().findings == []


origin = begins(used=use)


@pytest.fixture
def used(app: Flask, instance: config.Instance) -> config.Instance:
    """A school with a posted sheet and sealed ratings, one with a note and one with a mark."""
    return instance


def found(app: Flask) -> list[str]:
    with app.app_context():
        return [str(one) for one in verify().findings]


def rewrite(app: Flask, old: str, new: str) -> None:
    """Change the chain's text and compute every hash anew, as an insider with time would."""
    with app.app_context():
        swaps = {old: new}
        for row in session.execute(text("SELECT hash, salt, text FROM chain_text")).all():
            if old in row.text:
                changed = row.text.replace(old, new)
                swaps[row.hash] = text_hash(row.salt, changed)
                statement = "UPDATE chain_text SET text = :text, hash = :new WHERE hash = :old"
                tamper(statement, text=changed, new=swaps[row.hash], old=row.hash)
        rows = session.execute(text("SELECT seq, body FROM chain_entry ORDER BY seq")).all()
        previous = "0" * 64
        for seq, body in rows:
            for before, after in swaps.items():
                body = body.replace(before, after)
            previous = link(previous, body)
            statement = "UPDATE chain_entry SET body = :body, hash = :hash WHERE seq = :seq"
            tamper(statement, body=body, hash=previous, seq=seq)


SWAP = (
    "UPDATE {0} SET {1} = -1 WHERE {1} = {2}; UPDATE {0} SET {1} = {2} WHERE {1} = {3};"
    "UPDATE {0} SET {1} = {3} WHERE {1} = -1"
)
COPY = (
    "INSERT INTO chain_entry SELECT {}, at, actor, action, subject, body, hash FROM chain_entry WHERE seq = 5"
)
TAMPERED = {
    "UPDATE rating SET level = 5 WHERE seq = 3": "rating 3: altered (seal 1)",
    "DELETE FROM rating_note WHERE rating_seq = 2;"
    "DELETE FROM rating WHERE seq = 2": "rating 2: missing (seal 1)",
    SWAP.format("rating", "seq", 1, 2): "rating 1: altered (seal 1)",
    "UPDATE rating_note SET comment = '坏' WHERE id = 2": "note 2: altered (comment)",
    "DELETE FROM rating_note WHERE id = 3": "note 3: missing (seal 1)",
    SWAP.format("rating_note", "id", 1, 2): "note 1: altered (seal 1)",
    "UPDATE rating_mark SET counted = true": "mark 1: altered (seal 1)",
    "DELETE FROM rating_mark": "mark 1: missing (seal 1)",
    "UPDATE tally SET n4 = n4 - 1, n5 = n5 + 1": "tally c1 2026-03-04 12:00, 4: miscounted",
    "DELETE FROM tally": "tally c1 2026-03-04 12:00, 4: miscounted",
    "UPDATE chain_entry SET body = replace(body, 'format', 'formal') WHERE seq = 2": "entry 2: altered",
    "UPDATE chain_entry SET body = replace(body, '第一食堂', '第二食堂')": "entry ",
    f"UPDATE chain_entry SET hash = '{'0' * 64}' WHERE seq = 4": "entry 4: altered",
    "DELETE FROM chain_entry WHERE seq = 4": "entry 4: missing",
    SWAP.format("chain_entry", "seq", 4, 5): "entry 4: altered",
    "UPDATE chain_text SET text = '别人' WHERE seq = 5": "text 5: altered",
    "DELETE FROM chain_text WHERE seq = 5": "text 5: missing",
    "UPDATE chain_text SET text = NULL, salt = NULL WHERE seq = 5;"
    "UPDATE chain_entry SET actor = '' WHERE seq = 5": "text 5: missing",
    COPY.format(0): "entry 0: inserted",
    COPY.format(999): "entry {next}: missing",
    "DELETE FROM chain_entry WHERE seq > 5": "entry 6: cut",
    "UPDATE seal SET digest = 'x'": "seal 1: altered",
    "DELETE FROM seal": "seal 1: missing",
    "UPDATE line SET unit_price = unit_price * 2, amount = amount * 2 WHERE position = 0;"
    "UPDATE sheet SET total = (SELECT sum(amount) FROM line)": "sheet 1, version 1, line 1: altered",
    "UPDATE line SET remark = '不新鲜' WHERE position = 0": "sheet 1, version 1, line 1: altered",
    "UPDATE line SET supplier = '别家' WHERE position = 1": "sheet 1, version 1, line 2: altered",
    SWAP.format("line", "position", 0, 1): "sheet 1, version 1, line 1: altered",
}


@pytest.mark.parametrize("script", TAMPERED)
def test_the_first_false_row_is_named(app: Flask, used: config.Instance, script: str) -> None:
    with app.app_context():
        end = head().seq
        tamper(script)
    assert found(app)[0].startswith(TAMPERED[script].format(next=end + 1))


def run(instance: config.Instance, *arguments: str) -> Result:
    """`kiosk verify` in English."""
    environment = {"KIOSK_INSTANCE": str(instance.folder), "LANG": "en_US.UTF-8"}
    return CliRunner().invoke(main, ["verify", *arguments], env=environment)


def test_it_says_that_all_is_well(used: config.Instance) -> None:
    done = run(used)
    assert done.exit_code == 0, done.output
    assert "Nothing was changed" in done.output
    assert "ratings 3, known heads 0, left behind by a restore 0" in done.output
    assert json.loads(run(used, "--json").output)["ok"] is True


def test_it_names_the_first_false_row_in_one_line(app: Flask, used: config.Instance) -> None:
    with app.app_context():
        tamper("UPDATE rating SET level = 5 WHERE seq = 3")
    done = run(used)
    assert done.exit_code == 1
    assert done.output.splitlines()[0] == (
        "Rating 3 was changed after it was recorded. It is part of seal 1."
    )
    report = json.loads(run(used, "--json").output)
    assert (report["ok"], report["findings"][0]["kind"], report["findings"][0]["place"]) == (
        False,
        "rating",
        "3",
    )


def printed(app: Flask) -> str:
    """The head as it stands on a poster: number and twelve characters in groups."""
    with app.app_context():
        now = head()
        session.remove()
    return f"{now.seq}: {now.short}"


def test_a_printed_head_shows_a_rewritten_record(app: Flask, used: config.Instance) -> None:
    poster = printed(app)
    assert run(used, "--head", poster).exit_code == 0
    with app.app_context():
        before = session.execute(text("SELECT content FROM posting_version")).scalar_one()
        after = before.replace("采购员", "别人")
        own = digest(after)
        tamper("UPDATE sheet_person SET name = '别人' WHERE part = 'purchaser'")
        tamper("UPDATE posting_version SET content = :after, hash = :own", after=after, own=own)
    rewrite(app, digest(before), own)
    with app.app_context(), transaction():
        rebuild()
    assert run(used).exit_code == 0, "whole in itself: only a head from outside can tell"
    done = run(used, "--head", poster)
    assert done.exit_code == 1
    assert f"Entry of the record {poster.split(':')[0]} differs from the one" in done.output


def test_a_printed_head_shows_a_cut_tail(app: Flask, used: config.Instance) -> None:
    poster = printed(app)
    seq = int(poster.split(":")[0])
    with app.app_context():
        tamper(f"DELETE FROM seal; UPDATE rating SET level = 5; DELETE FROM chain_entry WHERE seq = {seq}")
    done = run(used, "--head", poster)
    assert done.exit_code == 1
    assert done.output.startswith(f"Entry of the record {seq} is missing: the record was cut off before it")


@pytest.mark.sqlite
def test_a_backup_and_a_seal_know_heads(app: Flask, used: config.Instance) -> None:
    file, facts = backups.make(used)
    with app.app_context():
        assert verify().heads == 1
    with app.app_context():
        tamper(f"DELETE FROM chain_entry WHERE seq = {facts.chain_entries}; DELETE FROM seal")
    assert found(app)[0] == f"entry {facts.chain_entries}: cut (backups/{file.name})"


@pytest.mark.sqlite
def test_what_a_restore_left_behind_is_explained_and_counted(app: Flask, used: config.Instance) -> None:
    old, _facts = backups.make(used, used.folder / "old.sqlite3")
    with app.app_context(), transaction():
        take(id=uuid4(), counter=counter(), level=5, channel="poster")
        close_meals(by=actor("kiosk"), everything=True)
    backups.make(used)
    poster = printed(app)
    environment = {"KIOSK_INSTANCE": str(used.folder)}
    with app.app_context():
        db.engine.dispose()
    done = CliRunner().invoke(main, ["restore", str(old)], env=environment)
    assert done.exit_code == 0, done.output
    with app.app_context():
        verdict: Verdict = verify([read_head(poster)])
    assert (verdict.findings, verdict.restored) == ([], 2)
    with app.app_context():
        beyond = verify([read_head("999:abcdef012345")])
    assert [one.problem for one in beyond.findings] == ["cut"]


@pytest.mark.parametrize(
    "text", ["", "12", "x:abcdef012345", "12:abcdef01234", "12:xyzxyzxyzxyz", ":", "12:" + "a" * 65]
)
def test_a_head_that_is_none_is_refused(used: config.Instance, text: str) -> None:
    done = run(used, "--head", text)
    assert done.exit_code == 1
    assert "Traceback" not in done.output


def test_the_office_says_the_same(
    app: Flask, used: config.Instance, signed_in: Callable[[str], FlaskClient]
) -> None:
    client = signed_in("wu")
    assert "Nothing was changed: all" in client.get("/office/chain/?verify=1&lang=en").text
    with app.app_context():
        tamper("UPDATE rating SET level = 5 WHERE seq = 3; UPDATE tally SET n5 = 9")
    page = client.get("/office/chain/?verify=1&lang=en").text
    assert "Rating 3 was changed after it was recorded. It is part of seal 1." in page
    assert "Tally c1 2026-03-04 12:00, 5 does not agree with the ratings." in page

"""What the record can forget: names and texts lie beside it, and go without a trace but for their hash."""

import json
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, text
from sqlalchemy.exc import IntegrityError

from kiosk import manifests
from kiosk.chain import queries
from kiosk.chain.models import ChainEntry, ChainText
from kiosk.chain.queries import Erased, head, opened_body, texts_of, texts_with, verify
from kiosk.chain.services import append, erase
from kiosk.core import config
from kiosk.core.db import db, session, transaction
from kiosk.core.errors import Invalid, NotFound
from kiosk.operation import audit
from tests.chain.test_export import check, lines_of
from tests.chain.test_verify import origin, printed, run, used
from tests.conftest import actor, everything_stored, tamper, written_by_0_2_0

__all__ = ["origin", "used"]

NEVER_PLAIN = {"reason", "note", "remark", "error", "sent_to", "badge", "post", "username", "file", "comment"}
NEVER_PLAIN |= {"purchaser", "custodian", "receiver1", "receiver2", "contact", "phone", "privacy_contact"}


def newest() -> ChainEntry:
    return session.get_one(ChainEntry, head().seq)


def erase_words(words: str, *, whole: bool = True, reason: str = "本人要求") -> int:
    with transaction():
        return erase(by=actor("lin"), texts=texts_with(words, whole=whole), reason=reason)


def test_a_name_and_a_sentence_stand_in_the_chain_as_hashes_only(context: Flask) -> None:
    after = {"name": "王小明", "reason": "他说了一句话", "total": 12, "lines": ["一", "二"]}
    with transaction():
        append(action="test", subject="sheet:1", actor="lin", before={"name": "王小明"}, after=after)
    entry = newest()
    for words in ("王小明", "他说", '"lin"', "一"):
        assert words not in entry.body
    told = opened_body(entry)
    assert (told["actor"]["name"], told["after"]) == ("lin", after)
    raw = json.loads(entry.body)
    assert raw["before"]["name"] == raw["after"]["name"], "equal texts of one entry have one hash"
    assert (raw["format"], raw["after"]["total"]) == (2, 12)
    assert verify().findings == []


def test_whoever_acted_can_stand_there_by_number(context: Flask) -> None:
    with transaction():
        append(action="test", subject="sheet:1", actor="lin", account=3, person=7)
        append(action="test", subject="sheet:1", actor="kiosk")
    bodies = [json.loads(session.get_one(ChainEntry, head().seq - n).body)["actor"] for n in (1, 0)]
    assert (bodies[0]["account"], bodies[0]["person"]) == (3, 7)
    assert bodies[1] == {"name": "kiosk"}, "the server is nobody whose name could be erased"


def test_no_room_declares_as_plain_what_people_write() -> None:
    for room in manifests():
        for fields in (room.words.plain, *room.words.plain_of.values()):
            assert not fields & NEVER_PLAIN, room.name
    assert "name" not in next(room for room in manifests() if room.name == "persons").words.plain


def test_what_is_erased_is_gone_and_verifying_says_so(app: Flask, used: config.Instance) -> None:
    poster = printed(app)
    with app.app_context():
        assert "采购员" in everything_stored()
        erase_words("采购员")
        assert not any("采购员" in one for one in everything_stored().splitlines() if "chain" in one)
        entry = newest()
        told = opened_body(entry)
        assert (entry.action, told["after"]["fields"], told["after"]["number"]) == (
            "text.erased",
            ["name"],
            1,
        )
        assert told["after"]["reason"] == "本人要求"
        verdict = verify()
        assert (verdict.findings, verdict.erased) == ([], 1)
        assert audit.check().problems == []
        added = session.scalars(select(ChainEntry).where(ChainEntry.action == "person.saved")).all()
        assert any(isinstance(opened_body(one)["after"]["name"], Erased) for one in added)
        session.remove()
    done = run(used, "--head", poster)
    assert (done.exit_code, "erased names and texts 1" in done.output) == (0, True), done.output
    assert json.loads(run(used, "--json").output)["erased"] == 1


def test_the_standalone_verifier_says_erased_too(app: Flask, used: config.Instance, tmp_path: object) -> None:
    with app.app_context():
        erase_words("采购员")
        erase_words("chen")
        number = session.query(ChainText).filter(ChainText.text.is_(None)).count()
    lines = lines_of(app)
    assert not any("采购员" in one or '"chen"' in one for one in lines)
    status, line = check(used.folder, lines, printed(app))
    assert (status, line.rpartition("; ")[2]) == (0, f"{number} names or texts erased")
    erased = next(one for one in lines if one.startswith('["text"') and "null,null" in one)
    values = json.loads(erased)
    forged = json.dumps([*values[:3], "00" * 16, "别人", None], ensure_ascii=False, separators=(",", ":"))
    assert check(used.folder, [forged if one == erased else one for one in lines])[1].startswith(
        f"text {values[1]}: altered"
    )
    assert check(used.folder, [one for one in lines if one != erased])[1] == f"text {values[1]}: missing"


def test_who_did_it_is_erased_from_the_column_too(app: Flask, used: config.Instance) -> None:
    with app.app_context():
        entries = queries.entries(actor="chen")
        assert entries
        erase_words("chen")
        assert queries.entries(actor="chen") == []
        assert session.get_one(ChainEntry, entries[0].seq).actor == ""
        assert verify().findings == []


@pytest.mark.parametrize("script", ["salt = NULL, text = NULL", "salt = NULL, text = NULL, erased_in = 3"])
def test_a_text_taken_away_without_a_word_is_missing(app: Flask, used: config.Instance, script: str) -> None:
    with app.app_context():
        seq = next(iter(texts_with("采购员"))).seq
        tamper(f"UPDATE chain_text SET {script}, erased_at = '2026-03-04 04:05:00' WHERE text = '采购员'")
        assert [str(one) for one in verify().findings] == [f"text {seq}: missing"]


def test_more_cannot_be_slipped_into_an_erasure(app: Flask, used: config.Instance) -> None:
    with app.app_context():
        erase_words("采购员")
        told = head().seq
        tamper(
            "UPDATE chain_text SET salt = NULL, text = NULL, erased_at = '2026-03-04 04:05:00',"
            f" erased_in = {told} WHERE text = '保管员'"
        )
        assert [one.problem for one in verify().findings] == ["missing"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE chain_text SET text = '别人'",
        "UPDATE chain_text SET text = NULL, salt = NULL",
        "UPDATE chain_text SET seq = 1, salt = NULL, text = NULL, erased_at = '2026-03-04 04:05:00'",
        "DELETE FROM chain_text",
        "UPDATE chain_entry SET actor = 'wu'",
        "UPDATE chain_entry SET actor = '', subject = 'x'",
        "UPDATE chain_entry SET body = 'x'",
        """UPDATE chain_entry SET body = '{"format":"abridged"}', action = 'x'""",
        """UPDATE chain_entry SET body = '{"format":"abridged"}', actor = 'x'""",
    ],
)
def test_the_database_itself_lets_a_text_be_erased_and_nothing_else(context: Flask, statement: str) -> None:
    with pytest.raises(IntegrityError, match=r"never changed|nothing else"), transaction():
        session.execute(text(statement))


@pytest.mark.parametrize("reason", ["", "  ", "太长" * 101, "删除采购员的姓名"])
def test_an_erasure_needs_a_reason_that_does_not_repeat_it(
    app: Flask, used: config.Instance, reason: str
) -> None:
    with app.app_context():
        with pytest.raises(Invalid):
            erase_words("采购员", reason=reason)
        assert texts_with("采购员")


def test_what_is_gone_cannot_be_erased_again(app: Flask, used: config.Instance) -> None:
    with app.app_context():
        erase_words("采购员")
        before = head()
        with pytest.raises(NotFound):
            erase_words("采购员")
        assert head() == before


def test_the_page_says_erased(
    app: Flask, used: config.Instance, signed_in: Callable[[str], FlaskClient]
) -> None:
    with app.app_context():
        erase_words("采购员")
    browser = signed_in("wu")
    for language, words in (("zh", "：已删除"), ("en", ": erased")):
        page = browser.get(f"/office/chain/?lang={language}&kind=person").text
        assert words in re.sub(r"<[^>]+>", "", page)


def test_what_0_2_0_recorded_is_read_and_verified_as_before(
    app: Flask, used: config.Instance, signed_in: Callable[[str], FlaskClient], tmp_path: object
) -> None:
    with app.app_context():
        written_by_0_2_0()
        last = head().seq
        assert verify().findings == []
        assert "采购员" in "".join(session.scalars(select(ChainEntry.body)))
        with transaction():
            append(action="day.set", subject="day:2026-03-05", actor="lin", after={"note": "停电"})
        assert verify().findings == []
        with pytest.raises(NotFound):
            erase_words("采购员")
    page = signed_in("wu").get("/office/chain/?lang=zh").text
    assert "采购员" in page
    assert "停电" in page
    lines = lines_of(app)
    assert check(used.folder, lines, printed(app))[0] == 0
    old = [line for line in lines if not line.startswith(('["text"', '["record"'))]
    entries = [line for line in old if not line.startswith('["entry"') or json.loads(line)[1] <= last]
    own = next(json.loads(line)[2] for line in entries if line.startswith(f'["entry",{last},'))
    first = json.dumps(["record", 1, "2026-03-04T04:05:00+00:00", last, own], separators=(",", ":"))
    assert check(used.folder, [first, *entries])[0] == 0, "an export of version 0.2.0"


def test_a_page_of_the_record_asks_for_its_texts_once(
    app: Flask, used: config.Instance, signed_in: Callable[[str], FlaskClient]
) -> None:
    browser, asked = signed_in("wu"), []
    with app.app_context():
        engine = db.engine

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        browser.get("/office/chain/")
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len([one for one in asked if "FROM chain_text" in one]) == 1


def test_recording_costs_one_insert_more(context: Flask) -> None:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        with transaction():
            append(action="test", subject="x", actor="lin", after={str(n): f"文字{n}" for n in range(9)})
            assert len(texts_of([head().seq])[head().seq]) == 10
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len([one for one in asked if one.startswith("INSERT")]) == 2

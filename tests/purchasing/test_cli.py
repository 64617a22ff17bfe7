"""`kiosk purchases` on the command line: the same controls as in the office, each refusal one clear line."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from kiosk.auth.models import Account
from kiosk.cli import main
from kiosk.core import clock
from kiosk.core.db import session, transaction
from kiosk.counters.services import add_canteen
from kiosk.persons.models import Person
from kiosk.postings.models import Posting, PostingDraft, PostingVersion
from kiosk.postings.queries import reading_of
from kiosk.purchasing.models import Line
from tests.conftest import actor, canteen
from tests.purchasing.conftest import SIGNERS

pytestmark = pytest.mark.usefixtures("signers")
HEAD = "日期,品名,规格,单位,数量,单价,金额,供货商\n"
BARE = "土豆\t斤\t50\t1.2\t60\n鸡蛋\t斤\t30\t4.5\t135\n大米\t袋\t4\t120\t480\n"
FIVE = "item,unit,quantity,unit_price,amount"
PEOPLE = ("--purchaser", "甲某", "--custodian", "乙某", "--receiver", "丙某", "--receiver", "丁某")


@pytest.fixture
def command_line(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The command line on the test's instance, in English."""
    monkeypatch.setenv("KIOSK_INSTANCE", str(app.instance.folder))
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    return app


def run(*arguments: str) -> tuple[int, str, str]:
    """Exit status, output and error output of a command."""
    done = CliRunner().invoke(main, arguments)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def file(command_line: Flask, tmp_path: Path) -> Path:
    """A file to be filled, beside an instance that the command line works on."""
    return tmp_path / "采购.csv"


def bring(file: Path, *options: str) -> tuple[int, str, str]:
    return run("purchases", "import", str(file), "--canteen", "k1", *options)


def today() -> str:
    return clock.now().date().isoformat()


def test_columns_without_a_header_are_shown_and_not_taken_for_granted(
    file: Path, command_line: Flask
) -> None:
    file.write_text(BARE)
    status, output, error = run("purchases", "preview", str(file))
    assert status == 0
    assert "3 ready, 0 to fix" in output
    assert f"--columns {FIVE}" in error
    status, _, error = bring(file)
    assert (status, f"--columns {FIVE}" in error) == (1, True)
    assert bring(file, "--columns", FIVE)[0] == 0
    with command_line.app_context():
        (draft,) = session.query(PostingDraft)
        assert reading_of(draft).fields["total"] == 67_500
        assert session.query(PostingVersion).count() == 0


def test_words_above_columns_name_them_too(file: Path) -> None:
    file.write_text(BARE)
    status, output, _ = run("purchases", "preview", str(file), "--columns", "品名,单位,数量,单价,-", "--json")
    found = json.loads(output)
    assert (status, found["guessed"], found["sheets"][0]["total_fen"]) == (0, False, 67_500)
    assert found["not_read"]["columns"] == ["E"]
    status, _, error = run("purchases", "preview", str(file), "--columns", "品名,无稽")
    assert (status, "无稽" in error) == (1, True)


def test_what_is_there_already_is_passed_over_by_default(file: Path, command_line: Flask) -> None:
    file.write_text(HEAD + "2026-02-23,土豆,,斤,50,1.2,60,甲\n")
    assert bring(file)[0] == 0
    other = file.with_name("另存.csv")
    other.write_text(file.read_text() + "\n")
    for again in (file, other):
        status, output, _ = bring(again)
        assert (status, "2026-02-23" in output) == (0, True)
    assert json.loads(bring(file, "--json")[1]) == {
        "sheets": [],
        "passed_over": ["2026-02-23"],
        "missing": [],
    }
    with command_line.app_context():
        assert session.query(Posting).count() == 1
    assert bring(file, "--again")[0] == 0
    with command_line.app_context():
        assert session.query(Posting).count() == 2


def test_lines_go_to_their_canteens_or_are_refused_by_name(file: Path, command_line: Flask) -> None:
    with command_line.app_context(), transaction():
        first = canteen().name
        add_canteen(by=actor("test"), code="k8", name="第八食堂", name_en="Canteen Eight")
    rows = [f"2026-02-24,{name},土豆,斤,40,1.3,52" for name in (first, "第八食堂")]
    head = "日期,食堂,品名,单位,数量,单价,金额\n"
    file.write_text(head + "\n".join(rows))
    status, output, _ = bring(file, "--json")
    assert [one["canteen"] for one in json.loads(output)["sheets"]] == ["k1", "k8"]
    file.write_text(head + "\n".join([*rows, rows[0].replace(first, "无名食堂")]))
    status, _, error = bring(file, "--again")
    assert (status, "无名食堂" in error.splitlines()[-1]) == (1, True)


def test_a_sheet_of_today_is_posted_with_four_people_and_an_answer_to_a_jump(
    file: Path, command_line: Flask
) -> None:
    file.write_text(HEAD + f"{today()},西红柿,,斤,20,3.6,72,甲\n")
    assert bring(file, "--post")[0] == 1
    assert bring(file, "--post", "--purchaser", "甲某")[0] == 1
    assert bring(file, "--post", *PEOPLE)[0] == 0
    with clock.moved_to(clock.now() + timedelta(days=1)):
        file.write_text(HEAD + f"{today()},西红柿,,斤,20,36,720,甲\n")
        status, _, error = bring(file, "--post", *PEOPLE)
        assert (status, "西红柿" in error, "3.60" in error) == (1, True, True)
        assert bring(file, "--post", "--jumps-are-right", *PEOPLE)[0] == 0
    with command_line.app_context():
        assert [line.unit_price for line in session.query(Line).order_by(Line.id)] == [36_000, 360_000]


def test_every_error_stands_at_its_place(file: Path) -> None:
    file.write_text(HEAD + "#REF!,土豆,,斤,50,1.2,60,甲\n2026-02-23,鸡蛋,,斤,#N/A,1.2,,甲\n")
    status, _, error = bring(file)
    assert status == 1
    assert "Row 2, column A: " in error
    assert "Row 3, column E: " in error


def test_what_its_title_refuses_can_be_read(file: Path) -> None:
    file.write_text("下周采购计划\n" + HEAD + "2026-02-23,土豆,,斤,50,1.2,60,甲\n")
    status, _, error = bring(file)
    assert (status, "--as-purchases" in error) == (1, True)
    assert bring(file, "--as-purchases")[0] == 0


@pytest.mark.parametrize(
    "data", [b"", b"\0\1\2", b"PK\3\4", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 90, b'"', b"{}"]
)
def test_no_file_makes_a_traceback(file: Path, data: bytes) -> None:
    file.write_bytes(data)
    for command, *options in (("preview",), ("preview", "--json"), ("import", "--canteen", "k1")):
        status, _, error = run("purchases", command, str(file), *options)
        assert (status, len(error.splitlines()[-1]) > 15) == (1, True)


def test_our_own_open_data_comes_in_again(file: Path, command_line: Flask) -> None:
    day = "2026-02-23"
    file.write_text(HEAD + f"{day},土豆,,斤,50,1.2,60,甲\n{day},鸡蛋,散,斤,30,4.5,135,乙\n")
    assert bring(file, "--post", "--archive")[0] == 0
    data = command_line.test_client().get(f"/data/purchases.csv?from={day}&to={day}").data
    file.write_bytes(data)
    status, output, _ = run("purchases", "preview", str(file), "--json")
    found = json.loads(output)
    assert (status, found["ready"], found["to_mend"]) == (0, 2, 0)
    assert len({sheet["canteen"] for sheet in found["sheets"]}) == 1
    status, output, _ = bring(file, "--json")
    assert (status, json.loads(output)["sheets"]) == (0, [])


def test_a_line_that_stands_twice_is_asked_about_and_can_be_answered(file: Path, command_line: Flask) -> None:
    file.write_text(HEAD + f"{today()},土豆,,斤,50,1.2,60,甲\n" * 2)
    status, _, error = bring(file, "--post", *PEOPLE)
    assert status == 1
    assert "stands more than once" in error.splitlines()[-1]
    assert "土豆" in error.splitlines()[-1]
    assert "--twice-is-right" in error
    assert bring(file, "--post", "--jumps-are-right", *PEOPLE)[0] == 1, "another answer is none"
    assert bring(file, "--post", "--twice-is-right", *PEOPLE)[0] == 0
    with command_line.app_context():
        assert session.query(Line).count() == 2


def test_a_unit_that_was_left_out_is_asked_about_and_can_be_answered(file: Path, command_line: Flask) -> None:
    file.write_text(HEAD + f"{today()},大米,25kg,袋,4,120,480,甲\n")
    assert bring(file, "--post", *PEOPLE)[0] == 0
    with clock.moved_to(clock.now() + timedelta(days=1)):
        file.write_text(HEAD + f"{today()},大米,50kg,,4,200,800,甲\n")
        status, _, error = bring(file, "--post", *PEOPLE)
        assert (status, "without one" in error.splitlines()[-1], "大米" in error) == (1, True, True)
        assert "--no-unit-is-right" in error
        assert bring(file, "--post", "--no-unit-is-right", *PEOPLE)[0] == 0


def test_amounts_unlike_the_paper_s_are_asked_about_in_words(file: Path) -> None:
    file.write_text(HEAD + f"{today()},土豆,,斤,50,1.2,75,甲\n")
    status, _, error = bring(file, "--post", *PEOPLE)
    assert (status, "not quantity × price: 2" in error.splitlines()[-1]) == (1, True)
    assert bring(file, "--post", "--jumps-are-right", *PEOPLE)[0] == 0


def test_lines_missing_from_a_sheet_that_is_there_in_part_are_named_and_can_be_imported(
    file: Path, command_line: Flask
) -> None:
    rows = [f"2026-02-23,{item},,斤,50,1.2,60,甲\n" for item in ("土豆", "白菜", "萝卜", "韭菜")]
    file.write_text(HEAD + "".join(rows[:2]))
    assert bring(file)[0] == 0
    file.write_text(HEAD + "".join(rows))
    status, output, error = bring(file)
    assert (status, "Skipped" in output) == (0, True)
    assert "Row 4: 2026-02-23: 萝卜 is not there yet and was not imported." in error
    assert "Row 5: 2026-02-23: 韭菜 is not there yet and was not imported." in error
    assert "土豆 is not there" not in error
    assert "--missing" in error
    assert json.loads(bring(file, "--json")[1])["missing"] == [
        {"sheet": "2026-02-23", "row": 4, "item": "萝卜"},
        {"sheet": "2026-02-23", "row": 5, "item": "韭菜"},
    ]
    assert bring(file, "--missing")[0] == 0
    with command_line.app_context():
        drafts = session.query(PostingDraft).order_by(PostingDraft.posting_id)
        assert [[line["item"] for line in draft.rows] for draft in drafts] == [
            ["土豆", "白菜"],
            ["萝卜", "韭菜"],
        ]
    status, output, error = bring(file, "--missing")
    assert (status, error) == (0, ""), "a second time nothing is missing"
    with command_line.app_context():
        assert session.query(Posting).count() == 2


def test_a_line_that_came_twice_and_is_there_once_is_missing_once(file: Path) -> None:
    row = "2026-02-23,土豆,,斤,50,1.2,60,甲\n"
    file.write_text(HEAD + row)
    assert bring(file)[0] == 0
    file.write_text(HEAD + row * 2)
    assert [line["row"] for line in json.loads(bring(file, "--json")[1])["missing"]] == [3]


def test_a_name_that_is_new_is_asked_about_beside_those_it_may_be(file: Path, command_line: Flask) -> None:
    file.write_text(HEAD + f"{today()},土豆,,斤,50,1.2,60,甲\n")
    mistyped = ("--purchaser", "贾某", *PEOPLE[2:])
    status, _, error = bring(file, "--post", *mistyped)
    assert status == 1
    assert "new here: 贾某 (known: 甲某" in error.splitlines()[-1]
    assert "--new-people-are-right" in error
    assert bring(file, "--post", "--twice-is-right", *mistyped)[0] == 1, "another answer is none"
    assert names(command_line) == SIGNERS
    assert bring(file, "--post", "--new-people-are-right", *mistyped)[0] == 0
    assert names(command_line) == [*SIGNERS, "贾某"]


def names(app: Flask) -> list[str]:
    """The people without an account."""
    query = select(Person.name).where(Person.id.not_in(select(Account.person_id))).order_by(Person.id)
    with app.app_context():
        return list(session.scalars(query))
